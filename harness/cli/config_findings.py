"""The findings of `golive config check` for code scanning (SARIF) and as annotations of a GitHub job."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

from harness.core.control import Control
from harness.core.findings import translated
from harness.settings.finding import ConfigurationReport, Finding
from reports.checklist import Checklist
from reports.exports.sarif import LEVELS, document, notification, tool, uri

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})
"""What GitHub wants escaped in a workflow command: in its message, and in its properties."""


def github_annotations(report: ConfigurationReport, checklist: Checklist) -> str:
    """A workflow command for each finding and each doubt: GitHub shows them beside the lines."""
    controls = {each.id: each for each in checklist.controls}
    lines = [_annotation(each, controls[each.control], report.source) for each in report.findings]
    for doubt in report.doubts:
        place = f"file={report.source.translate(_PROPERTY)},title={doubt.control}"
        lines.append(f"::warning {place}::{_both(doubt.text).translate(_DATA)}")
    return "".join(f"{line}\n" for line in lines)


def settings_sarif(report: ConfigurationReport, checklist: Checklist, version: str) -> bytes:
    """SARIF 2.1.0, a result for each finding; equal reports give equal bytes.

    Args:
        version: this program's.
    """
    rules = [each for each in checklist.controls if each.id in report.judged]
    places = {each.id: number for number, each in enumerate(rules)}
    seen: Counter[str] = Counter()
    return document(
        {
            "tool": tool(rules, version),
            "automationDetails": {"id": f"golive/config/{report.target}"},
            "invocations": [
                {
                    "executionSuccessful": True,
                    "toolExecutionNotifications": [
                        notification(_both(each.text), each.control) for each in report.doubts
                    ],
                }
            ],
            "columnKind": "utf16CodeUnits",
            "results": [_result(each, rules, places, report.source, seen) for each in report.findings],
        }
    )


def _annotation(finding: Finding, control: Control, source: str) -> str:
    where = {"file": source, "line": str(finding.line or ""), "title": f"{control.id} {control.title.en}"}
    place = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in where.items() if value)
    return f"::{LEVELS[control.severity]} {place}::{_told(finding).translate(_DATA)}"


def _result(
    finding: Finding, rules: list[Control], places: dict[str, int], source: str, seen: Counter[str]
) -> dict[str, Any]:
    control = rules[places[finding.control]]
    digest = sha256(f"{finding.control}|{finding.variable}".encode()).hexdigest()[:32]
    seen[digest] += 1
    print_ = f"{digest}:{seen[digest]}"
    return {
        "ruleId": control.id,
        "ruleIndex": places[control.id],
        "level": LEVELS[control.severity],
        "message": {"text": _told(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(source)},
                    "region": {"startLine": finding.line or 1},
                },
                "logicalLocations": [{"name": finding.variable or source, "kind": "member"}],
            }
        ],
        "partialFingerprints": {"golive/v1": print_, "primaryLocationLineHash": print_},
    }


def _told(finding: Finding) -> str:
    """Variable, problem and fix, in English and then in Chinese."""
    name = f"{finding.variable}: " if finding.variable else ""
    problem, fix = translated(finding.problem), translated(finding.fix)
    return f"{name}{problem.en} → {fix.en}\n{name}{problem.zh} → {fix.zh}"


def _both(text: str) -> str:
    told = translated(text)
    return f"{told.en}\n{told.zh}"
