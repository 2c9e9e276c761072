"""The table of docs/merchants.md against the scenarios: what each `dialect` of a profile leaves out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.control import MCP
from harness.core.dialects import dialects
from harness.merchant.profile import MerchantProfile
from harness.plugin.marks import exercises
from harness.plugin.target.declared import Declared
from reports.checklist import load

ROOT = Path(__file__).parents[2]
ROW = re.compile(r'\| (?:`dialect = "(?P<wire>\w+)"`|no `(?P<lacks>dialect|mcp)`).*?\| (?P<left_out>.*?) \|')
CONTROL = re.compile(r"[A-Z]{3}-\d\d")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """As a plugin of the pytest below: write down which controls have no scenario that starts."""
    needed = {each.id: each.capability for each in load().controls if each.capability is not None}
    everything = MerchantProfile.load("shop").capabilities
    every = frozenset(dialects())
    profiles = {wire: Declared(everything, frozenset({wire}), needed) for wire in dialects()}
    profiles["no dialect"] = Declared(everything, every, needed)
    profiles["no mcp"] = Declared(everything - {MCP}, frozenset(dialects(classic=True)), needed)
    left_out = {}
    for name, declared in profiles.items():
        controls = {each.control for item in session.items for each in exercises(item)}
        started = [item for item in session.items if declared.lack(item) is None]
        left_out[name] = sorted(controls - {each.control for item in started for each in exercises(item)})
    Path(os.environ["LEFT_OUT"]).write_text(json.dumps(left_out), "utf-8")


def test_the_table_names_what_has_no_scenario_that_starts(tmp_path: Path) -> None:
    left_out = tmp_path / "left-out.json"
    subprocess.run(
        [sys.executable, "-m", "pytest", "scenarios", "--collect-only", "-q", "-p", __name__],
        cwd=ROOT,
        env={**os.environ, "LEFT_OUT": str(left_out), "PYTEST_ADDOPTS": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    rows = ROW.finditer((ROOT / "docs/merchants.md").read_text("utf-8"))
    told = {row["wire"] or f"no {row['lacks']}": CONTROL.findall(row["left_out"]) for row in rows}
    assert told == json.loads(left_out.read_text("utf-8"))
