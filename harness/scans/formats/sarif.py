"""SARIF 2.1.0, which most scanners write: Trivy, Grype, Snyk, CodeQL, Semgrep, osv-scanner and others.

How severe a finding is says `security-severity` (GitHub's property, a CVSS score) of the result or of its
rule; without it the level does: an error counts as high, a warning as medium, a note as low.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, Self, TypeGuard

from harness.scans.scanner_report import (
    ScannerReport,
    Severity,
    Vulnerability,
    banded,
    items,
    members,
    moment,
    name,
)

VERSION = "2.1.0"
_LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.NONE,
}
_NO_FINDING = ("pass", "notApplicable", "informational")
"""Kinds of results that say that all is well (3.27.9)."""
_SEVERE = (Severity.CRITICAL, Severity.HIGH)


def recognises(document: Any) -> bool:
    """Whether it is one."""
    return "runs" in members(document)


def read(document: Any) -> ScannerReport:
    """What it says: of all its runs together."""
    report, tools = ScannerReport(format="sarif", tool=""), []
    if document.get("version") != VERSION:
        report.open.append(f"it is SARIF of another version than {VERSION}: {name(document.get('version'))}")
    ended: list[datetime] = []
    for each in items(document["runs"]):
        run = members(each)
        tools.append(name(members(members(run.get("tool")).get("driver")).get("name")) or "a scanner")
        ended += _read_run(run, report)
    report.tool = ", ".join(dict.fromkeys(tools)) or "a scanner"
    report.finished = min(ended, default=None)
    return report


def _read_run(run: dict[str, Any], report: ScannerReport) -> list[datetime]:
    """Take one run in; when it ended, where it says so."""
    invocations = [members(each) for each in items(run.get("invocations"))]
    done = [each.get("executionSuccessful") for each in invocations]
    if False in done:
        report.open.append("the scanner says that it did not end well (executionSuccessful)")
    if not isinstance(run.get("results"), list):
        report.open.append("the scanner did not get as far as results")
    if "externalPropertyFileReferences" in run:
        report.open.append("parts of the scan lie in other files")
    rules = _Rules.of(members(run.get("tool")))
    report.looked_at += len(items(run.get("artifacts"))) + len(rules.by_id) + done.count(True)
    for each in items(run.get("results")):
        _take(members(each), rules, report)
    for each in items(run.get("versionControlProvenance")):
        report.revision = report.revision or name(members(each).get("revisionId"))
    told = [moment(each.get("endTimeUtc") or each.get("startTimeUtc")) for each in invocations]
    return [each for each in told if each is not None][-1:]


class _Rules(NamedTuple):
    """Those of the driver, and of each extension behind it."""

    listed: list[list[dict[str, Any]]]
    by_id: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, tool: dict[str, Any]) -> Self:
        """Of a tool, as a run names it."""
        components = [tool.get("driver"), *items(tool.get("extensions"))]
        listed = [[members(rule) for rule in items(members(each).get("rules"))] for each in components]
        by_id = {rule["id"]: rule for those in listed for rule in those if isinstance(rule.get("id"), str)}
        return cls(listed, by_id)

    def rule_of(self, result: dict[str, Any]) -> dict[str, Any]:
        """The rule of a result, by its place or by its name; empty where there is none."""
        told = members(result.get("rule"))
        component = members(told.get("toolComponent")).get("index")
        index = told.get("index", result.get("ruleIndex"))
        own = self.listed[component + 1] if _within(component, self.listed[1:]) else self.listed[0]
        if _within(index, own):
            return own[index]
        id_ = result.get("ruleId", told.get("id"))
        return self.by_id.get(id_, {}) if isinstance(id_, str) else {}


def _take(result: dict[str, Any], rules: _Rules, report: ScannerReport) -> None:
    report.looked_at += 1
    if result.get("kind", "fail") in _NO_FINDING or result.get("baselineState") == "absent":
        return
    rule = rules.rule_of(result)
    severity = _severity(result, rule)
    held = [members(each) for each in items(result.get("suppressions"))]
    if held and all(each.get("status", "accepted") == "accepted" for each in held):
        report.suppressed += severity in (*_SEVERE, Severity.UNKNOWN)
        return
    report.found.append(
        Vulnerability(name(result.get("ruleId")) or name(rule.get("id")), _place(result), severity)
    )


def _within(index: Any, of: list[Any]) -> TypeGuard[int]:
    return isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(of)


def _severity(result: dict[str, Any], rule: dict[str, Any]) -> Severity:
    for told in (result, rule):
        score = members(told.get("properties")).get("security-severity")
        if score is not None:
            return banded(score)
    level = result.get("level", members(rule.get("defaultConfiguration")).get("level", "warning"))
    return _LEVELS.get(level, Severity.UNKNOWN) if isinstance(level, str) else Severity.UNKNOWN


def _place(result: dict[str, Any]) -> str:
    """The file it stands in: of SARIF the only place there is for a package."""
    location = members(next(iter(items(result.get("locations"))), {}))
    artifact = members(members(location.get("physicalLocation")).get("artifactLocation"))
    return name(artifact.get("uri"))
