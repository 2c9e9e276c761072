"""A run of very many checks is judged and told in time that grows with their number and no faster."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from harness.core.control import Check, Outcome
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.page.chapters import MOST_CHECKS
from tests.reports.sample_run import START, check, sample_run

MANY = 5_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A finished run in which one control was checked five thousand times, and failed twice at the end."""
    runs = tmp_path_factory.mktemp("runs")
    record = sample_run(runs, "large", finished=False)
    for number in range(MANY):
        record.append(_nth(number))
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    return RunRecord.open(record.folder)


def _nth(number: int) -> Check:
    outcome = Outcome.FAIL if number >= MANY - 2 else Outcome.PASS
    moment = START + timedelta(seconds=number / 10)
    return check("CBK-11", scenario=f"test_case[{number:05}]", started=moment, outcome=outcome)


def test_a_report_takes_little_more_than_its_checks(large: RunRecord) -> None:
    before = time.process_time()
    build(large.folder)
    assert time.process_time() - before < 10


def test_the_page_lists_what_did_not_pass_and_counts_the_rest(large: RunRecord) -> None:
    build(large.folder)
    page = (large.folder / PAGE).read_text("utf-8")
    assert f"case · {MANY - 1:05}" in page
    assert f"case · {MANY - 2:05}" in page
    listed = page.count("<td>case · ")
    assert listed <= MOST_CHECKS + 1
    assert f"{MANY + 1 - MOST_CHECKS:,} more checks" in page
    assert len(page) < 2_000_000


def test_the_exports_have_every_check(large: RunRecord) -> None:
    build(large.folder)
    controls = json.loads((large.folder / "report.json").read_bytes())["controls"]
    assert sum(len(each["checks"]) for each in controls) == len(large.checks)
    assert (large.folder / "junit.xml").read_text("utf-8").count("<testcase ") == len(large.checks)
    assert len(list((large.folder / "allure-results").glob("*-result.json"))) == len(large.checks)
