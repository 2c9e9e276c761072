"""`npm audit --json`, of npm 7 and newer, and the older form, which `pnpm audit --json` still has."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.scans.scanner_report import (
    ScannerReport,
    Severity,
    Vulnerability,
    count,
    items,
    members,
    name,
    worded,
)

_NEWEST = 2
_LISTS_OTHERS = (
    "npm says that there are {told} vulnerable packages and lists {listed}: it was cut off, or edited"
)


def recognises(document: Any) -> bool:
    """Whether it is one; also where npm reports that it came to nothing."""
    held = members(document)
    return "auditReportVersion" in held or "advisories" in held or {"error", "message"} <= held.keys()


def read(document: Any) -> ScannerReport:
    """What it says."""
    held = members(document)
    report = ScannerReport(format="npm-audit", tool="npm audit")
    if "error" in held:
        report.open.append(f"npm audit came to nothing: {name(held.get('message')) or 'it reports an error'}")
        return report
    told = members(held.get("metadata"))
    dependencies = told.get("dependencies")
    report.looked_at = (
        count(members(dependencies).get("total"))
        or count(told.get("totalDependencies"))
        or count(dependencies)
    )
    if "auditReportVersion" in held:
        report.found = [_package(each) for each in members(held.get("vulnerabilities")).values()]
        _compare(report, members(told.get("vulnerabilities")))
        if held["auditReportVersion"] != _NEWEST:
            report.open.append("npm wrote another version of its report than 2")
    else:
        report.found = [_advisory(each) for each in members(held["advisories"]).values()]
        if not report.found and any(count(each) for each in members(told.get("vulnerabilities")).values()):
            report.open.append("npm counts vulnerabilities and lists none: it was cut off, or edited")
    return report


def _package(written: Any) -> Vulnerability:
    held = members(written)
    advisories = [members(each) for each in items(held.get("via")) if isinstance(each, dict)]
    told = next((name(each.get("url")).rpartition("/")[2] for each in advisories), "")
    return Vulnerability(
        told or "through another package", name(held.get("name")), worded(held.get("severity"))
    )


def _advisory(written: Any) -> Vulnerability:
    held = members(written)
    told = name(held.get("github_advisory_id")) or name(held.get("url")).rpartition("/")[2]
    return Vulnerability(told, name(held.get("module_name")), worded(held.get("severity")))


def _compare(report: ScannerReport, told: dict[str, Any]) -> None:
    """Npm counts what it lists."""
    listed = Counter(each.severity for each in report.found)
    counted = {worded(word): count(number) for word, number in told.items() if word != "total"}
    if not told or any(listed[severity] != counted.get(severity, 0) for severity in Severity):
        report.open.append(_LISTS_OTHERS.format(told=sum(counted.values()), listed=len(report.found)))
