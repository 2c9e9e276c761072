"""A year of nights is looked through in moments, and what a record keeps of it stays small."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harness.evidence import RunRecord
from harness.evidence.seal import seal
from reports.history.beginning import look_back_with
from reports.history.connection import open_database
from reports.history.database import append, keep, open_history
from reports.history.entry import RunEntry, entry_of, seal_digest
from reports.history.keeping import keep_entry
from reports.history.now import judge_now
from reports.history.place import Place
from reports.history.trends import SNAPSHOT
from reports.judging import judge_record
from tests.reports.history.loaded_run import loaded_run
from tests.reports.sample_load import calm
from tests.reports.sample_run import START, check, meta, sample_run

DAY = timedelta(days=1)
NIGHTS = 365
END = START + NIGHTS * DAY


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs with a night for each day of a year, and their history."""
    runs = tmp_path_factory.mktemp("year") / "runs"
    first = loaded_run(runs, calm(), "night-000")
    entry = entry_of(first, judge_record(first))
    database = open_database(Place.of(runs / "history.sqlite"), create=True)
    with database.writing() as connection:
        for number in range(NIGHTS):
            record = first if not number else _like(first, runs / f"night-{number:03}", START + number * DAY)
            keep_entry(connection, _entry(entry, record), database.place)
    database.close()
    return runs


def _like(first: RunRecord, folder: Path, start: datetime) -> RunRecord:
    """The same night on another day, sealed."""
    moved = {"id": folder.name, "started": start, "ended": start + timedelta(hours=1)}
    (folder / "snapshots").mkdir(parents=True)
    (folder / "run.json").write_text(first.meta.model_copy(update=moved).model_dump_json(by_alias=True))
    text = (first.folder / "results.ndjson").read_text("utf-8")
    (folder / "results.ndjson").write_text(text.replace(f"{START:%Y-%m-%d}", f"{start:%Y-%m-%d}"), "utf-8")
    (folder / "snapshots" / "checklist.json").hardlink_to(first.folder / "snapshots" / "checklist.json")
    seal(folder, folder.name)
    return RunRecord.open(folder)


def _entry(entry: RunEntry, record: RunRecord) -> RunEntry:
    of_this = {
        "id": record.meta.id,
        "seal": seal_digest(record),
        "started": record.meta.started,
        "ended": record.meta.ended,
        "place": str(record.folder),
    }
    return entry.model_copy(update={"run": entry.run.model_copy(update=of_this)})


def seconds(of: Callable[[], object]) -> float:
    """Of the processor: others are at work beside a test."""
    before = time.process_time()
    of()
    return time.process_time() - before


def test_a_verdict_over_a_year_of_nights_takes_no_two_seconds(year: Path) -> None:
    def judged() -> None:
        with open_history(year / "history.sqlite") as history:
            now = judge_now(year, history, END, clock=END)
        assert now.record.meta.id == f"night-{NIGHTS - 1}"
        assert now.judgement.gates["rehearsal"].verdict == "GO"
        assert now.passed_over is None

    assert seconds(judged) < 2


def test_a_run_that_begins_after_a_year_looks_back_in_two_seconds_and_keeps_little(year: Path) -> None:
    record = RunRecord.create(year.parent / "beginning" / "now", meta("now", start=END))
    assert seconds(lambda: look_back_with(year / "history.sqlite", record)) < 2
    kept = (record.folder / "snapshots" / f"{SNAPSHOT}.json").stat().st_size
    assert len(record.read_snapshot(SNAPSHOT)["nights"]) == NIGHTS
    assert kept < 250_000


def test_a_thousand_checks_are_appended_in_a_tenth_of_a_second(runs: Path) -> None:
    place = runs / "history.sqlite"
    append(place, sample_run(runs, "first").folder)
    records = []
    for number in range(2):
        record = sample_run(runs, f"large-{number}", start=START + (number + 1) * DAY)
        for part in range(1_000 - len(record.checks)):
            record.append(
                check("CBK-11", scenario=f"scenarios/test_many.py::test_it[{part}]", started=START + DAY)
            )
        record.finish(ended=START + (number + 2) * DAY, interrupted=False)
        records.append((record, judge_record(record)))
    took = [seconds(lambda: keep(place, *each)) for each in records]  # noqa: B023 - called at once
    assert min(took) < 0.1
