"""`golive measure-load` leaves what it measured, what that proves, and what a page draws of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from harness.core.control import Grade
from harness.evidence.load_summary import LoadSummary
from load.criteria.file import load_set
from load.judged import FINDINGS
from load.measurement import FILE, read
from load.plan import plan
from tests.load.conftest import Target
from tests.load.running import begin, finish

SET = """
schema: 1
title: {zh: "两秒", en: "Two seconds"}
grade: simulated
arrivals: {profile: constant, rate: 40, seconds: 2}
users: [{flow: create, scenario: h5, dialect: mcp}]
generator: [max_lag < 9m]
criteria: [{control: PRF-01, endpoint: create, require: [success_rate > 90%]}]
"""


def test_a_set_is_measured_judged_and_summed_up(simulator: Target, tmp_path: Path) -> None:
    brief = tmp_path / "brief.yaml"
    brief.write_text(SET, "utf-8")
    out = tmp_path / "run"
    process = begin(out, *simulator.options, "--set", str(brief), program=("-m", "harness", "measure-load"))
    ended = finish(process, out)
    assert ended.code == 0, ended.said
    measured, told = read(out / FILE), LoadSummary.read(out)
    assert told is not None
    assert (told.set, told.requests, told.failed) == ("brief", 80, 0)
    assert measured.requests == 80
    (found,) = json.loads((out / FINDINGS).read_text("utf-8"))
    assert [each.outcome.value for each in told.subjects] == [found["outcome"]] == ["pass"]


def test_a_page_counts_the_requests_that_the_plan_named(simulator: Target, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.yaml"
    users = (
        "users: [{flow: create, scenario: h5, dialect: mcp}, {flow: journey, scenario: native, dialect: mcp}]"
    )
    mixed.write_text(
        re.sub("^users: .*$", users, SET.replace("rate: 40", "rate: 10"), flags=re.MULTILINE), "utf-8"
    )
    out = tmp_path / "run"
    process = begin(out, *simulator.options, "--set", str(mixed), program=("-m", "harness", "measure-load"))
    ended = finish(process, out)
    assert ended.code == 0, ended.said
    costs, told = plan(load_set(str(mixed)), grade=Grade.SIMULATED), LoadSummary.read(out)
    assert told is not None
    assert told.requests == sum(told.whole.due) == costs.requests - costs.beside
