"""Every run is kept once, as it was sealed, in a file as at a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.seal import seal
from harness.verdict import Standing
from reports.history.database import append, open_history
from tests.reports.history.loaded_run import loaded_run
from tests.reports.sample_load import calm
from tests.reports.sample_run import START, Change, check, outcomes, sample_run

DAY = timedelta(days=1)
PROJECT = Path(__file__).parents[3]
APPEND = "import sys; from pathlib import Path; from reports.history.database import append"


def week(runs: Path, place: str, days: int = 3) -> list[RunRecord]:
    """A run a day, kept."""
    records = [sample_run(runs, f"run-{day}", start=START + day * DAY) for day in range(days)]
    for record in records:
        append(place, record.folder)
    return records


def test_what_a_run_says_of_itself_is_what_the_history_says_of_it(runs: Path, place: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    append(place, record.folder)
    with open_history(place) as history:
        (kept,) = history.runs()
    meta = record.meta
    assert (kept.id, kept.subject, kept.environment, kept.grade, kept.gate, kept.checklist) == (
        meta.id,
        meta.subject,
        meta.environment,
        "simulated",
        "rehearsal",
        meta.checklist,
    )
    assert (kept.started, kept.ended) == (meta.started, meta.ended)
    assert (kept.ending, kept.verdicts["rehearsal"].verdict) == ("NO-GO", "NO-GO")
    assert list(kept.verdicts) == ["rehearsal", "experience", "production"]
    assert kept.sealed_by == record.sealed_by
    assert kept.whole
    assert kept.details.versions == meta.versions


def test_a_run_is_kept_control_by_control_and_part_by_part(runs: Path, place: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL, "CBK-02": Outcome.INCONCLUSIVE}))
    append(place, record.folder)
    with open_history(place) as history:
        newest = history.newest()
        assert newest is not None
        entry = history.entry(newest)
    found = {each.control: each for each in entry.controls}
    assert (found["CBK-11"].found, found["CBK-11"].failed) == (Standing.FAIL, 1)
    assert (found["CBK-02"].found, found["CBK-02"].open) == (Standing.INCONCLUSIVE, 1)
    assert found["APP-02"].found is None
    assert len(entry.parts) == len(record.checks)
    assert {(each.control, each.scenario) for each in entry.parts} == {
        (each.control, each.scenario) for each in record.checks
    }


def test_latencies_are_kept_with_their_intervals(runs: Path, place: str) -> None:
    record = loaded_run(runs, calm())
    append(place, record.folder)
    with open_history(place) as history:
        newest = history.newest()
        assert newest is not None
        latencies = {each.name: each for each in history.entry(newest).latencies}
    assert set(latencies) == {"create/h5/mcp", "create/jsapi/apiv3", "query/native/mcp"}
    p95 = latencies["create/h5/mcp"].percentiles["p95"]
    assert p95.low_ms is not None
    assert p95.observed_ms is not None
    assert p95.high_ms is not None
    assert 0 < p95.low_ms <= p95.observed_ms <= p95.high_ms < 20


def test_a_run_that_is_appended_again_is_there_once(runs: Path, place: str) -> None:
    (record,) = week(runs, place, 1)
    append(place, record.folder)
    with open_history(place) as history:
        assert len(history.runs()) == 1


def test_runs_are_told_newest_first_and_narrowed_by_subject_time_and_kind(runs: Path, place: str) -> None:
    week(runs, place)
    append(place, sample_run(runs, "other", start=START + DAY / 2, subject="another").folder)
    append(place, sample_run(runs, "narrowed", start=START + 5 * DAY, selection=True).folder)
    with open_history(place) as history:
        assert [run.id for run in history.runs()] == ["narrowed", "run-2", "run-1", "other", "run-0"]
        assert [run.id for run in history.runs(subject="another")] == ["other"]
        since = [run.id for run in history.runs(since=START + 2 * DAY)]
        assert since == ["narrowed", "run-2"]
        until = [run.id for run in history.runs(until=START + DAY)]
        assert until == ["other", "run-0"]
        newest, newest_whole = history.newest(whole=False), history.newest()
        assert newest is not None
        assert newest_whole is not None
        assert (newest.id, newest.ending) == ("narrowed", "SELECTION PASS")
        assert newest_whole.id == "run-2"
        assert history.newest(subject="nobody's") is None


@pytest.mark.parametrize("kind", ["attended", "follow-up"])
def test_only_a_run_is_a_night(runs: Path, place: str, kind: str) -> None:
    append(place, sample_run(runs, "night").folder)
    append(place, sample_run(runs, "by-day", start=START + DAY, kind=kind).folder)
    with open_history(place) as history:
        newest = history.newest()
        assert newest is not None
        assert newest.id == "night"
        assert len(history.runs()) == 2


def test_a_record_that_was_changed_is_not_taken_in(runs: Path, place: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    results = record.folder / "results.ndjson"
    results.write_text(results.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(UsageError, match=r"damaged|cannot be believed"):
        append(place, record.folder)


def test_a_record_that_was_changed_and_sealed_anew_is_not_taken_in_again(runs: Path, place: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    append(place, record.folder)
    forge(record.folder)
    with pytest.raises(UsageError, match="another seal"):
        append(place, record.folder)
    with open_history(place) as history:
        assert [run.ending for run in history.runs()] == ["NO-GO"]


def forge(folder: Path) -> None:
    """Turn a failure into a pass, and seal the record anew with the key of the machine."""
    results = folder / "results.ndjson"
    text = results.read_text("utf-8").replace('"fail"', '"pass"').replace(',"blame":"merchant"', "")
    results.write_text(text, "utf-8")
    seal(folder, folder.name)


def test_a_folder_that_is_used_again_for_another_run_makes_another_row(runs: Path, place: str) -> None:
    first = sample_run(runs, "nightly")
    append(place, first.folder)
    first.folder.rename(runs / "moved")
    append(place, sample_run(runs, "nightly", start=START + DAY).folder)
    with open_history(place) as history:
        assert [run.id for run in history.runs()] == ["nightly", "nightly"]
        assert len(history.known().seals["nightly"]) == 2


def test_a_run_without_a_seal_or_an_end_is_not_kept(runs: Path, place: str) -> None:
    record = sample_run(runs, finished=False)
    with pytest.raises(UsageError, match="no seal"):
        append(place, record.folder)


def test_a_part_that_failed_and_passed_within_a_run_is_marked(runs: Path, place: str) -> None:
    record = sample_run(runs, change=retried("CBK-11"))
    append(place, record.folder)
    with open_history(place) as history:
        newest = history.newest()
        assert newest is not None
        marked = [part for part in history.entry(newest).parts if part.retried]
    assert [(part.control, part.outcome) for part in marked] == [("CBK-11", Standing.FAIL)]


def retried(control: str) -> Change:
    """A control failed, and passed when a plugin tried it again."""

    def change(check: Check) -> Check:
        if check.control != control:
            return check
        return check.model_copy(
            update={
                "outcome": Outcome.FAIL,
                "blame": Blame.MERCHANT,
                "message": "2 attempts: fail, pass; it was credited twice",
                "attempts": (Outcome.FAIL, Outcome.PASS),
            }
        )

    return change


def test_texts_of_others_are_kept_as_they_are(runs: Path, place: str) -> None:
    hostile = "'; DROP TABLE golive_runs; --\x00\x1b[2K\ud83d 💳 {place} %s"
    record = sample_run(runs, merchant=hostile, host=hostile)
    record.append(check("CBK-11", scenario=f"scenarios/x.py::test_x[{hostile * 200}]", started=START))
    record.finish(ended=START + DAY / 2, interrupted=False)
    append(place, record.folder)
    with open_history(place) as history:
        newest = history.newest()
        assert newest is not None
        assert newest.merchant == record.meta.merchant
        assert "\x00" not in newest.merchant
        kept = {part.scenario for part in history.entry(newest).parts}
    assert kept == {each.scenario for each in RunRecord.open(record.folder).checks}


def test_runs_of_every_grade_are_kept_apart(runs: Path, place: str) -> None:
    append(place, sample_run(runs, "e", grade=Grade.EXPERIENCE, gate="experience").folder)
    with open_history(place) as history:
        assert [(run.grade, run.gate) for run in history.runs()] == [("experience", "experience")]


def appending(place: str, folders: Sequence[Path]) -> subprocess.Popen[str]:
    """A job of its own that appends."""
    words = [sys.executable, "-c", f"{APPEND}\nfor each in sys.argv[2:]: append(sys.argv[1], Path(each))"]
    return subprocess.Popen(
        [*words, place, *map(str, folders)], cwd=PROJECT, stderr=subprocess.PIPE, text=True
    )


def test_jobs_that_append_at_once_lose_nothing(runs: Path, place: str) -> None:
    records = [sample_run(runs, f"run-{number}", start=START + number * DAY) for number in range(6)]
    shares = (records[:4], records[2:], records[::-1])  # two of them appear in each
    jobs = [appending(place, [each.folder for each in share]) for share in shares]
    assert [job.communicate(timeout=120)[1] for job in jobs] == ["", "", ""]
    with open_history(place) as history:
        kept = history.runs()
        assert sorted(run.id for run in kept) == [f"run-{number}" for number in range(6)]
        for run in kept:
            assert len(history.entry(run).parts) == len(records[0].checks)
