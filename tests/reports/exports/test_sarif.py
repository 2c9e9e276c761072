"""SARIF as the official schema and GitHub's code scanning want it: findings of scans, nothing that passed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from harness.core.control import Blame, Check, Method, Outcome
from harness.evidence import RunRecord
from reports.checklist import load
from reports.export import reviewed
from reports.exports import sarif as module
from reports.exports.sarif import sarif, scanned
from tests.reports.exports.conftest import SETTING
from tests.reports.sample_run import sample_run

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text("utf-8"))


def run_of(record: RunRecord) -> dict[str, Any]:
    written = json.loads(sarif(reviewed(record.folder)))
    assert sorted(error.message for error in Draft4Validator(SCHEMA).iter_errors(written)) == []
    (run,) = written["runs"]
    return dict(run)


def settings(message: str, outcome: Outcome = Outcome.FAIL) -> Any:
    def change(check: Check) -> Check:
        if check.control != "CFG-05":
            return check
        blame = Blame.MERCHANT if outcome in (Outcome.FAIL, Outcome.WARN) else None
        return check.model_copy(update={"outcome": outcome, "blame": blame, "message": message})

    return change


def test_a_rule_is_a_control_that_a_scan_exercises(flawed: RunRecord) -> None:
    rules = run_of(flawed)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [each.id for each in scanned(load().controls)]
    assert {"CFG-01", "CFG-05", "SEC-01", "SEC-09"} <= {rule["id"] for rule in rules}
    control = load().control("CFG-05")
    assert Method.SCAN in control.methods
    rule = next(each for each in rules if each["id"] == "CFG-05")
    assert rule["shortDescription"]["text"] == f"{control.title.en} / {control.title.zh}"
    assert control.remedy.zh in rule["help"]["text"]
    assert control.remedy.en in rule["help"]["text"]


def test_a_finding_stands_at_the_line_of_the_settings_file(flawed: RunRecord) -> None:
    (result,) = run_of(flawed)["results"]
    assert result["ruleId"] == "CFG-05"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith(SETTING)
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": ".env.local"}, "region": {"startLine": 14}}


def test_each_line_of_a_check_is_a_finding_of_its_own(tmp_path: Path) -> None:
    lines = (
        "A_B: is not set Fix: write it\n"
        "C_D: is odd Fix: mend it [conf dir/.env:3]\n"
        "C_D: is odd Fix: mend it [x:4]"
    )
    results = run_of(sample_run(tmp_path / "runs", change=settings(lines)))["results"]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results]
    assert places == ["runs/20261123T020000Z-a1b2/report.json", "conf%20dir/.env", "x"]
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]
    assert len(set(prints)) == 3


def test_a_finding_is_the_same_alert_in_the_next_run_though_its_line_moved(tmp_path: Path) -> None:
    prints = [
        run_of(sample_run(tmp_path / "runs", name, change=settings(message)))["results"][0][
            "partialFingerprints"
        ]
        for name, message in (("one", SETTING), ("two", SETTING.replace(":14]", ":15]")))
    ]
    assert prints[0] == prints[1]


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN])
def test_what_is_not_decided_is_told_beside_the_results(tmp_path: Path, outcome: Outcome) -> None:
    run = run_of(sample_run(tmp_path / "runs", change=settings("nobody looked", outcome)))
    assert run["results"] == []
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["associatedRule"] == {"id": "CFG-05"}
    assert told["message"]["text"] == f"{outcome}: nobody looked"


def test_a_warning_is_a_note(tmp_path: Path) -> None:
    (result,) = run_of(sample_run(tmp_path / "runs", change=settings("it is close", Outcome.WARN)))["results"]
    assert result["level"] == "note"


def test_a_run_without_findings_has_none(tmp_path: Path) -> None:
    run = run_of(sample_run(tmp_path / "runs"))
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"]


def test_an_interrupted_run_did_not_succeed(tmp_path: Path) -> None:
    run = run_of(sample_run(tmp_path / "runs", interrupted=True))
    assert not run["invocations"][0]["executionSuccessful"]


def test_an_edited_record_did_not_succeed_and_says_why(tmp_path: Path) -> None:
    record = sample_run(tmp_path / "runs")
    results = record.folder / "results.ndjson"
    results.write_bytes(results.read_bytes().replace(b'"exercised":3', b'"exercised":9'))
    (invocation,) = run_of(record)["invocations"]
    assert not invocation["executionSuccessful"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert any("results.ndjson" in each for each in told)


def test_it_keeps_to_what_github_takes(hostile: RunRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RESULTS", 4)
    run = run_of(hostile)
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == 4
    assert "are left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert 1 <= len(result["locations"]) <= 1000
        assert len(result["message"]["text"]) <= module.LONGEST
    for rule in rules:
        assert len(rule["properties"]["tags"]) <= 10
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
        assert re.fullmatch(r"[A-Za-z0-9]+", rule["name"])


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("/etc/app/.env", "file:///etc/app/.env"),
        ("C:\\app\\.env", "file:///C:/app/.env"),
        ("./a/.env", "a/.env"),
    ],
)
def test_a_path_becomes_a_uri(tmp_path: Path, file: str, uri: str) -> None:
    (result,) = run_of(
        sample_run(tmp_path / "runs", change=settings(f"A_B: is odd Fix: mend it [{file}:3]"))
    )["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_same_record_and_moment_are_the_same_bytes(flawed: RunRecord) -> None:
    assert sarif(reviewed(flawed.folder)) == sarif(reviewed(flawed.folder, flawed.as_of + timedelta(days=1)))
