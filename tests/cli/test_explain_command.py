"""`golive explain`: the checklist at a terminal, and what proves each control."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from harness.cli.explain import DEFECTS, command, scenarios_of
from harness.core.errors import UsageError
from reports.checklist import load


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_alone_it_lists_every_control() -> None:
    output = explain().output
    controls, checked = load().controls, len(load().exercised)
    assert all(control.id in output for control in controls)
    assert output.splitlines()[-1] == f"✓ {checked} checked · ○ {len(controls) - checked} planned"


def test_a_section_lists_its_own_controls() -> None:
    output = explain("rcn", "--lang", "zh").output
    assert [line.split()[1] for line in output.splitlines()[1:4]] == ["RCN-01", "RCN-02", "RCN-03"]
    assert "对账" in output
    assert "CBK-01" not in output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_control_is_explained_in_full(lang: str) -> None:
    output = "".join(explain("cbk-03", "--lang", lang).output.split())
    control = load().control("CBK-03")
    for text in (control.title, control.criterion, control.remedy):
        assert "".join(getattr(text, lang).split()) in output
    assert control.source.replace(" ", "") in output


def test_the_scenario_and_the_defects_that_prove_a_control_are_named() -> None:
    output = explain("CBK-03").output
    assert scenarios_of("CBK-03")
    assert all(scenario in output for scenario in scenarios_of("CBK-03"))
    defects = [defect.id for defect in DEFECTS if defect.control == "CBK-03"]
    assert defects
    assert all(defect in output for defect in defects)


def test_the_official_rows_that_a_control_proves_are_named() -> None:
    output = explain("CBK-03").output
    assert "Q2 A failed verification" in output
    assert "C07 A probe" in output
    assert "AL-N4 重复通知只生效一次" in explain("CBK-11", "--lang", "zh").output
    assert "Official" not in explain("STB-02").output


def test_cases_of_one_scenario_are_counted() -> None:
    assert any(scenario.endswith("cases)") for scenario in scenarios_of("CBK-02"))


def test_what_ever_had_a_check_has_one() -> None:
    assert [id_ for id_ in sorted(load().exercised) if not scenarios_of(id_)] == []


def test_a_planned_control_says_so() -> None:
    assert "nothing yet (planned)" in explain("OPS-01").output


def test_grades_and_capabilities_are_said() -> None:
    output = explain("PAY-03").output
    assert "simulated → experience" in output
    assert "jsapi" in output


@pytest.mark.parametrize(
    ("word", "near"), [("CBK-99", "CBK-"), ("CKB-03", "CBK-03"), ("???", "golive explain lists them all")]
)
def test_an_unknown_control_is_refused_with_what_is_near(word: str, near: str) -> None:
    error = explain(word).exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 4
    assert near in error.remedy
