"""What a run's record says of its defect, and of the correct shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from harness.evidence.kill_matrix import Mutant
from harness.mutants.child import RECORD
from harness.mutants.judging import judge_correct, judge_mutant
from tests.mutants.finished_runs import CORRECT, DEFECT, WRONG, finished, without_record

SOFT = "EXP-05"
"""A control of severity S: its failure is a warning."""


def judged(folder: Path, outcomes: dict[str, Outcome], *, code: int | None = 1) -> Mutant:
    return judge_mutant(finished(folder, WRONG, outcomes, code=code), DEFECT)


def test_a_defect_is_killed_by_the_failure_of_its_own_control(tmp_path: Path) -> None:
    mutant = judged(tmp_path, {"CBK-01": Outcome.PASS, "CBK-02": Outcome.FAIL, "RCN-03": Outcome.FAIL})
    assert (mutant.killed, mutant.state) == (True, "killed")
    assert mutant.killed_by == ("CBK-02", "RCN-03")
    assert mutant.ran == ("CBK-01", "CBK-02", "RCN-03")
    assert (mutant.scenario, mutant.message) == ("scenarios/test_x.py::test_CBK-02", "CBK-02 said fail")
    assert mutant.kept == ""


def test_another_controls_failure_kills_nothing(tmp_path: Path) -> None:
    mutant = judged(tmp_path, {"CBK-02": Outcome.PASS, "RCN-03": Outcome.FAIL})
    assert (mutant.killed, mutant.state) == (False, "survived")
    assert mutant.killed_by == ("RCN-03",)
    assert mutant.message == "1 checks of CBK-02 ran, and none failed"
    assert mutant.kept == "skips-signature"


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.WARN, Outcome.NOT_APPLICABLE])
def test_a_control_that_does_not_fail_lets_the_defect_live(tmp_path: Path, outcome: Outcome) -> None:
    assert judged(tmp_path, {"CBK-02": outcome}, code=0).state == "survived"


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.HARNESS_ERROR])
def test_a_control_that_could_not_decide_is_an_error(tmp_path: Path, outcome: Outcome) -> None:
    mutant = judged(tmp_path, {"CBK-02": outcome}, code=5)
    assert (mutant.killed, mutant.state) == (False, "error")
    assert mutant.message == f"{outcome}: CBK-02 said {outcome}"
    assert mutant.broken == ("CBK-02",)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [({}, "no check was made"), ({"CBK-01": Outcome.PASS}, "no scenario of CBK-02 ran")],
    ids=["nothing", "others-only"],
)
def test_a_control_that_was_not_exercised_is_an_error(
    tmp_path: Path, outcomes: dict[str, Outcome], said: str
) -> None:
    mutant = judged(tmp_path, outcomes, code=0)
    assert (mutant.state, mutant.message) == ("error", said)


def test_a_run_without_a_record_shows_its_last_words(tmp_path: Path) -> None:
    mutant = judge_mutant(without_record(tmp_path, WRONG, code=3), DEFECT)
    assert (mutant.killed, mutant.state) == (False, "error")
    assert mutant.message.startswith("it ended with 3 and left no record:")
    assert mutant.message.endswith("the browser would not start")


def test_a_run_that_took_too_long_kills_nothing(tmp_path: Path) -> None:
    mutant = judged(tmp_path, {"CBK-02": Outcome.FAIL}, code=None)
    assert (mutant.killed, mutant.message) == (False, "it was stopped after 240 s")


def test_a_process_that_died_kills_nothing(tmp_path: Path) -> None:
    ended = finished(tmp_path, WRONG, {"CBK-02": Outcome.FAIL}, code=-11, closed=False)
    mutant = judge_mutant(ended, DEFECT)
    assert (mutant.killed, mutant.state) == (False, "error")
    assert mutant.message.startswith("it broke off with -11:")


def test_a_secret_in_the_record_is_no_kill(tmp_path: Path) -> None:
    leak = ("a secret of this run stands in output.txt",)
    mutant = judge_mutant(finished(tmp_path, WRONG, {"CBK-02": Outcome.FAIL}, faults=leak), DEFECT)
    assert (mutant.killed, mutant.state) == (False, "error")
    assert leak[0] in mutant.message


@pytest.mark.parametrize(
    ("failing", "code", "state"),
    [
        ("CBK-02", 1, "killed"),
        ("CBK-02", 0, "error"),
        (SOFT, 0, "killed"),
        (SOFT, 2, "killed"),
        (SOFT, 1, "error"),
    ],
)
def test_the_exit_code_has_to_say_what_the_checks_say(
    tmp_path: Path, failing: str, code: int, state: str
) -> None:
    defect = DEFECT.model_copy(update={"control": failing})
    ended = finished(tmp_path, WRONG, {failing: Outcome.FAIL}, code=code)
    assert judge_mutant(ended, defect).state == state


def test_a_correct_shop_that_passes_is_silent(tmp_path: Path) -> None:
    run, alarms, _ = judge_correct(finished(tmp_path, CORRECT, {"CBK-02": Outcome.PASS}, code=0))
    assert (run.state, run.checks, run.whole, run.kept) == ("silent", 1, True, "")
    assert alarms == ()


def test_a_warning_is_no_false_alarm(tmp_path: Path) -> None:
    run, alarms, _ = judge_correct(finished(tmp_path, CORRECT, {SOFT: Outcome.WARN}, code=0))
    assert (run.state, alarms) == ("silent", ())


@pytest.mark.parametrize(("control", "code"), [("CBK-02", 1), (SOFT, 0)])
def test_a_failure_of_the_correct_shop_is_a_false_alarm(tmp_path: Path, control: str, code: int) -> None:
    run, (alarm,), _ = judge_correct(finished(tmp_path, CORRECT, {control: Outcome.FAIL}, code=code))
    assert (run.state, run.kept) == ("alarm", "correct-1")
    assert (alarm.control, alarm.run, alarm.dialect) == (control, "correct-1", "apiv3")
    assert alarm.message == f"{control} said fail"


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.HARNESS_ERROR])
def test_a_correct_run_that_could_not_decide_proves_nothing(tmp_path: Path, outcome: Outcome) -> None:
    run, alarms, _ = judge_correct(finished(tmp_path, CORRECT, {"CBK-02": outcome}, code=5))
    assert (run.state, alarms) == ("error", ())
    assert run.message.startswith(f"{outcome} in CBK-02")


def test_a_correct_run_that_checked_nothing_proves_nothing(tmp_path: Path) -> None:
    run, _, _ = judge_correct(finished(tmp_path, CORRECT, {}, code=5))
    assert (run.state, run.message) == ("error", "no check was made")


def test_what_somebody_has_to_bring_is_no_undecided_check_of_a_correct_run(tmp_path: Path) -> None:
    ended = finished(tmp_path, CORRECT, {"CBK-02": Outcome.PASS}, code=0, closed=False)
    record = RunRecord.open(ended.folder / RECORD)
    lacking = record.checks[0].model_copy(
        update={"control": "SEC-09", "outcome": Outcome.INCONCLUSIVE, "lacks": "scans", "message": "none"}
    )
    record.append(lacking)
    record.finish(ended=lacking.started, interrupted=False)
    assert judge_correct(ended).run.state == "silent"
