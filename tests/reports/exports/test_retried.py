"""What passed only when somebody tried it again is marked in every format, and is a pass in none."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook

from harness.core.control import Blame, Check, Outcome
from reports.export import FORMATS, Asked, reviewed
from reports.exports.junit import RETRIED
from tests.reports.exports.test_junit_readers import JENKINS
from tests.reports.sample_run import sample_run

SAID = "passed only when retried"


def _retried(check: Check) -> Check:
    if check.control not in {"CBK-11", "CFG-05"}:
        return check
    told = {"outcome": Outcome.FAIL, "blame": Blame.MERCHANT, "message": "it was credited twice"}
    return check.model_copy(update={**told, "attempts": (Outcome.FAIL, Outcome.PASS)})


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """A rehearsal in which two scenarios passed when they were tried again."""
    record = sample_run(tmp_path_factory.mktemp("retried") / "runs", change=_retried)
    return Asked(reviewed(record.folder), "en", lambda html, *_: html.encode())


def test_junit_readers_see_a_failure_that_is_flaky(asked: Asked) -> None:
    for data in FORMATS["junit"](asked).values():
        JENKINS.assertValid(etree.fromstring(data))
        root = ET.fromstring(data)  # noqa: S314 - our own file
        flaky = [case for case in root.iter("testcase") if case.find("flakyFailure") is not None]
        assert {case.get("classname") for case in flaky} == {"CBK-11", "CFG-05"}
        for case in flaky:
            assert case.find("failure") is not None
            assert str(case.findtext("system-out")).startswith(f"{SAID}: fail, pass")
        named = [str(each.get("value"))[:6] for each in root.iter("property") if each.get("name") == RETRIED]
        assert sorted(named) == ["CBK-11", "CFG-05"]


def test_allure_shows_it_as_flaky(asked: Asked) -> None:
    files = FORMATS["allure"](asked)
    results = [json.loads(data) for name, data in files.items() if name.endswith("-result.json")]
    flaky = [each for each in results if each.get("statusDetails", {}).get("flaky")]
    assert {each["name"][:6] for each in flaky} == {"CBK-11", "CFG-05"}
    assert {each["status"] for each in flaky} == {"failed"}


def test_a_finding_of_sarif_says_so(asked: Asked) -> None:
    (data,) = FORMATS["sarif"](asked).values()
    (found,) = json.loads(data)["runs"][0]["results"]
    assert found["properties"]["passedOnlyWhenRetried"] is True
    assert found["properties"]["attempts"] == ["fail", "pass"]
    assert SAID in found["message"]["text"]


def test_sheet_report_and_markdown_say_so_beside_the_result(asked: Asked) -> None:
    made = {name: next(iter(FORMATS[name](asked).values())) for name in ("xlsx", "docx", "pdf", "markdown")}
    book = load_workbook(io.BytesIO(made["xlsx"]))
    sheets = [[cell.value for row in sheet for cell in row] for sheet in book]
    assert [cells.count(f"fail, {SAID}") for cells in sheets] == [0, 2, 2, 0]
    report = Document(io.BytesIO(made["docx"]))
    cells = [cell.text for table in report.tables for row in table.rows for cell in row.cells]
    assert sum(f"fail, {SAID}" in text for text in cells) == 2
    for name in ("pdf", "markdown"):
        assert made[name].decode().count(f"fail, {SAID}") == 2
