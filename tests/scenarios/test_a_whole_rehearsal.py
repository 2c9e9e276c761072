"""The whole way, once: the correct shop passes, the page is written, and no later gate is given away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from reports.build import build
from reports.checklist import load
from tests.longer_loads import LONGER_LOADS
from tests.scenarios.running import Rehearsed, rehearse
from tests.scenarios.shared_rehearsal import whole_rehearsal


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """One rehearsal of everything, shared by the tests below."""
    return whole_rehearsal(tmp_path_factory)


UNSCANNED = "SEC-09"
"""Nobody has added a scan of our own shop."""


def judged(whole: Rehearsed) -> list[Check]:
    """Every check that applies to the merchant."""
    return [check for check in whole.checks if check.outcome is not Outcome.NOT_APPLICABLE]


def test_it_ends_with_go_and_exit_code_0(whole: Rehearsed) -> None:
    assert whole.code == 0, whole.output
    assert "REHEARSAL GO" in whole.output


def test_what_does_not_apply_is_no_error_of_pytests(whole: Rehearsed) -> None:
    assert "42 skipped" in whole.output


def test_the_last_line_names_the_next_gate_and_what_is_missing(whole: Rehearsed) -> None:
    assert "NOT YET" in whole.last_line
    assert "missing" in whole.last_line


def test_every_exercised_control_passed_and_nothing_else_was_claimed(whole: Rehearsed) -> None:
    assert {check.control for check in whole.checks} == load().exercised - LONGER_LOADS
    others = {check.control for check in judged(whole) if check.outcome is not Outcome.PASS}
    assert others == {"CBK-17", UNSCANNED}, whole.output
    assert whole.outcomes(UNSCANNED) == {Outcome.INCONCLUSIVE}
    assert whole.outcomes("CBK-17") == {Outcome.PASS, Outcome.WARN}, "the envelope's weakness is reported"


def test_every_check_rests_on_something(whole: Rehearsed) -> None:
    assert {check.control for check in judged(whole) if not check.exercised} == {UNSCANNED}


def test_only_what_is_asked_of_another_kind_of_merchant_does_not_apply(whole: Rehearsed) -> None:
    apart = {
        (check.control, check.message) for check in whole.checks if check.outcome is Outcome.NOT_APPLICABLE
    }
    by_phone = {
        each for each in apart if each[1].startswith("the platform is played, and so is whoever pays")
    }
    ways = {f"PAY-0{number}" for number in range(1, 6)}
    assert {control for control, _ in by_phone} == {*ways, "PAY-12", "PAY-13", "CBK-01", "EXP-01", "EXP-04"}
    assert apart - by_phone == {
        ("CFG-09", "the platform that calls back is played here: its own callbacks show it"),
        ("CFG-13", "no results of your own tests were imported, and a rehearsal asks for none"),
        ("CFG-14", "a platform that is played has no portal"),
        ("PAY-02", "the merchant's page is judged in a browser"),
        ("PAY-06", "the merchant's page is judged in a browser"),
        (
            "SEC-01",
            "the platform is played on this machine, over plain http: nothing of its https can be judged",
        ),
        ("PAY-09", "the shopper's side names the purchase: the same order is asked for again"),
    }


def test_the_record_holds_every_file_that_other_programs_rely_on(whole: Rehearsed) -> None:
    names = {path.name for path in whole.folder.iterdir()}
    assert {"run.json", "results.ndjson", "report.html", "report.json", "junit.xml"} <= names
    assert list((whole.folder / "allure-results").glob("*-result.json"))


def test_production_is_not_yet_and_says_what_is_missing(whole: Rehearsed) -> None:
    report = json.loads((whole.folder / "report.json").read_text("utf-8"))
    assert report["gates"]["rehearsal"]["verdict"] == "GO"
    assert report["gates"]["production"]["verdict"] == "NOT YET"
    missing = {each["control"] for each in report["gates"]["production"]["missing"]}
    assert len(missing) > 50
    assert {"CFG-13", UNSCANNED} <= missing, "what nobody brought is not in place"
    assert {entry["id"] for entry in report["controls"]} == {control.id for control in load().controls}


def test_the_page_needs_no_network_and_shows_pictures(whole: Rehearsed) -> None:
    page = (whole.folder / "report.html").read_text("utf-8")
    assert page.count("data:image/png;base64,") >= 4
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert not re.search(r"url\(\s*['\"]?https?:", page)


def test_no_secret_of_the_run_is_in_anything_it_left(whole: Rehearsed) -> None:
    texts = [path.read_text("utf-8", "replace") for path in whole.folder.rglob("*") if path.is_file()]
    assert not [text for text in texts if "PRIVATE KEY-----" in text]


def test_rebuilding_the_page_changes_no_byte(whole: Rehearsed) -> None:
    before = {
        name: (whole.folder / name).read_bytes() for name in ("report.html", "report.json", "junit.xml")
    }
    build(whole.folder)
    assert before == {name: (whole.folder / name).read_bytes() for name in before}


def test_a_scenario_on_no_wire_leaves_the_next_wire_a_merchant_of_its_own(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--one-by-one", "--only=PAY-14,PAY-13", door="pytest")
    assert run.code == 0, run.output
    assert {check.control for check in run.checks} == {"PAY-13", "PAY-14"}
