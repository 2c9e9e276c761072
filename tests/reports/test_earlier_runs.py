"""Evidence of earlier runs stands beside that of a new one, as long as it can matter."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from harness.core.control import Outcome
from reports.earlier_runs import EarlierRuns, collect
from reports.passed_over import LATER
from tests.reports.sample_run import START, outcomes, sample_run

DAY = timedelta(days=1)
SUBJECT = "sha256:5f2a9c31"


def seen(runs: Path, *, at: timedelta = 2 * DAY, subject: str = SUBJECT) -> EarlierRuns:
    return collect(runs, subject=subject, before=START + at, but_not="run-now")


def test_an_earlier_run_of_the_same_subject_is_remembered(runs: Path) -> None:
    record = sample_run(runs, "run-1")
    history = seen(runs)
    assert {row.check.control for row in history.rows} == {check.control for check in record.checks}
    assert {(row.run, row.subject, row.complete) for row in history.rows} == {("run-1", SUBJECT, True)}
    assert not any(row.check.steps or row.check.artifacts for row in history.rows)


def test_what_cannot_matter_is_not_collected(runs: Path) -> None:
    sample_run(runs, "run-1")
    assert seen(runs, subject="another").rows == ()
    assert seen(runs, at=15 * DAY).rows == ()
    assert seen(runs, at=-DAY).rows == ()


def test_a_superseded_run_leaves_nothing_however_many_there_are(runs: Path) -> None:
    for hour in range(4):
        sample_run(runs, f"run-{hour}", start=START + timedelta(hours=hour))
    assert {row.run for row in seen(runs).rows} == {"run-3"}


def test_a_run_does_not_remember_itself(runs: Path) -> None:
    sample_run(runs, "run-now")
    assert seen(runs).rows == ()


def test_of_a_narrowed_or_interrupted_run_only_failures_are_kept(runs: Path) -> None:
    for name, changes in {"narrowed": {"selection": True}, "interrupted": {"interrupted": True}}.items():
        sample_run(runs, name, change=outcomes({"CBK-11": Outcome.FAIL}), **changes)  # type: ignore[arg-type]
    assert {(row.run, row.check.control, row.complete) for row in seen(runs).rows} == {
        ("narrowed", "CBK-11", False),
        ("interrupted", "CBK-11", False),
    }


def test_a_damaged_neighbour_is_passed_over_and_named(runs: Path) -> None:
    sample_run(runs, "run-1")
    (runs / "broken").mkdir()
    (runs / "broken" / "run.json").write_text("{")
    history = seen(runs)
    assert [(each.run, each.kind.en) for each in history.passed_over] == [("broken", "damaged")]
    assert {row.run for row in history.rows} == {"run-1"}


def test_a_run_that_began_later_than_now_is_named_for_the_clock_was_set_back(runs: Path) -> None:
    sample_run(runs, "tomorrow", start=START + DAY, change=outcomes({"CBK-11": Outcome.FAIL}))
    now = collect(runs, subject=SUBJECT, before=START, but_not="run-now", clock=START)
    assert [(each.run, each.kind) for each in now.passed_over] == [("tomorrow", LATER)]
    assert not collect(runs, subject=SUBJECT, before=START, but_not="run-now").passed_over  # as of a moment
    beside = collect(runs, subject=SUBJECT, before=START, but_not="run-now", clock=START + DAY)
    assert not beside.passed_over  # another job that began meanwhile


def test_the_link_to_the_newest_run_is_no_run_of_its_own(runs: Path) -> None:
    sample_run(runs, "run-1")
    assert (runs / "latest").exists()
    assert len(seen(runs).rows) == len({row.check.control for row in seen(runs).rows})
