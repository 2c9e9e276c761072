"""Gates are data: rules pick controls, and a later gate needs all that an earlier one needs."""

from __future__ import annotations

import pytest

from harness.core.control import Grade, Method, Severity
from harness.verdict import Requirement, Rule, highest_gate, requirements
from tests.verdict.cases import CONTROLS, FATAL, GATES, PAPER, control


@pytest.mark.parametrize(
    ("rule", "picked"),
    [
        (Rule(grade="simulated"), {"CBK-01", "CBK-02", "CBK-03", "OPS-01"}),
        (Rule(grade="simulated", controls=("CBK-02",)), {"CBK-02"}),
        (Rule(grade="simulated", sections=("OPS",)), {"OPS-01"}),
        (Rule(grade="simulated", methods=(Method.ATTEST,)), {"OPS-01"}),
        (Rule(grade="simulated", severities=(Severity.FATAL,)), {"CBK-01"}),
        (Rule(grade="simulated", confirmed_at=("experience",)), {"CBK-01"}),
        (Rule(grade="simulated", rehearsed=False), {"OPS-01"}),
        (Rule(grade="simulated", rehearsed=True, but_not=("CBK-01",)), {"CBK-02", "CBK-03"}),
    ],
)
def test_a_rule_picks_what_fits_all_it_says(rule: Rule, picked: set[str]) -> None:
    assert {each.id for each in CONTROLS if rule.fits(each)} == picked


def test_confirmed_asks_each_control_for_its_own_grade() -> None:
    rule = Rule(grade="confirmed")
    assert rule.required_grade(FATAL) is Grade.EXPERIENCE
    assert rule.required_grade(PAPER) is Grade.PAPER


def test_a_control_without_a_check_stays_out_of_a_rule_about_checks() -> None:
    needs = requirements(GATES, CONTROLS, checked={"CBK-01"})
    assert {each.control for each in needs["rehearsal"]} == {"CBK-01"}


def test_a_later_gate_needs_everything_an_earlier_one_needs() -> None:
    needs = requirements(GATES, CONTROLS, checked={"CBK-01", "CBK-02"})
    assert needs["rehearsal"] < needs["experience"] < needs["production"]
    assert Requirement("CBK-01", Grade.SIMULATED) in needs["production"]
    assert Requirement("CBK-01", Grade.EXPERIENCE) in needs["production"]


@pytest.mark.parametrize(
    ("grade", "gate"),
    [
        (Grade.PAPER, "rehearsal"),
        (Grade.SIMULATED, "rehearsal"),
        (Grade.EXPERIENCE, "experience"),
        (Grade.PRODUCTION, "production"),
    ],
)
def test_a_run_judges_the_highest_gate_its_grade_allows(grade: Grade, gate: str) -> None:
    assert highest_gate(GATES, grade) == gate


def test_a_checklist_without_gates_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"^a checklist has at least one gate$"):
        highest_gate((), Grade.SIMULATED)


def test_a_rule_about_methods_wants_one_of_them() -> None:
    both = control(methods=(Method.TEST, Method.ATTEST))
    assert Rule(grade="simulated", methods=(Method.TEST, Method.SCAN)).fits(both)


def test_where_no_gate_asks_for_so_high_a_grade_the_last_one_is_judged() -> None:
    assert highest_gate(GATES[:2], Grade.PRODUCTION) == "experience"
