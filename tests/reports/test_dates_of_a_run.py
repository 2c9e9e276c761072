"""What a run found counts whatever its dates, and no moment that is asked for takes any of it away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.report import command
from harness.core.control import Check, Outcome
from harness.evidence import RunRecord
from harness.verdict import exit_code
from reports.build import PAGE, build
from reports.judging import judge_record
from tests.reports.sample_run import START, Change, outcomes, sample_run

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FAILS = outcomes({"CBK-11": Outcome.FAIL})


def moved(by: timedelta, change: Change = lambda check: check, *, only: str = "") -> Change:
    """The clock was elsewhere while these checks ran."""

    def dated(check: Check) -> Check | None:
        changed = change(check)
        if changed is None or not changed.control.startswith(only):
            return changed
        return changed.model_copy(update={"started": changed.started + by})

    return dated


def ended(record: RunRecord, lasted_s: float | None = None) -> RunRecord:
    """The record, ended a quarter of an hour after its start by the machine's clock."""
    record.finish(ended=START + HOUR + 900 * SECOND, interrupted=False, lasted_s=lasted_s)
    return RunRecord.open(record.folder)


def verdict(record: RunRecord) -> tuple[str, int]:
    judgement = judge_record(record)
    return judgement.gates["rehearsal"].verdict, exit_code(judgement, "rehearsal")


def test_failures_dated_after_the_end_of_their_run_count(runs: Path) -> None:
    sample_run(runs, "older")
    record = ended(sample_run(runs, "run", start=START + HOUR, change=moved(2 * HOUR, FAILS, only="CBK")))
    judgement = judge_record(record)
    assert judgement.gates["rehearsal"].failing == ("CBK-11",)
    assert verdict(record) == ("NO-GO", 1)


@pytest.mark.parametrize("by", [2 * HOUR, -2 * HOUR], ids=["after its end", "before its start"])
def test_a_run_with_results_dated_outside_it_is_never_go_and_says_why(runs: Path, by: timedelta) -> None:
    sample_run(runs, "older")
    record = ended(sample_run(runs, "run", start=START + HOUR, change=moved(by, only="PAY")))
    count = sum(check.control.startswith("PAY") for check in record.checks)
    assert verdict(record) == ("NOT YET", 2)
    build(record.folder)
    assert f"{count} results are dated outside the run" in (record.folder / PAGE).read_text("utf-8")


def test_failures_of_a_clock_that_was_slow_are_not_older_than_an_earlier_pass(runs: Path) -> None:
    sample_run(runs, "older")
    record = ended(sample_run(runs, "run", start=START + HOUR, change=moved(-2 * HOUR, FAILS)))
    assert verdict(record) == ("NO-GO", 1)


def test_a_clock_that_was_set_back_in_a_run_is_named(runs: Path) -> None:
    assert verdict(ended(sample_run(runs, "steady", start=START + HOUR), lasted_s=901.0)) == ("GO", 0)
    set_back = ended(sample_run(runs, "set back", start=START + HOUR), lasted_s=4500.0)
    assert verdict(set_back) == ("NOT YET", 2)
    (doubt,) = judge_record(set_back).doubts
    assert "set back by about 3600 s" in doubt.en


@pytest.mark.parametrize("early", [SECOND, -HOUR, timedelta()], ids=["at its start", "before it", "then"])
def test_no_moment_makes_a_failing_run_go(runs: Path, early: timedelta) -> None:
    sample_run(runs, "older")
    record = sample_run(runs, "run", start=START + HOUR, change=FAILS)
    build(record.folder)
    asked = (START + HOUR + early).isoformat()
    told = CliRunner().invoke(command, [str(record.folder), "--as-of", asked], standalone_mode=False)
    assert told.return_value == 1
    assert "REHEARSAL NO-GO" in told.output
    assert "before the run ended" in told.output
    assert "REHEARSAL GO" not in (record.folder / PAGE).read_text("utf-8")
    assert judge_record(record, START + HOUR + early).gates["rehearsal"].failing == ("CBK-11",)


def test_a_failure_is_not_forgotten_when_its_run_is_old(runs: Path) -> None:
    record = sample_run(runs, change=FAILS)
    assert judge_record(record, START + timedelta(days=30)).gates["rehearsal"].verdict == "NO-GO"


def test_a_good_run_is_not_go_as_of_a_moment_before_its_end(rehearsed: RunRecord) -> None:
    judgement = judge_record(rehearsed, START + SECOND)
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert "before the run ended" in judgement.doubts[0].en


def test_a_narrowed_run_passes_no_better(runs: Path) -> None:
    record = sample_run(runs, selection=True)
    assert judge_record(record).selection == "PASS"
    assert judge_record(record, START + SECOND).selection == "NOT YET"
