"""Every deliberate defect of the shop and of the simulator is caught by the control meant for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.control import Defect, Outcome, Severity
from harness.shop.defects import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS
from reports.checklist import load
from tests.scenarios.running import rehearse

DEFECTS = (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.control}-{defect.id}")
def test_the_control_fails_on_its_defect(defect: Defect, tmp_path: Path) -> None:
    kept = f"--alluredir={tmp_path / 'run' / 'allure-results'}"
    run = rehearse(tmp_path / "run", f"--only={defect.control}", f"--defect={defect.id}", kept, door="pytest")
    assert Outcome.FAIL in run.outcomes(defect.control), run.output
    # A failing S control is a warning, which no exit code may hide or inflate.
    soft = load().control(defect.control).severity is Severity.SHOULD
    assert (run.code, "SELECTION FAIL" in run.output) == ((0, False) if soft else (1, True)), run.output
    assert "harness error" not in run.output.lower(), "a failure put a secret into the record"


def test_conservation_is_looked_at_after_a_scenario_in_the_browser_too(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=PAY-06", "--defect=books-one-fen-short", door="pytest")
    assert run.outcomes("PAY-06") == {Outcome.PASS}, run.output
    assert run.outcomes("RCN-03") == {Outcome.FAIL}, run.output


def test_a_failing_forgery_leaves_no_secret_of_the_run(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CBK-02", "--defect=skips-signature")
    assert run.code == 1, run.output
    assert list((run.folder / "allure-results").glob("*-result.json"))
    assert not json.loads((run.folder / "run.json").read_text("utf-8")).get("faults")
    assert "secret" not in run.output


def test_every_exercised_control_has_a_defect_that_proves_it() -> None:
    assert load().exercised <= {defect.control for defect in DEFECTS}


def test_no_two_defects_share_a_name() -> None:
    assert len({defect.id for defect in DEFECTS}) == len(DEFECTS)
