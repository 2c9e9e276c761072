"""What scanners found counts for the build they looked at, while fresh; that it was nothing, if proven."""

from __future__ import annotations

import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.scans import formats
from harness.scans.added import FOLDER, INDEX, AddedScan, add, read_added
from harness.scans.findings import Findings
from harness.scans.scanner_report import ScannerReport, Severity, banded
from harness.scans.vulnerability_rules import judge_scans

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
OURS = "1d98877517e779899ce5df377137dcf9"


def sarif(*results: dict[str, Any], rule: dict[str, Any] | None = None, **run: Any) -> dict[str, Any]:
    rules = [{"id": "CVE-2021-23337", **(rule or {})}]
    done = {"executionSuccessful": True, "endTimeUtc": "2026-11-29T02:00:00Z"}
    whole = {
        "tool": {"driver": {"name": "Trivy", "rules": rules}},
        "invocations": [done],
        "results": [*results],
    }
    return {"version": "2.1.0", "runs": [{**whole, **run}]}


def result(**more: Any) -> dict[str, Any]:
    return {"ruleId": "CVE-2021-23337", "ruleIndex": 0, **more}


def npm(*severities: str, total: int = 12, counted: int | None = None) -> dict[str, Any]:
    found = {f"p{number}": {"name": f"p{number}", "severity": each} for number, each in enumerate(severities)}
    counts = {each: severities.count(each) for each in ("info", "low", "moderate", "high", "critical")}
    return {
        "auditReportVersion": 2,
        "vulnerabilities": found,
        "metadata": {
            "vulnerabilities": {**counts, "total": counted or len(found)},
            "dependencies": {"prod": total, "total": total},
        },
    }


def pip(*vulnerable: str, clean: int = 3, skipped: int = 0) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [
        {"name": f"c{each}", "version": "1", "vulns": []} for each in range(clean)
    ]
    listed += [{"name": each, "version": "1", "vulns": [{"id": "PYSEC-1"}]} for each in vulnerable]
    listed += [{"name": "own", "skip_reason": "Dependency not found on PyPI"}] * skipped
    return {"dependencies": listed, "fixes": []}


def osv(*scores: str, word: str = "") -> dict[str, Any]:
    held = {"id": "GHSA-1", "database_specific": {"severity": word}} if word else {"id": "GHSA-1"}
    packages = [{"package": {"name": "clean", "version": "1"}}] + [
        {
            "package": {"name": "lodash", "version": "4"},
            "vulnerabilities": [held],
            "groups": [{"ids": ["GHSA-1"], "max_severity": each}],
        }
        for each in scores
    ]
    return {"results": [{"source": {"path": "package-lock.json"}, "packages": packages}]}


def judged(
    document: Any, tmp_path: Path, *, age: timedelta = timedelta(hours=1), subject: str = OURS
) -> Findings:
    """A scan that was added, as the app of `OURS` is judged by it."""
    file = tmp_path / "scan.json"
    file.write_text(json.dumps(document), "utf-8")
    add(file, tmp_path, subject=subject, build="4f2c9a1", finished=NOW - age, now=NOW)
    return judge_scans(read_added(tmp_path), tmp_path, subject=OURS, now=NOW)


def word(found: Findings) -> str:
    return "wrong" if found.wrong else "open" if found.open else "unwise" if found.unwise else "sound"


ABSENT = {"executionSuccessful": False}
CASES: dict[str, tuple[Any, str]] = {
    "clean": (sarif(), "sound"),
    "high by its rule": (sarif(result(), rule={"properties": {"security-severity": "7.2"}}), "wrong"),
    "high by itself": (sarif(result(properties={"security-severity": 9.8})), "wrong"),
    "medium by its rule, error by level": (
        sarif(result(level="error"), rule={"properties": {"security-severity": "5.0"}}),
        "sound",
    ),
    "an error": (sarif(result(level="error")), "wrong"),
    "an error by its rule": (sarif(result(), rule={"defaultConfiguration": {"level": "error"}}), "wrong"),
    "a warning": (sarif(result()), "sound"),
    "nonsense for a score": (sarif(result(properties={"security-severity": "NaN"})), "open"),
    "suppressed": (sarif(result(level="error", suppressions=[{"kind": "inSource"}])), "unwise"),
    "to be suppressed": (
        sarif(result(level="error", suppressions=[{"kind": "external", "status": "underReview"}])),
        "wrong",
    ),
    "gone since": (sarif(result(level="error", baselineState="absent")), "sound"),
    "a check that passed": (sarif(result(level="error", kind="pass")), "sound"),
    "of an extension": (
        sarif(
            result(rule={"index": 0, "toolComponent": {"index": 0}}),
            tool={
                "driver": {"name": "T"},
                "extensions": [{"rules": [{"id": "x", "properties": {"security-severity": "8"}}]}],
            },
        ),
        "wrong",
    ),
    "failed": (sarif(invocations=[ABSENT]), "open"),
    "no results": (sarif(results=None), "open"),
    "parts elsewhere": (sarif(externalPropertyFileReferences={"results": []}), "open"),
    "nothing looked at": (sarif(invocations=[], tool={"driver": {"name": "Trivy"}}), "open"),
    "no runs": ({"version": "2.1.0", "runs": []}, "open"),
    "SARIF of before": ({**sarif(), "version": "1.0.0"}, "open"),
    "npm clean": (npm(), "sound"),
    "npm low": (npm("low", "moderate"), "sound"),
    "npm high": (npm("low", "high"), "wrong"),
    "npm critical": (npm("critical"), "wrong"),
    "npm of no package": (npm(total=0), "open"),
    "npm cut off": ({**npm("high", "low"), "vulnerabilities": {}}, "open"),
    "npm came to nothing": ({"message": "405 Method Not Allowed", "error": {"summary": ""}}, "open"),
    "npm 6 clean": ({"advisories": {}, "metadata": {"totalDependencies": 918}}, "sound"),
    "pnpm high": (
        {"advisories": {"1": {"module_name": "x", "severity": "high"}}, "metadata": {"dependencies": 9}},
        "wrong",
    ),
    "pip clean": (pip(), "sound"),
    "pip found": (pip("jinja2"), "open"),
    "pip left all out": (pip(clean=0, skipped=4), "open"),
    "pip left one out": (pip(skipped=1), "sound"),
    "pip of nothing": (pip(clean=0), "open"),
    "osv clean": (osv(), "sound"),
    "osv high": (osv("7.5"), "wrong"),
    "osv medium": (osv("6.9"), "sound"),
    "osv by a word": (osv("", word="CRITICAL"), "wrong"),
    "osv of unknown": (osv(""), "open"),
    "osv of nothing": ({"results": []}, "open"),
    "osv null": ({"results": None}, "open"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_scan_is_sound_or_not_and_never_clean_by_being_empty(case: str, tmp_path: Path) -> None:
    document, comes_to = CASES[case]
    assert word(judged(document, tmp_path)) == comes_to


def test_what_was_found_is_named_the_worst_first(tmp_path: Path) -> None:
    found = judged(npm("high", "critical", *["high"] * 5), tmp_path)
    assert found.wrong == [
        "npm audit (scan.json): p1 through another package (critical), p0 through another package (high), "
        "p2 through another package (high), p3 through another package (high), "
        "p4 through another package (high) (+2)"
    ]


@pytest.mark.parametrize(
    ("age", "subject", "comes_to"),
    [
        (timedelta(days=6, hours=23), OURS, "sound"),
        (timedelta(days=7, hours=1), OURS, "open"),
        (timedelta(hours=1), "another build", "open"),
    ],
    ids=["fresh", "old", "of another build"],
)
def test_a_clean_scan_counts_while_it_is_fresh_and_of_this_build(
    age: timedelta, subject: str, comes_to: str, tmp_path: Path
) -> None:
    assert word(judged(npm(), tmp_path, age=age, subject=subject)) == comes_to


def test_what_an_old_scan_found_counts_all_the_same_until_a_newer_one_of_that_name(tmp_path: Path) -> None:
    assert word(judged(npm("high"), tmp_path, age=timedelta(days=30))) == "wrong"
    assert word(judged(npm(), tmp_path)) == "sound"
    assert word(judge_scans([], tmp_path, subject=OURS, now=NOW)) == "open"


def test_a_file_that_was_changed_or_cut_off_since_decides_nothing(tmp_path: Path) -> None:
    judged(npm("high"), tmp_path)
    (scan,) = read_added(tmp_path)
    scan.place(tmp_path).write_text(json.dumps(npm()), "utf-8")
    found = judge_scans([scan], tmp_path, subject=OURS, now=NOW)
    assert found.open[0].startswith("npm audit (scan.json): the file is not the one that was added")
    scan.place(tmp_path).unlink()
    assert word(judge_scans([scan], tmp_path, subject=OURS, now=NOW)) == "open"
    (tmp_path / FOLDER / INDEX).write_text('{"name": 7}\n', "utf-8")
    with pytest.raises(UsageError, match="the index of added scans cannot be used: line 1"):
        read_added(tmp_path)


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (json.dumps(sarif()).encode()[:-9], "no whole JSON"),
        (b"[" * 100_000, "no whole JSON"),
        (b'{"a":' * 100_000, "no whole JSON"),
        (b"[" + b"[]," * 2_100_000 + b"0]", "larger than any scan"),
        (b'"' + b"x" * formats.LARGEST, "larger than any scan"),
        (b'{"vulnerabilities": 1}', "no format of a scanner that is known"),
        (b"null", "no format of a scanner that is known"),
        (b"7", "no format of a scanner that is known"),
        (b'"runs"', "no format of a scanner that is known"),
    ],
    ids=["empty", "blank", "cut off", "deep", "deep members", "many", "large", "other", "null", "7", "text"],
)
def test_a_file_that_is_no_scan_ends_soon_in_a_clear_error(held: bytes, why: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UsageError, match=why):
        formats.read_bytes(held, "scan.json")
    assert time.monotonic() - begun < 5


ODD: list[Any] = [None, True, 7, -1, 1e308, "x\x1b[2K", [], {}, [[]], {"runs": []}, "9" * 400]


@pytest.mark.parametrize("document", [sarif(result()), npm("high"), pip("jinja2"), osv("7.5")])
def test_whatever_stands_in_any_place_of_a_scan_is_borne(document: Any) -> None:
    for spoilt in _spoilt(document):
        try:
            report = formats.read_bytes(json.dumps(spoilt).encode(), "scan.json")
        except UsageError:
            continue
        assert isinstance(report, ScannerReport)
        assert all("\x1b" not in each.told for each in report.found)


def _spoilt(document: Any) -> list[Any]:
    """The document with one place after the other taken by something odd."""
    if isinstance(document, dict):
        return [
            {**document, name: spoilt}
            for name, value in document.items()
            for spoilt in [*ODD, *_spoilt(value)]
        ]
    if isinstance(document, list):
        return [
            [*document[:number], spoilt, *document[number + 1 :]]
            for number, value in enumerate(document)
            for spoilt in [*ODD, *_spoilt(value)]
        ]
    return []


def test_a_large_scan_takes_no_more_memory_than_its_parts() -> None:
    many = [result(level="note", locations=[]) for _ in range(10_000)]
    held = json.dumps(sarif(*many)).encode()
    tracemalloc.start()
    report = formats.read_bytes(held, "scan.json")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(report.found) == 10_000
    assert peak < 20 * len(held)


@pytest.mark.parametrize(
    ("finished", "document", "why"),
    [
        (None, npm(), "npm audit does not write down when it scanned"),
        (NOW + timedelta(hours=1), npm(), "the scan is of the future"),
        (
            NOW,
            sarif(versionControlProvenance=[{"revisionId": "aaaaaaabbbbbbb"}]),
            "aaaaaaabbbbbbb was scanned, and the build of the profile is 4f2c9a1",
        ),
    ],
    ids=["undated", "future", "another commit"],
)
def test_a_scan_that_cannot_count_is_refused_when_it_is_added(
    finished: datetime | None, document: Any, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "scan.json"
    file.write_text(json.dumps(document), "utf-8")
    with pytest.raises(UsageError, match=why):
        add(file, tmp_path, subject=OURS, build="4f2c9a1", finished=finished, now=NOW)
    assert read_added(tmp_path) == []


def test_the_files_own_word_on_when_it_was_made_stands(tmp_path: Path) -> None:
    file = tmp_path / "scan.sarif"
    same = sarif(versionControlProvenance=[{"revisionId": "4F2C9A1" + "0" * 33}])
    file.write_text(json.dumps(same), "utf-8-sig")
    scan = add(file, tmp_path, subject=OURS, build="4f2c9a1", finished=NOW, now=NOW)
    assert scan.finished == datetime(2026, 11, 29, 2, tzinfo=UTC)
    assert isinstance(scan, AddedScan)


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        *(("9.0", "critical"), (8.9, "high"), ("7", "high"), ("6.9", "medium"), ("0.1", "low"), (0, "none")),
        *(("", "unknown"), ("high", "unknown"), (None, "unknown"), ("11", "unknown"), ("-1", "unknown")),
        *(("inf", "unknown"), ([], "unknown"), ("nan", "unknown")),
    ],
)
def test_scores_fall_into_the_bands_of_cvss(score: object, severity: str) -> None:
    assert banded(score) is Severity(severity)
