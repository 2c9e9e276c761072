"""The registry of deliberate defects, and what a run does beside catching one.

That each is caught is measured by `golive mutants`, a part of the build of its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS
from reports.checklist import load
from tests.scenarios.running import rehearse

ROOT = Path(__file__).parents[2]
DEFECTS = (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)
BY_FORGED_FILES = {
    "CFG-13": "tests/scenarios/test_own_tests_are_judged.py",
    "SEC-09": "tests/plugin/fixtures/test_vulnerability_scans.py",
}
"""Controls that judge a file somebody hands in: no app can be wrong about it, so the module named forges the
file."""


def test_conservation_is_looked_at_after_a_scenario_in_the_browser_too(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=PAY-06", "--defect=ledger-loses-a-fen", door="pytest")
    assert run.outcomes("PAY-06") == {Outcome.PASS, Outcome.NOT_APPLICABLE}, run.output
    assert run.outcomes("RCN-03") == {Outcome.FAIL}, run.output


def test_a_failing_forgery_leaves_no_secret_of_the_run(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CBK-02", "--defect=skips-signature")
    assert run.code == 1, run.output
    assert list((run.folder / "allure-results").glob("*-result.json"))
    assert not json.loads((run.folder / "run.json").read_text("utf-8")).get("faults")
    assert "secret" not in run.output


def test_every_exercised_control_has_a_defect_that_proves_it() -> None:
    by_defect = {defect.control for defect in DEFECTS}
    assert load().exercised - by_defect == BY_FORGED_FILES.keys()


@pytest.mark.parametrize(("control", "module"), BY_FORGED_FILES.items())
def test_what_no_defect_can_prove_is_proved_by_forged_files(control: str, module: str) -> None:
    text = (ROOT / module).read_text("utf-8")
    assert control in text
    assert re.search(r"pytest\.raises\(AssertionError|Outcome\.FAIL", text), "nothing forged fails there"


def test_no_two_defects_share_a_name() -> None:
    assert len({defect.id for defect in DEFECTS}) == len(DEFECTS)
