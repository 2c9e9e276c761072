"""`junit.xml`: the run's checks for a CI server, a suite a section, a case a check.

What a CI server must not take for a pass is an error there: inconclusive, needs-human, harness-error.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from harness.core.control import Check, Outcome
from harness.core.plain_text import plain
from harness.evidence import RunMeta
from harness.verdict import Judgement, Standing, standing_of
from reports.checklist import Checklist


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write `junit.xml`; equal judgements give equal bytes."""
    document = JUnitXml(f"GoLive {meta.id}")
    names = {section.id: section.name.en for section in checklist.sections}
    statuses = groupby(judgement.controls, key=lambda status: checklist.control(status.id).section)
    for section, group in statuses:
        checks = [check for status in group for check in status.checks]
        if checks:
            document.add_testsuite(_suite(f"{section} {names[section]}", checks))
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    (folder / "junit.xml").write_bytes(text + b"\n")


def _suite(name: str, checks: list[Check]) -> TestSuite:
    suite = TestSuite(name)
    suite.timestamp = min(check.started for check in checks).isoformat()
    for check in checks:
        where = "" if check.dialect == "-" else f" [{check.provider}/{check.dialect}]"
        case = TestCase(plain(f"{check.scenario}{where}"), check.control, round(check.duration_s, 3))
        problem = _problem(check)
        if problem is not None:
            case.result = [problem]
        elif check.message:
            case.system_out = plain(check.message)
        suite.add_testcase(case)
    return suite


def _problem(check: Check) -> Error | Failure | Skipped | None:
    message = plain(check.message)
    match standing_of(check):
        case Standing.FAIL:
            return Failure(message or "failed", check.blame.value if check.blame else "fail")
        case Standing.NOT_APPLICABLE:
            return Skipped(message or Outcome.NOT_APPLICABLE.value)
        case Standing.PASS | Standing.WARN:
            return None
        case standing:
            return Error(message or "nothing was exercised", standing.value)
