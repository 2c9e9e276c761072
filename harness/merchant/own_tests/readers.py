"""JUnit XML, Playwright's JSON and Allure's folder, read strictly: bounded, complete, and never empty."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from junitparser import JUnitXml, JUnitXmlError

from harness.core.errors import UsageError
from harness.merchant.own_tests.model import OwnTests, Phase

LARGEST = 64 * 1024 * 1024
"""Bytes of a file, or of a folder's results together."""
MOST_FILES = 20_000
NAMED = 50
"""Names that are kept of each kind."""


class Form(StrEnum):
    """Which program wrote the results."""

    JUNIT = "junit"
    PLAYWRIGHT = "playwright"
    ALLURE = "allure"


@dataclass(slots=True)
class _Found:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    lucky: list[str] = field(default_factory=list)
    ended: datetime | None = None

    def note(self, name: str, status: str) -> None:
        {"failed": self.failed, "skipped": self.skipped, "lucky": self.lucky}.get(status, []).append(name)
        self.passed += status in ("passed", "lucky")

    def ends(self, when: datetime) -> None:
        self.ended = max(self.ended or when, when)


def read_results(form: Form, path: Path, phase: Phase) -> OwnTests:
    """Read a file (or, of Allure, a folder) of results.

    Raises:
        UsageError: it is not there, too large, cut off, of another form, or holds no test.
    """
    raw, written = _bytes(form, path)
    found = _Found()
    try:
        {Form.JUNIT: _junit, Form.PLAYWRIGHT: _playwright, Form.ALLURE: _allure}[form](raw, found)
    except (JUnitXmlError, SyntaxError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"it cannot be read as results of {form}: it is cut off, or of another form",
            where=str(path),
            remedy="let the tests run to their end, and import what they wrote",
        ) from None
    if not found.passed + len(found.failed) + len(found.skipped):
        raise UsageError(
            "it holds no test", where=str(path), remedy="import the results of a run that ran tests"
        )
    return OwnTests(
        phase=phase,
        form=form,
        source=path.name,
        sha256=hashlib.sha256(b"\0".join(raw)).hexdigest(),
        ran=found.ended or written,
        passed=found.passed,
        failed=tuple(found.failed[:NAMED]),
        skipped=tuple(found.skipped[:NAMED]),
        lucky=tuple(found.lucky[:NAMED]),
        failed_count=len(found.failed),
        skipped_count=len(found.skipped),
    )


def _bytes(form: Form, path: Path) -> tuple[list[bytes], datetime]:
    try:
        files = [path]
        if form is Form.ALLURE and path.is_dir():
            files = sorted(path.glob("*-result.json"))[: MOST_FILES + 1]
        sizes = [file.stat().st_size for file in files]
        if len(files) > MOST_FILES or sum(sizes) > LARGEST:
            raise UsageError(
                "it is larger than 64 MiB", where=str(path), remedy="import one run of the tests"
            )
        return [file.read_bytes() for file in files], datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise UsageError(
            f"it cannot be read: {error.strerror}", where=str(path), remedy="name what the tests wrote"
        ) from None


def _junit(raw: list[bytes], found: _Found) -> None:
    if b"<!DOCTYPE" in raw[0] or b"<!ENTITY" in raw[0]:
        raise ValueError("entities")
    root = JUnitXml.fromstring(raw[0])._elem
    for suite in root.iter("testsuite"):
        if stamp := suite.get("timestamp"):
            found.ends(_time(stamp))
    for case in root.iter("testcase"):
        found.note(f"{case.get('classname', '')} {case.get('name', '')}".strip(), _of_case(case))


def _of_case(case: Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    ran = case.find("skipped") is None and case.get("status", "") not in ("notrun", "disabled", "skipped")
    return "passed" if ran else "skipped"


_OF_PLAYWRIGHT = {"expected": "passed", "flaky": "lucky", "skipped": "skipped"}


def _playwright(raw: list[bytes], found: _Found) -> None:
    document = json.loads(raw[0])
    begun = _time(document["stats"]["startTime"])
    found.ends(datetime.fromtimestamp(begun.timestamp() + float(document["stats"]["duration"]) / 1000, UTC))
    for suite in document["suites"]:
        for name, test in _tests(suite, ""):
            status = {"expected": "passed", "flaky": "lucky", "skipped": "skipped"}.get(
                test["status"], "failed"
            )
            if status == "passed" and test.get("expectedStatus") != "passed":
                status = "skipped" if test.get("expectedStatus") == "skipped" else "lucky"
            found.note(name, status)
    if document.get("errors"):
        found.note("errors outside of any test", "failed")


def _tests(suite: dict[str, Any], within: str) -> Iterator[tuple[str, dict[str, Any]]]:
    title = f"{within} {suite.get('title', '')}".strip()
    for spec in suite.get("specs", []):
        for test in spec["tests"]:
            yield f"{title} {spec['title']}", test
    for inner in suite.get("suites", []):
        yield from _tests(inner, title)


def _allure(raw: list[bytes], found: _Found) -> None:
    newest: dict[str, tuple[int, str, str]] = {}
    tries: dict[str, int] = {}
    for each in raw:
        result = json.loads(each)
        history = str(result.get("historyId") or result["uuid"])
        stop = int(result["stop"])
        found.ends(datetime.fromtimestamp(stop / 1000, UTC))
        tries[history] = tries.get(history, 0) + 1
        if history not in newest or stop >= newest[history][0]:
            newest[history] = (stop, str(result["name"]), str(result["status"]))
    for history, (_, name, status) in newest.items():
        lucky = status == "passed" and tries[history] > 1
        known = {"passed": "passed", "skipped": "skipped", "unknown": "skipped"}.get(status, "failed")
        found.note(name, "lucky" if lucky else known)


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
