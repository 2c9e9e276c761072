"""Writes a record's page and exports: a pure function of the record and a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Judgement
from reports.exports.allure import allure_results
from reports.exports.json_report import json_report
from reports.exports.junit import junit
from reports.judging import checklist_of, judge_record
from reports.page import render

PAGE, JSON, JUNIT = "report.html", "report.json", "junit.xml"


def build(run_folder: Path, *, as_of: datetime | None = None) -> Judgement:
    """Judge a record; write `report.html`, `report.json`, `junit.xml` and `allure-results/` into its folder.

    Args:
        as_of: the moment to judge at, aware; the run's own end by default.

    Raises:
        UsageError: there is no record, it is damaged, or its folder cannot be written.
    """
    record = RunRecord.open(run_folder)
    checklist = checklist_of(record)
    judgement = judge_record(record, as_of)
    files = {
        PAGE: render(record, checklist, judgement).encode(),
        JSON: json_report(record.meta, checklist, judgement).encode(),
        JUNIT: junit(record.meta, checklist, judgement),
    }
    try:
        for name, data in files.items():
            (run_folder / name).write_bytes(data)
        allure_results(run_folder, record.meta, checklist, judgement)
    except OSError as error:
        raise UsageError(
            f"the report cannot be written: {error.strerror}",
            where=str(error.filename or run_folder),
            remedy="make the folder writable, or copy the record elsewhere",
        ) from error
    return judgement
