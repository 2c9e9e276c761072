"""Findings of a settings file for code scanning, and beside the line in a pull request."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft4Validator

from harness.cli.config_findings import github_annotations, settings_sarif
from harness.settings.finding import ConfigurationReport, Finding, Note
from reports.checklist import load
from tests.reports.exports.test_sarif import SCHEMA

MISSING = Finding(control="CFG-01", variable="JWT_SECRET", line=None, problem="is not set", fix="50 % a\nday")
WRONG = Finding(
    control="CFG-04", variable="WECHAT_PAY_SANDBOX", line=21, problem="is not set", fix="write it"
)
REPORT = ConfigurationReport(
    source="app, new/.env:local",
    target="experience",
    assumed=False,
    findings=(MISSING, WRONG, WRONG),
    doubts=(Note(control="CFG-07", text="git could not be asked"),),
    judged={"CFG-01": 3, "CFG-04": 2, "CFG-07": 1},
)
CLEAN = REPORT.model_copy(update={"findings": (), "doubts": ()})


def run_of(report: ConfigurationReport) -> dict[str, Any]:
    written = json.loads(settings_sarif(report, load(), "0.1.0"))
    assert sorted(error.message for error in Draft4Validator(SCHEMA).iter_errors(written)) == []
    (run,) = written["runs"]
    return dict(run)


def test_every_finding_is_an_annotation_at_its_line() -> None:
    missing, wrong, again, doubt = github_annotations(REPORT, load()).splitlines()
    place = "file=app%2C new/.env%3Alocal"
    assert missing.startswith(f"::error {place},title=CFG-01 ")
    assert "JWT_SECRET: is not set → 50 %25 a%0Aday%0AJWT_SECRET: 缺少这个变量" in missing
    assert f"{place},line=21,title=CFG-04 " in wrong
    assert again == wrong
    assert doubt.startswith(f"::warning {place},title=CFG-07::git could not be asked")


def test_every_finding_is_a_result_with_rule_line_and_a_print_of_its_own() -> None:
    run = run_of(REPORT)
    assert [result["ruleId"] for result in run["results"]] == ["CFG-01", "CFG-04", "CFG-04"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["region"]["startLine"] for place in places] == [1, 21, 21]
    assert places[0]["artifactLocation"]["uri"] == "app%2C%20new/.env%3Alocal"
    assert len({result["partialFingerprints"]["golive/v1"] for result in run["results"]}) == 3
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["associatedRule"] == {"id": "CFG-07"}


def test_a_clean_file_has_rules_and_no_result() -> None:
    run = run_of(CLEAN)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CFG-01", "CFG-04", "CFG-07"]
    assert run["results"] == []
    assert github_annotations(CLEAN, load()) == ""
