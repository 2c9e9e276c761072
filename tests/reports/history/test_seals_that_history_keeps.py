"""A record counts as long as it is what its run left: the history remembers the seal, come what may."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from reports.earlier_runs import EarlierRuns, collect
from reports.history.beginning import look_back_with
from reports.history.database import append, open_history
from reports.judging import judge_record
from reports.passed_over import passed_over
from tests.reports.history.test_database import forge
from tests.reports.sample_run import START, meta, outcomes, sample_run

DAY = timedelta(days=1)
SUBJECT = meta().subject


@pytest.fixture
def failed(runs: Path, place: str) -> RunRecord:
    """A run in which CBK-11 failed, kept."""
    record = sample_run(runs, "earlier", change=outcomes({"CBK-11": Outcome.FAIL}))
    append(place, record.folder)
    return record


def seen(runs: Path, place: str, *, at: timedelta = DAY) -> EarlierRuns:
    with open_history(place) as history:
        known = history.known(beside=runs.resolve(), subject=SUBJECT, before=START + at)
    return collect(runs, subject=SUBJECT, before=START + at, but_not="now", known=known)


def told(found: EarlierRuns) -> list[tuple[str, str]]:
    return [(each.run, each.kind.en) for each in found.passed_over]


def test_a_record_as_it_was_sealed_counts(runs: Path, place: str, failed: RunRecord) -> None:
    found = seen(runs, place)
    assert (told(found), {row.run for row in found.rows}) == ([], {"earlier"})


def test_a_record_that_was_edited_and_sealed_anew_counts_for_nothing_and_is_named(
    runs: Path, place: str, failed: RunRecord
) -> None:
    forge(failed.folder)
    assert RunRecord.open(failed.folder).broken_seal() is None  # by itself it is beyond reproach
    found = seen(runs, place)
    assert found.rows == ()
    assert told(found) == [("earlier", "not as the history keeps its seal")]


def test_a_record_that_vanished_is_named(runs: Path, place: str, failed: RunRecord) -> None:
    shutil.rmtree(failed.folder)
    found = seen(runs, place)
    assert (told(found), found.rows) == ([("earlier", "in the history and its record is gone")], ())


def test_a_record_that_vanished_when_it_could_no_longer_count_is_missed_by_nobody(
    runs: Path, place: str, failed: RunRecord
) -> None:
    shutil.rmtree(failed.folder)
    assert told(seen(runs, place, at=15 * DAY)) == []


def test_a_record_of_another_machine_is_not_missed_here(runs: Path, place: str, tmp_path: Path) -> None:
    append(place, sample_run(tmp_path / "another machine" / "runs", "theirs").folder)
    assert told(seen(runs, place)) == []


def test_a_run_that_nobody_kept_counts_by_its_own_seal(runs: Path, place: str, failed: RunRecord) -> None:
    sample_run(runs, "unkept", start=START + DAY / 4)
    found = seen(runs, place)
    assert (told(found), {row.run for row in found.rows}) == ([], {"earlier", "unkept"} - {"earlier"})


def test_a_run_that_begins_keeps_which_records_count_for_nothing(
    runs: Path, place: str, failed: RunRecord
) -> None:
    forge(failed.folder)
    now = RunRecord.create(runs / "now", meta("now", start=START + DAY))
    said = look_back_with(place, now)
    assert said is not None
    assert said == passed_over(now)
    assert "1 not as the history keeps its seal): earlier" in said.en
    assert now.read_snapshot("history") == []


def test_a_run_that_begins_where_there_is_no_history_looks_back_all_the_same(runs: Path, place: str) -> None:
    sample_run(runs, "earlier")
    now = RunRecord.create(runs / "now", meta("now", start=START + DAY))
    assert look_back_with(place, now) is None
    assert {row["run"] for row in now.read_snapshot("history")} == {"earlier"}
    assert now.read_snapshot("trends") is None


def test_a_forged_pass_does_not_open_a_gate(runs: Path, place: str, failed: RunRecord) -> None:
    """What the forger is after: a later run stands beside what the forged one says of the rest."""
    forge(failed.folder)
    later = sample_run(
        runs,
        "now",
        start=START + DAY,
        change=lambda check: None if check.control == "CBK-11" else check,
    )
    assert judge_record(later).gates["rehearsal"].verdict == "GO"  # by the folder alone
    beside = seen(runs, place, at=2 * DAY).rows
    found = judge_record(later, beside=[row for row in beside if row.run != "now"])
    assert found.gates["rehearsal"].verdict == "NOT YET"
