"""What CI servers show: why something failed, every criterion of a load, each check by its own name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure

from harness.core.control import Outcome
from harness.evidence import RunRecord
from harness.evidence.load_summary import LoadSummary
from reports.build import build
from reports.checklist import load
from reports.exports.junit import of_load
from tests.reports.sample_load import flawed, measured, summary
from tests.reports.sample_run import check, outcomes, sample_run


def junit(record: RunRecord) -> ET.Element:
    return ET.parse(record.folder / "junit.xml").getroot()  # noqa: S314 - our own file


def allure(record: RunRecord) -> list[dict[str, str]]:
    return [
        json.loads(path.read_bytes()) for path in (record.folder / "allure-results").glob("*-result.json")
    ]


@pytest.mark.parametrize(("outcome", "tag"), [(Outcome.FAIL, "failure"), (Outcome.INCONCLUSIVE, "error")])
def test_a_problem_says_why_in_message_and_in_text(runs: Path, outcome: Outcome, tag: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": outcome}, message="credited twice\nsecond line"))
    build(record.folder)
    (problem,) = junit(record).findall(f".//{tag}")
    assert problem.get("message") == "credited twice\nsecond line"
    text = problem.text or ""
    assert text.startswith(outcome.value)
    assert "credited twice\nsecond line" in text
    assert "golive explain CBK-11" in text
    remedy = load().control("CBK-11").remedy
    assert (remedy.en in text, remedy.zh in text) == ((outcome is Outcome.FAIL,) * 2)


def test_every_criterion_of_a_load_is_a_case(runs: Path) -> None:
    record = sample_run(runs)
    made = summary(measured(fails=flawed))
    made.write(record.folder)
    build(record.folder)
    suite = next(each for each in junit(record) if str(each.get("name")).startswith("Load criteria"))
    lines = [line for subject in made.subjects for line in subject.sentences]
    assert [str(case.get("name")).partition(": ")[2] for case in suite] == [line.text for line in lines]
    failing = [case.get("classname") for case in suite if case.find("failure") is not None]
    assert failing == [each.control for each in made.subjects for line in each.sentences if _fails(line)]
    assert failing
    assert suite.get("failures") == str(len(failing))
    told = [str(case.findtext("system-out")) for case in suite]
    assert all(re.search(r"\bthreshold=\S+( ms)? n=\d+$", each) for each in told)
    assert "measured=0.916667 at_least=0.90" in told[0]
    assert "threshold=0.95 n=1500" in told[0]


def test_a_load_without_a_record_has_its_criteria_and_none_that_is_open_passes() -> None:
    """Nothing was measured at all: every criterion is an error, and for ZenTao a failure."""
    open_ones = summary(measured(seconds=0))
    for form, undecided in (("error", Error), ("failure", Failure)):
        (suite,) = ET.fromstring(of_load(open_ones, undecided=undecided))  # noqa: S314 - our own
        assert [[child.tag for child in case] for case in suite] == [[form, "system-out"]] * len(suite)
        assert len(suite) == sum(len(each.sentences) for each in open_ones.subjects) > 0


def _fails(line: object) -> bool:
    return getattr(line, "outcome", None) is Outcome.FAIL


def test_a_run_without_a_load_has_no_criteria(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    assert LoadSummary.read(rehearsed.folder) is None
    assert not [each for each in junit(rehearsed) if str(each.get("name")).startswith("Load criteria")]


def test_no_two_results_share_a_name_or_a_history(runs: Path) -> None:
    record = sample_run(runs)
    cases = [f"test_load[{flow}/mcp]" for flow in ("create", "create", "query", "close")]
    for scenario in cases:  # the first two are one scenario recorded twice
        record.append(check("PRF-01", scenario=f"scenarios/performance/test_load.py::{scenario}"))
    record.append(check("PRF-01", scenario=f"scenarios/performance/test_load.py::{cases[0]}", dialect="mcp"))
    build(record.folder)
    results = allure(record)
    assert len(results) == len(record.checks)
    for member in ("uuid", "historyId", "name"):
        assert len({each[member] for each in results}) == len(results), member
    names = [(case.get("classname"), case.get("name")) for case in junit(record).iter("testcase")]
    assert len(set(names)) == len(names)


def test_allure_reads_only_members_that_it_knows(runs: Path) -> None:
    from allure_commons.model2 import TestResult, TestStepResult  # noqa: PLC0415 - pytest would collect them

    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    build(record.folder)
    for each in allure(record):
        assert set(each) <= {field.name for field in TestResult.__attrs_attrs__}
        for step in each.get("steps", []):
            assert set(step) <= {field.name for field in TestStepResult.__attrs_attrs__}
