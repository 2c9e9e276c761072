"""`osv-scanner scan --format json --all-packages`: without that option it lists vulnerable packages alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.scans.scanner_report import (
    ScannerReport,
    Severity,
    Vulnerability,
    banded,
    items,
    members,
    name,
    worded,
)


def recognises(document: Any) -> bool:
    """Whether it is one; a scan that found nothing may write `null`."""
    return "results" in members(document) and "version" not in document


def read(document: Any) -> ScannerReport:
    """What it says."""
    report = ScannerReport(format="osv-scanner", tool="osv-scanner")
    for source in items(document["results"]):
        for each in items(members(source).get("packages")):
            held = members(each)
            report.looked_at += 1
            report.found += _found(held, name(members(held.get("package")).get("name")))
    return report


def _found(held: dict[str, Any], package: str) -> Iterator[Vulnerability]:
    """One a group: the same vulnerability under all its ids."""
    groups = [members(each) for each in items(held.get("groups"))]
    listed = {name(members(each).get("id")): members(each) for each in items(held.get("vulnerabilities"))}
    grouped: set[str] = set()
    for group in groups:
        ids = [name(each) for each in items(group.get("ids"))]
        grouped.update(ids)
        told = banded(group.get("max_severity"))
        worst = told if told is not Severity.UNKNOWN else _worst(listed, ids)
        yield Vulnerability(next(iter(ids), ""), package, worst)
    for id_ in sorted(listed.keys() - grouped):
        yield Vulnerability(id_, package, _worst(listed, [id_]))


def _worst(listed: dict[str, dict[str, Any]], ids: list[str]) -> Severity:
    """What the database says of any of them, which is a word."""
    told = {
        worded(members(listed.get(each, {}).get("database_specific")).get("severity")) for each in ids
    } - {Severity.UNKNOWN}
    return next((each for each in Severity if each in told), Severity.UNKNOWN)
