"""The registry of deliberate defects, and what a run does beside catching one.

That each is caught is measured by `golive mutants`, a part of the build of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import yaml

from harness.core.control import Outcome
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS
from harness.verdict.locked_parts import LockedPart
from reports.checklist import load
from tests.scenarios.running import rehearse

DEFECTS = (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)
SEEN_TO_FAIL = Path(__file__).with_name("seen_to_fail.yaml")
MOST_UNSEEN = 7
"""It may only get less: whoever adds a scenario shows a defect that makes it fail."""


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
    assert not load().exercised - by_defect


def test_every_scenario_was_seen_to_fail_or_it_is_written_down_that_none_was() -> None:
    told: dict[str, dict[str, str]] = yaml.safe_load(SEEN_TO_FAIL.read_text("utf-8"))
    seen, elsewhere, unseen = told["seen"], told["elsewhere"], told["unseen"]
    scenarios: dict[str, set[str]] = defaultdict(set)
    for line in load().scenarios:
        part = LockedPart.read(line)
        scenarios[part.control].add(part.scenario.partition("[")[0].removeprefix("scenarios/"))
    every = set().union(*scenarios.values())
    alone = {each for those in scenarios.values() if len(those - elsewhere.keys()) == 1 for each in those}
    assert sorted([*seen, *elsewhere, *unseen]) == sorted(every - (alone - elsewhere.keys()))
    assert set(seen.values()) <= {defect.id for defect in DEFECTS}
    assert len(unseen) <= MOST_UNSEEN


def test_no_two_defects_share_a_name() -> None:
    assert len({defect.id for defect in DEFECTS}) == len(DEFECTS)
