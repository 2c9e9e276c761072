"""`pip-audit -f json`. It says of no vulnerability how severe it is."""

from __future__ import annotations

from typing import Any

from harness.scans.scanner_report import ScannerReport, Severity, Vulnerability, items, members, name


def recognises(document: Any) -> bool:
    """Whether it is one."""
    return isinstance(members(document).get("dependencies"), list)


def read(document: Any) -> ScannerReport:
    """What it says."""
    report = ScannerReport(format="pip-audit", tool="pip-audit")
    for each in items(document["dependencies"]):
        held = members(each)
        if not isinstance(held.get("vulns"), list):  # it could not look, and says so in `skip_reason`
            report.skipped += 1
            continue
        report.looked_at += 1
        report.found += [
            Vulnerability(name(members(found).get("id")), name(held.get("name")), Severity.UNKNOWN)
            for found in held["vulns"]
        ]
    return report
