"""SARIF 2.1.0: what the scans of settings and of the app found, for code scanning on GitHub and elsewhere.

A rule is a control, a result one finding. GitHub shows every result as an alert, whatever its kind, so what
was not decided is a notification and what passed stands nowhere. It takes 25,000 results and wants a place
for each: the line of the settings file where it is known, else the report that tells of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote

from harness.core.control import Check, Control, Method, Severity
from harness.core.findings import translated
from harness.core.plain_text import json_text
from harness.core.scenario_titles import scenario_title
from harness.verdict import Standing, standing_of
from reports.exports.cases import of_the_run
from reports.exports.review import Review
from reports.page.translations import WORDS

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""Of one run that GitHub takes; a file with more is refused as a whole."""
LONGEST = 4_000
"""Characters of a message."""
SECTIONS = ("APP", "CFG", "SEC")
LEVELS = {Severity.FATAL: "error", Severity.MUST: "error", Severity.SHOULD: "warning"}
_RANKS = {Severity.FATAL: "9.5", Severity.MUST: "7.5", Severity.SHOULD: "4.5"}
"""How GitHub sorts alerts: critical, high, medium."""
_FINDING = re.compile(
    r"(?P<variable>[A-Z][A-Z0-9_]+|the file): .*?(?: \[(?P<file>[^\[\]\n]+):(?P<line>[1-9]\d{0,6})\])?",
    re.DOTALL,
)
"""A line of a check of settings: variable, problem and fix, and its place where it has one."""
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")


@dataclass(frozen=True, slots=True)
class _Found:
    """One finding of a check that failed or warned."""

    control: Control
    check: Check
    message: str
    variable: str = ""
    file: str = ""
    line: int = 0

    @property
    def level(self) -> str:
        warned = standing_of(self.check) is Standing.WARN
        return "note" if warned else LEVELS[self.control.severity]


def scanned(controls: Iterable[Control]) -> list[Control]:
    """The controls that a scan exercises."""
    return [each for each in controls if Method.SCAN in each.methods and each.section in SECTIONS]


def sarif(review: Review) -> bytes:
    """The file; equal reviews give equal bytes. Both languages stand in it."""
    meta = review.meta
    rules = scanned(review.checklist.controls)
    found = list(_findings(review, {each.id for each in rules}))
    left_out = found[MOST_RESULTS:]
    undecided = list(_undecided(review, {each.id for each in rules}))
    spoilt = of_the_run(meta, review.judgement)
    undecided += map(notification, spoilt)
    if left_out:
        undecided.append(notification(f"{len(left_out)} findings are left out; report.json has every one"))
    places = {each.id: place for place, each in enumerate(rules)}
    seen: Counter[str] = Counter()
    run = {
        "tool": tool(rules, meta.versions.get("golive", "")),
        "automationDetails": {"id": f"golive/{_uri_part(meta.target)}/{_uri_part(meta.id)}"},
        "invocations": [
            {
                "executionSuccessful": not spoilt,
                "startTimeUtc": moment(meta.started),
                **({"endTimeUtc": moment(meta.ended)} if meta.ended else {}),
                "toolExecutionNotifications": undecided,
            }
        ],
        "columnKind": "utf16CodeUnits",
        "results": [_result(each, places, seen, meta.id) for each in found[:MOST_RESULTS]],
    }
    return document(run)


def document(run: dict[str, Any]) -> bytes:
    """A file of one run."""
    text = json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)
    return f"{text}\n".encode()


def tool(rules: Iterable[Control], version: str) -> dict[str, Any]:
    """Who found it, and by which rules."""
    semantic = {"semanticVersion": version} if _VERSION.fullmatch(version) else {}
    driver = {"name": "GoLive", "organization": "GoLive", "version": version or "0", **semantic}
    return {"driver": {**driver, "language": "en", "rules": [rule(each) for each in rules]}}


def rule(control: Control) -> dict[str, Any]:
    """A control as a rule, in both languages."""
    remedy, criterion, title = control.remedy, control.criterion, control.title
    return {
        "id": control.id,
        "name": "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", title.en)) or control.id,
        "shortDescription": {"text": f"{title.en} / {title.zh}"},
        "fullDescription": {"text": f"{criterion.en}\n{criterion.zh}"},
        "help": {"text": f"{remedy.en}\n{remedy.zh}\n\ngolive explain {control.id}"},
        "defaultConfiguration": {"level": LEVELS[control.severity]},
        "properties": {
            "tags": ["security", "golive", control.section],
            "precision": "very-high",
            "security-severity": _RANKS[control.severity],
        },
    }


def _findings(review: Review, wanted: set[str]) -> Iterator[_Found]:
    for control, check in review.checks():
        if control.id in wanted and standing_of(check) in (Standing.FAIL, Standing.WARN):
            yield from _each(control, check)


def _each(control: Control, check: Check) -> Iterator[_Found]:
    """A finding for each line of a check of settings; of any other check one."""
    lines = check.message.split("\n")
    matches = [_FINDING.fullmatch(line) for line in lines]
    if not all(matches):
        yield _Found(control, check, check.message or control.criterion.en)
        return
    for line, match in zip(lines, matches, strict=True):
        if match:
            where = match["file"] or ""
            yield _Found(control, check, line, match["variable"], where, int(match["line"] or 0))


def _result(found: _Found, places: dict[str, int], seen: Counter[str], run: str) -> dict[str, Any]:
    control, check = found.control, found.check
    chinese = translated(found.message).zh
    text = found.message if chinese == found.message else f"{found.message}\n{chinese}"
    if check.passed_when_retried:
        text += f"\n{WORDS['retried'].en} / {WORDS['retried'].zh}"
    what = "|".join((control.id, found.variable or check.scenario, check.provider, check.dialect))
    digest = sha256(what.encode()).hexdigest()[:32]
    seen[digest] += 1
    print_ = f"{digest}:{seen[digest]}"
    place, region = (
        (uri(found.file), {"startLine": found.line})
        if found.file
        else (f"runs/{quote(run)}/report.json", {"startLine": 1})
    )
    return {
        "ruleId": control.id,
        "ruleIndex": places[control.id],
        "level": found.level,
        "message": {"text": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": place}, "region": region},
                "logicalLocations": [
                    {"name": found.variable or scenario_title(check.scenario).en, "kind": "member"}
                ],
            }
        ],
        "partialFingerprints": {"golive/v1": print_, "primaryLocationLineHash": print_},
        "properties": {
            "outcome": check.outcome.value,
            "grade": check.grade.label,
            "scenario": check.scenario,
            **(
                {"passedOnlyWhenRetried": True, "attempts": [each.value for each in check.attempts]}
                if check.passed_when_retried
                else {}
            ),
        },
    }


def _undecided(review: Review, wanted: set[str]) -> Iterator[dict[str, Any]]:
    for control, check in review.checks():
        standing = standing_of(check)
        if control.id in wanted and not standing.satisfies and standing is not Standing.FAIL:
            yield notification(f"{standing.value}: {check.message or control.criterion.en}", control.id)


def notification(text: str, rule: str = "") -> dict[str, Any]:
    """What is no finding and has to be known."""
    said = {"level": "warning", "message": {"text": text[:LONGEST]}}
    return said | ({"associatedRule": {"id": rule}} if rule else {})


def uri(file: str) -> str:
    """A path as a URI: relative ones stay relative to the repository."""
    if PurePosixPath(file).is_absolute():
        return "file://" + quote(file)
    if PureWindowsPath(file).is_absolute():
        return "file:///" + quote(PureWindowsPath(file).as_posix(), safe="/:")
    return quote(file.replace("\\", "/").removeprefix("./"))


def _uri_part(text: str) -> str:
    return quote(text, safe="")


def moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
