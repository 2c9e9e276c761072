"""One way from a record to a judgement, and nothing but the record is looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Grade, Method, Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Standing, Waiver, exit_code, verdict_lines
from reports.checklist import load
from reports.judging import judge_record, take_snapshots
from tests.longer_loads import of_a_rehearsal
from tests.reports.sample_run import START, check, everything, meta, outcomes, sample_run

HOUR = timedelta(hours=1)
WAIVABLE = next(each.id for each in load().controls if each.severity == "M" and each.id in load().exercised)


def waiver(control: str, *, budget: int) -> Waiver:
    """A waiver of seven days."""
    return Waiver(
        control=control,
        reason="known, harmless, mended next week",
        author="release manager",
        granted=START - HOUR,
        expires=START + timedelta(days=7),
        budget=budget,
    )


def sealed_again(record: RunRecord) -> None:
    """As if it had lain there before the run ended."""
    assert record.meta.ended is not None
    record.finish(ended=record.meta.ended, interrupted=False)


def verdicts(record: RunRecord) -> list[str]:
    return [verdict.verdict for verdict in judge_record(record).gates.values()]


def test_a_clean_rehearsal_is_go_and_the_later_gates_are_not_yet(rehearsed: RunRecord) -> None:
    judgement = judge_record(rehearsed)
    assert verdicts(rehearsed) == ["GO", "NOT YET", "NOT YET"]
    assert judgement.gates["rehearsal"].passed == len(of_a_rehearsal())
    assert judgement.as_of == rehearsed.meta.ended
    assert 0 < judgement.readiness_percent < 85


def test_everything_at_its_grade_wants_nothing_but_papers_which_no_run_can_give(runs: Path) -> None:
    ids = tuple(control.id for control in load().controls)
    record = RunRecord.create(runs / "run-1", meta("run-1", registered=ids, grade=Grade.PRODUCTION))
    take_snapshots(record, load().model_copy(update={"scenarios": ()}))
    everything(record)
    record.finish(ended=START + HOUR, interrupted=False)
    assert verdicts(RunRecord.open(record.folder)) == ["GO", "NOT YET", "NOT YET"]
    papers = {each.id for each in load().controls if Method.ATTEST in each.methods}
    judgement = judge_record(record)
    assert {each.control for each in judgement.gates["production"].missing} == papers
    assert {each.control for each in judgement.gates["experience"].missing} <= papers
    reached = {each.id for each in judgement.controls if each.reached}
    assert reached == {each.id for each in load().controls} - papers


def test_a_failure_is_no_go_and_names_its_control(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    judgement = judge_record(record)
    assert verdicts(record) == ["NO-GO", "NO-GO", "NO-GO"]
    assert judgement.gates["rehearsal"].failing == ("CBK-11",)
    assert exit_code(judgement, "rehearsal") == 1


def test_a_pass_after_a_failure_in_an_earlier_run_counts(runs: Path) -> None:
    sample_run(runs, "run-1", change=outcomes({"CBK-11": Outcome.FAIL}))
    assert verdicts(sample_run(runs, "run-2", start=START + HOUR))[0] == "GO"


def test_a_control_left_out_today_rests_on_yesterday(runs: Path) -> None:
    sample_run(runs, "run-1")
    today = sample_run(
        runs, "run-2", start=START + HOUR, change=lambda each: None if each.control == "CBK-11" else each
    )
    judgement = judge_record(today)
    status = next(each for each in judgement.controls if each.id == "CBK-11")
    assert judgement.gates["rehearsal"].verdict == "GO"
    assert (status.runs, status.checks) == (("run-1",), ())


def test_a_narrowed_runs_failure_is_not_forgotten(runs: Path) -> None:
    sample_run(runs, "run-1", selection=True, change=outcomes({"CBK-11": Outcome.FAIL}))
    today = sample_run(
        runs, "run-2", start=START + HOUR, change=lambda each: None if each.control == "CBK-11" else each
    )
    assert verdicts(today)[0] == "NO-GO"


def test_history_is_fixed_when_a_run_begins(runs: Path) -> None:
    first = sample_run(runs, "run-1")
    before = judge_record(first)
    sample_run(runs, "run-2", start=START - HOUR, change=outcomes({"CBK-11": Outcome.FAIL}))
    assert judge_record(RunRecord.open(first.folder)) == before


def test_a_killed_run_is_not_yet(runs: Path) -> None:
    record = sample_run(runs, finished=False)
    assert verdicts(record) == ["NOT YET"] * 3
    assert judge_record(record).interrupted


def test_capabilities_of_the_record_are_heeded(runs: Path) -> None:
    record = sample_run(
        runs,
        capabilities=("login", "qr"),
        change=lambda check: None if check.control == "PAY-15" else check,
    )
    statuses = {each.id: each for each in judge_record(record).controls}
    assert statuses["PAY-15"].status is Standing.NOT_APPLICABLE
    assert statuses["SEC-06"].status is Standing.PASS


def test_a_waiver_that_lies_in_the_record_is_ignored_even_under_a_seal(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({WAIVABLE: Outcome.FAIL}))
    assert record.read_snapshot("waivers") is None
    assert verdicts(record)[0] == "NO-GO"
    record.snapshot("waivers", [waiver(WAIVABLE, budget=9).model_dump(mode="json")])
    assert judge_record(record).doubts  # written behind the seal
    sealed_again(record)
    assert judge_record(record).doubts == ()
    assert verdicts(record)[0] == "NO-GO"


def test_a_fault_of_our_own_is_heeded(runs: Path) -> None:
    record = sample_run(runs)
    record.finish(ended=START + HOUR, interrupted=False, faults=["a secret stands in page.html"])
    judgement = judge_record(RunRecord.open(record.folder))
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert exit_code(judgement, "rehearsal") == 5


def test_as_of_a_later_moment_evidence_is_too_old(rehearsed: RunRecord) -> None:
    judgement = judge_record(rehearsed, START + timedelta(days=15))
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert exit_code(judgement, "rehearsal") == 5


def test_a_record_without_its_checklist_is_refused(runs: Path) -> None:
    record = RunRecord.create(runs / "run-1", meta("run-1"))
    with pytest.raises(UsageError, match="no snapshot of its checklist"):
        judge_record(record)


@pytest.mark.parametrize("name", ["checklist", "history"])
def test_a_snapshot_of_another_shape_is_refused(rehearsed: RunRecord, name: str) -> None:
    rehearsed.snapshot(name, [{"what": "is this"}])
    with pytest.raises(UsageError, match=f"snapshot {name} has another shape"):
        judge_record(rehearsed)


def test_a_check_of_an_unknown_control_is_refused(rehearsed: RunRecord) -> None:
    rehearsed.append(check("CBK-99"))
    with pytest.raises(UsageError, match="CBK-99"):
        judge_record(rehearsed)


def test_a_history_row_of_a_control_since_removed_is_left_aside(runs: Path) -> None:
    sample_run(runs, "run-1")
    record = sample_run(runs, "run-2", start=START + HOUR)
    rows = record.read_snapshot("history")
    rows[0]["check"]["control"] = "CBK-99"
    record.snapshot("history", rows)
    sealed_again(record)
    assert verdicts(record)[0] == "GO"


def test_a_finished_record_whose_last_line_is_torn_is_not_go(runs: Path) -> None:
    sample_run(runs, "run-1")
    today = sample_run(runs, "run-2", start=START + HOUR)
    results = today.folder / "results.ndjson"
    results.write_bytes(results.read_bytes()[:-20])
    assert verdicts(RunRecord.open(today.folder))[0] == "NOT YET"


def test_the_evidence_of_another_app_never_counts(runs: Path) -> None:
    sample_run(runs, "theirs", subject="theirs")
    record = sample_run(
        runs,
        "ours",
        start=START + HOUR,
        subject="ours",
        change=lambda each: each if each.control == "CFG-01" else None,
    )
    judgement = judge_record(record)
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert {id_ for each in judgement.controls for id_ in each.runs} == {"ours"}


def test_a_run_in_which_the_app_never_answered_is_not_go_and_says_so(runs: Path) -> None:
    record = sample_run(runs, app_answers=0)
    judgement = judge_record(record)
    assert verdicts(record)[0] == "NOT YET"
    assert "the app never answered" in verdict_lines(judgement, "rehearsal")[0]
    assert exit_code(judgement, "rehearsal") == 2


def test_the_app_has_to_have_answered_in_some_run_of_the_same_subject(runs: Path) -> None:
    sample_run(runs, "theirs", subject="another", app_answers=7)
    assert verdicts(sample_run(runs, "first", start=START + HOUR, app_answers=0))[0] == "NOT YET"
    sample_run(runs, "second", start=START + 2 * HOUR, app_answers=7, change=outcomes({}))
    third = sample_run(
        runs,
        "third",
        start=START + 3 * HOUR,
        app_answers=0,
        change=lambda each: each if each.control == "CFG-01" else None,
    )
    assert verdicts(third)[0] == "GO"


def test_passes_of_a_run_that_the_app_never_answered_stand_behind_those_of_one_that_it_did(
    runs: Path,
) -> None:
    sample_run(
        runs, "answered", app_answers=7, change=lambda each: each if each.control == "CBK-11" else None
    )
    silent = judge_record(sample_run(runs, "silent", start=START + HOUR, app_answers=0))
    statuses = {each.id: each for each in silent.controls}
    assert statuses["CBK-11"].runs == ("answered",)
    assert statuses["CBK-11"].status is Standing.PASS
    assert statuses["CBK-03"].status is Standing.INCONCLUSIVE
    assert "the app never answered" in statuses["CBK-03"].message
    assert statuses["CFG-01"].status is Standing.PASS
    assert silent.gates["rehearsal"].verdict == "NOT YET"
    asked_nothing = sample_run(runs, "unasked", start=START + 2 * HOUR, merchant_asked=False)
    assert {each.id: each for each in judge_record(asked_nothing).controls}[
        "CBK-03"
    ].status is not Standing.PASS
