"""The report is a pure function of the record: byte-identical when rebuilt, wherever and whenever."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.core.control import Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.seal import seal
from reports.build import PAGE, build
from reports.checklist import load
from tests.reports.sample_run import START, check, outcomes, sample_run

JSON, JUNIT = "report.json", "junit.xml"


def written(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in (PAGE, JSON, JUNIT)}


def test_a_rebuilt_report_is_the_same_to_the_byte(rehearsed: RunRecord, tmp_path: Path) -> None:
    build(rehearsed.folder)
    first = written(rehearsed.folder)
    build(rehearsed.folder)
    moved = tmp_path / "elsewhere"
    shutil.copytree(rehearsed.folder, moved)
    program = "import sys, pathlib; from reports.build import build; build(pathlib.Path(sys.argv[1]))"
    environment = os.environ | {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LANG": "C"}
    subprocess.run([sys.executable, "-c", program, str(moved)], check=True, env=environment, timeout=120)
    assert written(rehearsed.folder) == written(moved) == first


def test_a_record_of_an_older_set_is_built_as_it_was(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its snapshot is of a time before the register, and whatever the register says now changes nothing."""
    older = load("2026-11-23")
    monkeypatch.setattr("tests.reports.sample_run.load", lambda: older)
    record = sample_run(runs)
    snapshot = json.loads((record.folder / "snapshots" / "checklist.json").read_text("utf-8"))
    snapshot.pop("clauses")
    for control in snapshot["controls"]:
        control.pop("clauses")
        control.pop("own")
    (record.folder / "snapshots" / "checklist.json").write_text(json.dumps(snapshot), "utf-8")
    (record.folder / "seal.json").unlink()
    seal(record.folder, record.meta.id)
    build(record.folder)
    first = written(record.folder)
    assert json.loads(first[JSON])["checklist"] == "2026-11-23"
    assert "RFD-05" not in first[JSON].decode()
    assert not json.loads(first[JSON])["doubts"]
    monkeypatch.setattr("reports.checklist.loader.load", None)
    monkeypatch.setattr("reports.checklist.loader.read", None)
    build(record.folder)
    assert written(record.folder) == first


def test_another_moment_gives_another_report(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    first = written(rehearsed.folder)
    judgement = build(rehearsed.folder, as_of=START + timedelta(days=20))
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert written(rehearsed.folder)[JSON] != first[JSON]


def test_the_json_report_keeps_its_shape(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    judgement = build(record.folder)
    report = json.loads((record.folder / JSON).read_text("utf-8"))
    assert report["schema"] == 1
    assert {gate: each["verdict"] for gate, each in report["gates"].items()} == {
        "rehearsal": "NO-GO",
        "experience": "NO-GO",
        "production": "NO-GO",
    }
    assert report["gates"]["rehearsal"]["missing"][0]["control"] == "CBK-11"
    assert report["readiness"]["percent"] == judgement.readiness_percent
    controls = {each["id"]: each for each in report["controls"]}
    assert len(controls) == len(load().controls)
    one = controls["CBK-11"]
    assert (one["status"], one["severity"], one["grade"], len(one["checks"])) == ("fail", "F", "simulated", 1)
    assert one["checks"][0]["grade"] == "simulated"
    assert controls["MON-01"]["status"] == "pass"


def test_go_has_nothing_missing_in_the_json_report(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    report = json.loads((rehearsed.folder / JSON).read_text("utf-8"))
    assert report["gates"]["rehearsal"] | {"verdict": "GO", "missing": []} == report["gates"]["rehearsal"]


def test_junit_tells_a_ci_server_what_did_not_pass(runs: Path) -> None:
    record = sample_run(
        runs,
        change=outcomes(
            {
                "CBK-11": Outcome.FAIL,
                "CBK-02": Outcome.WARN,
                "QRY-01": Outcome.INCONCLUSIVE,
                "PAY-06": Outcome.HARNESS_ERROR,
                "PAY-07": Outcome.NOT_APPLICABLE,
            },
            message="\x1b[31mred\x00",
        ),
    )
    build(record.folder)
    root = ET.fromstring((record.folder / JUNIT).read_bytes())  # noqa: S314 - our own file
    cases = {case.get("classname"): case for case in root.iter("testcase")}
    assert len(cases) == len(record.checks)
    tags = {id_: [child.tag for child in case] for id_, case in cases.items() if len(case)}
    assert tags == {
        "CBK-11": ["failure"],
        "CBK-02": ["system-out"],
        "QRY-01": ["error"],
        "PAY-06": ["error"],
        "PAY-07": ["skipped"],
    }
    totals = {
        name: sum(int(suite.get(name, 0)) for suite in root.iter("testsuite"))
        for name in ("tests", "failures")
    }
    assert totals == {"tests": len(record.checks), "failures": 1}


def test_a_check_that_exercised_nothing_is_no_pass_in_junit(runs: Path) -> None:
    record = sample_run(runs, change=lambda each: each.model_copy(update={"exercised": 0}))
    build(record.folder)
    root = ET.fromstring((record.folder / JUNIT).read_bytes())  # noqa: S314 - our own file
    assert all(case.find("error") is not None for case in root.iter("testcase"))


def test_a_run_without_results_gets_a_page_that_says_so(runs: Path) -> None:
    record = sample_run(runs, change=lambda each: None)
    judgement = build(record.folder)
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert "no data is no pass" in (record.folder / PAGE).read_text("utf-8")


def test_a_killed_run_gets_a_page_that_says_so(runs: Path) -> None:
    record = sample_run(runs, finished=False)
    results = record.folder / "results.ndjson"
    results.write_bytes(results.read_bytes()[:-5])
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    assert "The run was interrupted" in page
    assert "its process was killed" in page


def test_a_narrowed_run_gets_a_page_without_gates(runs: Path) -> None:
    record = sample_run(runs, selection=True)
    assert build(record.folder).selection == "PASS"
    page = (record.folder / PAGE).read_text("utf-8")
    assert "SELECTION PASS" in page
    assert 'class="gates"' not in page


def test_a_folder_without_a_record_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run record"):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written_is_a_clear_error(rehearsed: RunRecord) -> None:
    (rehearsed.folder / PAGE).mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        build(rehearsed.folder)


def test_the_error_says_what_is_in_the_way_and_fits_its_cause(rehearsed: RunRecord) -> None:
    (rehearsed.folder / "report.json").mkdir()
    with pytest.raises(UsageError) as refused:
        build(rehearsed.folder)
    assert "report.json" in str(refused.value)
    assert "out of the way" in str(refused.value)
    assert "writable" not in str(refused.value)


def test_several_checks_of_a_control_all_stand_in_the_report(runs: Path) -> None:
    record = sample_run(runs)
    record.append(check("CBK-11", scenario="scenarios/cbk/test_cbk.py::test_it[other]"))
    build(record.folder)
    report = json.loads((record.folder / JSON).read_text("utf-8"))
    assert next(len(each["checks"]) for each in report["controls"] if each["id"] == "CBK-11") == 2
