"""The records of judgement are closed and frozen, and their words have the order the verdict relies on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from harness.core.control import Check, Control, Grade, Method, Outcome, Severity, Text

TITLE = Text(zh="探测签名必须拒绝", en="probe signatures are refused")


def control(**changes: object) -> Control:
    members: dict[str, object] = {
        "id": "CBK-03",
        "title": TITLE,
        "criterion": TITLE,
        "remedy": TITLE,
        "methods": (Method.TEST,),
        "severity": Severity.FATAL,
        "rehearsed": True,
        "confirmed_at": Grade.SIMULATED,
        "source": "P§3; C07",
    }
    return Control.model_validate(members | changes)


def check(**changes: object) -> Check:
    members: dict[str, object] = {
        "control": "CBK-03",
        "scenario": "scenarios/callbacks/test_probe.py::test_refused",
        "provider": "wechat",
        "dialect": "apiv3",
        "outcome": Outcome.PASS,
        "grade": Grade.SIMULATED,
        "started": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "duration_s": 0.25,
    }
    return Check.model_validate(members | changes)


def test_grades_are_ordered_by_what_evidence_is_worth() -> None:
    assert Grade.PAPER < Grade.SIMULATED < Grade.EXPERIENCE < Grade.PRODUCTION
    assert Grade.EXPERIENCE.label == "experience"


def test_a_control_knows_its_section() -> None:
    assert control().section == "CBK"


@pytest.mark.parametrize("identity", ["CBK-3", "cbk-03", "CBK03", "CBK-003", "CBKX-03", "CBK-03 "])
def test_a_control_id_has_one_shape(identity: str) -> None:
    with pytest.raises(ValidationError):
        control(id=identity)


def test_a_record_refuses_members_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        check(verdict="GO")


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        check().outcome = Outcome.FAIL


def test_a_check_that_says_nothing_of_evidence_rests_on_none() -> None:
    assert check().exercised == 0


def test_a_check_survives_its_line_of_the_record() -> None:
    original = check(exercised=3, message="拒绝", outcome="fail", blame="merchant")
    assert Check.model_validate_json(original.model_dump_json()) == original


CONTRADICTIONS: dict[str, dict[str, object]] = {
    "a pass that blames": {"outcome": "pass", "blame": "merchant"},
    "nothing to judge, and blames": {"outcome": "not-applicable", "blame": "environment"},
    "a failure of nobody": {"outcome": "fail", "blame": None},
    "a warning to nobody": {"outcome": "warn", "blame": None},
    "a broken check that blames others": {"outcome": "harness-error", "blame": "merchant"},
    "a broken check of nobody": {"outcome": "harness-error", "blame": None},
    "a pass of what was not started": {"outcome": "pass", "lacks": "payer"},
    "a failure of what was not started": {"outcome": "fail", "blame": "merchant", "lacks": "payer"},
    "less than nothing exercised": {"exercised": -1},
    "no length": {"duration_s": float("nan")},
    "no end": {"duration_s": 1e300},
    "no time zone": {"started": datetime(2026, 11, 23, 12)},  # noqa: DTZ001
}


@pytest.mark.parametrize("says", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_check_that_contradicts_itself_is_refused(says: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        check(**{"exercised": 1} | says)


@pytest.mark.parametrize(
    "says",
    [
        {"outcome": "pass"},
        {"outcome": "fail", "blame": "ambiguous"},
        {"outcome": "warn", "blame": "endpoint"},
        {"outcome": "harness-error", "blame": "harness"},
        {"outcome": "inconclusive", "blame": "environment"},
        {"outcome": "inconclusive"},
        {"outcome": "needs-human", "lacks": "payer", "exercised": 0},
        {"outcome": "not-applicable", "lacks": "wire"},
        {"outcome": "waived"},
    ],
)
def test_a_check_that_a_run_comes_to_is_taken(says: dict[str, object]) -> None:
    assert check(**{"exercised": 1} | says).outcome == says["outcome"]


@pytest.mark.parametrize("outcome", ["passed", "PASS", "skip", ""])
def test_there_is_no_outcome_beside_the_eight(outcome: str) -> None:
    assert len(Outcome) == 8
    with pytest.raises(ValidationError):
        check(outcome=outcome)
