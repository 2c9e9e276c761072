"""`golive explain`: the checklist at a terminal, and what proves each control."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from harness.cli.explain import DEFECTS, command, scenarios_of
from harness.core.control import Method
from harness.core.errors import UsageError
from harness.verdict.papers import wants_paper
from reports.checklist import load


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def test_alone_it_lists_every_control() -> None:
    output = explain().output
    controls, checked = load().controls, len(load().exercised)
    assert all(control.id in output for control in controls)
    papers = sum(control.methods == (Method.ATTEST,) for control in controls)
    rest = len(controls) - checked - papers
    assert (
        output.splitlines()[-1] == f"✓ {checked} checked · ✎ {papers} attested by persons · ○ {rest} planned"
    )


@pytest.mark.parametrize(("control", "persons"), [("OPS-02", 2), ("SEC-12", 1), ("SEC-10", 1), ("CBK-03", 0)])
def test_what_persons_attest_is_told_with_the_commands(control: str, persons: int) -> None:
    output = explain(control).output
    assert (f"golive attest {control} --by NAME" in output) is (persons > 0)
    assert (f"golive approve {control} --by NAME" in output) is (persons > 1)
    assert "planned" not in output


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


def test_the_clauses_that_a_control_rests_on_are_named() -> None:
    output = explain("CBK-03").output
    assert "Q2 A failed verification" in output
    assert "C07 A probe" in output
    assert "AL-N4 重复通知只生效一次" in explain("CBK-11", "--lang", "zh").output
    assert "Clauses" not in explain("STB-02").output


def test_each_clause_comes_with_title_page_and_date() -> None:
    for page in load().clause("C07").pages:
        (line,) = (line for line in explain("CBK-03").output.splitlines() if page.address in line)
        assert page.title in line
        assert str(page.date) in line


def test_a_control_without_clauses_says_what_it_rests_on() -> None:
    assert "Rests on    An invariant of our own" in explain("MCP-08").output
    assert "依据        方案第 4 节" in explain("OPS-02", "--lang", "zh").output


@pytest.mark.parametrize("word", ["C07", "c07", "al-n4", "K4"])
def test_a_clause_is_explained_with_the_controls_that_rest_on_it(word: str) -> None:
    checklist = load()
    clause = checklist.clause(word.upper())
    output = explain(word).output
    assert output.startswith(f"{clause.id}  {clause.statement.en}")
    assert all(page.title in output and page.address in output for page in clause.pages)
    assert all(control in output for control in checklist.resting_on(clause.id))


def test_a_clause_that_nothing_answers_says_why() -> None:
    output = explain("C44").output
    assert "Controls    none" in output
    assert "The simulator speaks v3 only" in output


def test_a_page_that_moved_on_is_marked() -> None:
    assert "a newer text of 2026-08-11 has not been read" in explain("C22").output
    assert "有更新的版本 2026-08-11，尚未读" in explain("C22", "--lang", "zh").output


def test_as_json_it_says_the_same_for_programs() -> None:
    control = json.loads(explain("CBK-03", "--json").output)["control"]
    assert [each["id"] for each in control["clauses"]] == list(load().control("CBK-03").clauses)
    assert control["scenarios"] == scenarios_of("CBK-03")
    assert control["confirmed_at"] == "simulated"
    clause = json.loads(explain("C07", "--json").output)["clause"]
    assert clause["digest"] == load().clause("C07").digest
    assert "CBK-03" in [each["id"] for each in clause["controls"]]
    section = json.loads(explain("rcn", "--json").output)["controls"]
    assert [each["id"] for each in section] == ["RCN-01", "RCN-02", "RCN-03"]
    assert len(json.loads(explain("--json").output)["controls"]) == len(load().controls)


def test_cases_of_one_scenario_are_counted() -> None:
    assert any(scenario.endswith("cases)") for scenario in scenarios_of("CBK-02"))


def test_what_ever_had_a_check_has_one() -> None:
    assert [id_ for id_ in sorted(load().exercised) if not scenarios_of(id_)] == []


def test_every_control_is_checked_or_attested_and_one_that_were_not_would_say_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unchecked = (each for each in load().controls if each.id not in load().exercised)
    assert [each.id for each in unchecked if not wants_paper(each)] == []
    assert "○ 0 planned" in explain().output
    monkeypatch.setattr("harness.cli.explain.scenarios_of", lambda _: [])
    assert "nothing yet (planned)" in explain("CBK-02").output


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
