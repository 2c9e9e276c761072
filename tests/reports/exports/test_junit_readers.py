"""`junit.xml` as Jenkins, GitLab and ZenTao read it: by a schema, a reader, and each server's own rules."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from harness.core.control import Check, Outcome
from harness.evidence import RunRecord
from reports.build import build
from reports.export import FORMATS, Asked, reviewed
from tests.reports.exports.conftest import WRONG
from tests.reports.sample_load import flawed as flawed_load
from tests.reports.sample_load import measured, summary
from tests.reports.sample_run import outcomes, sample_run

JENKINS = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "junit-10.xsd"))
GITLAB_ATTACHMENT = re.compile(r"\[\[ATTACHMENT\|(?P<path>[^\[\]\|]+?)\]\]")
"""As GitLab's own reader has it."""


def files(record: RunRecord) -> dict[str, bytes]:
    return dict(FORMATS["junit"](Asked(reviewed(record.folder), None, lambda *_: b"")))


def zentao(data: bytes) -> dict[str, str]:
    """What ZenTao makes of each case: it knows `failure` and `skipped` and takes all else for a pass."""
    found = {}
    for case in ET.fromstring(data).findall("testsuite/testcase"):  # noqa: S314 - our own file
        title = f"{case.get('classname')} {case.get('name')}".strip()
        found[title] = (
            "fail"
            if case.find("failure") is not None
            else ("n/a" if case.find("skipped") is not None else "pass")
        )
    return found


def gitlab(data: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """Status and picture of each case, as GitLab reads them."""
    found = {}
    for case in ET.fromstring(data).iter("testcase"):  # noqa: S314 - our own file
        kinds = ("failure", "error", "skipped")
        status = next((kind for kind in kinds if case.find(kind) is not None), "success")
        picture = GITLAB_ATTACHMENT.search(case.findtext("system-out") or "")
        shown = picture["path"] if picture and status in ("failure", "error") else ""
        found[str(case.get("classname")), str(case.get("name"))] = (status, shown)
    return found


def test_jenkins_schema_takes_both_forms(flawed: RunRecord) -> None:
    for data in files(flawed).values():
        JENKINS.assertValid(etree.fromstring(data))


def test_jenkins_schema_takes_what_others_wrote(hostile: RunRecord) -> None:
    for data in files(hostile).values():
        JENKINS.assertValid(etree.fromstring(data))


def test_jenkins_schema_takes_a_load_and_a_clock_that_was_set_back(tmp_path: Path) -> None:
    def back(check: Check) -> Check:
        return check.model_copy(update={"duration_s": -3.5}) if check.control == "CBK-11" else check

    record = sample_run(tmp_path / "runs", change=back)
    summary(measured(fails=flawed_load)).write(record.folder)
    for data in files(record).values():
        JENKINS.assertValid(etree.fromstring(data))


def test_a_junit_reader_counts_what_is_wrong(flawed: RunRecord) -> None:
    read = JUnitXml.fromstring(files(flawed)["junit.xml"])
    failing = sum(outcome is Outcome.FAIL for outcome, _ in WRONG.values())
    assert (read.failures, read.errors) == (failing, len(WRONG) - failing)
    kinds = [type(result) for suite in read for case in suite for result in case.result]
    assert (kinds.count(Failure), kinds.count(Error), kinds.count(Skipped)) == (
        failing,
        len(WRONG) - failing,
        0,
    )
    assert read.tests == len(flawed.checks)


@pytest.mark.parametrize(
    "outcome", [Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Outcome.HARNESS_ERROR]
)
def test_no_server_takes_for_a_pass_what_is_none(tmp_path: Path, outcome: Outcome) -> None:
    made = files(sample_run(tmp_path / "runs", change=outcomes({"CBK-11": outcome})))
    of_zentao = {
        title: status for title, status in zentao(made["junit-zentao.xml"]).items() if status != "pass"
    }
    assert [title[:6] for title in of_zentao] == ["CBK-11"]
    assert set(of_zentao.values()) == {"fail"}
    of_gitlab = {
        case: status for case, (status, _) in gitlab(made["junit.xml"]).items() if status != "success"
    }
    assert [classname for classname, _ in of_gitlab] == ["CBK-11"]


def test_no_server_takes_an_interrupted_or_edited_run_for_a_whole_one(tmp_path: Path) -> None:
    cut = files(sample_run(tmp_path / "runs", "cut", interrupted=True))
    edited = sample_run(tmp_path / "runs", "edited")
    results = edited.folder / "results.ndjson"
    results.write_bytes(results.read_bytes().replace(b'"exercised":3', b'"exercised":9'))
    for made, word in ((cut, "interrupted"), (files(edited), "results.ndjson")):
        for data in made.values():
            JENKINS.assertValid(etree.fromstring(data))
        bad = {name: status for (of, name), (status, _) in gitlab(made["junit.xml"]).items() if of == "RUN"}
        assert set(bad.values()) == {"error"}
        assert any(word in name for name in bad)
        told = {title for title, status in zentao(made["junit-zentao.xml"]).items() if status == "fail"}
        assert {title.removeprefix("RUN ") for title in told} == set(bad)


def test_what_does_not_apply_is_skipped_everywhere(tmp_path: Path) -> None:
    made = files(sample_run(tmp_path / "runs", change=outcomes({"CBK-11": Outcome.NOT_APPLICABLE})))
    assert [status for title, status in zentao(made["junit-zentao.xml"]).items() if "CBK-11" in title] == [
        "n/a"
    ]
    assert [status for (name, _), (status, _) in gitlab(made["junit.xml"]).items() if name == "CBK-11"] == [
        "skipped"
    ]


def test_no_two_cases_share_what_gitlab_and_zentao_tell_them_apart_by(flawed: RunRecord) -> None:
    made = files(flawed)
    assert len(gitlab(made["junit.xml"])) == len(zentao(made["junit-zentao.xml"])) == len(flawed.checks)


def test_gitlab_shows_the_picture_of_a_case_that_failed(tmp_path: Path) -> None:
    record = sample_run(tmp_path / "runs", change=outcomes({"PAY-02": Outcome.FAIL}))
    ((status, picture),) = [
        told for (name, _), told in gitlab(files(record)["junit.xml"]).items() if name == "PAY-02"
    ]
    assert status == "failure"
    assert picture.startswith(f"runs/{record.meta.id}/artifacts/")
    assert (record.folder.parent.parent / picture).is_file()


def test_nobody_else_attaches_a_file(hostile: RunRecord) -> None:
    paths = GITLAB_ATTACHMENT.findall(
        "\n".join(
            case.findtext("system-out") or ""
            for case in ET.fromstring(files(hostile)["junit.xml"]).iter("testcase")  # noqa: S314
        )
    )
    assert all(path.startswith("runs/") for path in paths)


def test_the_export_is_the_file_that_stands_in_the_run(flawed: RunRecord) -> None:
    build(flawed.folder)
    assert (flawed.folder / "junit.xml").read_bytes() == files(flawed)["junit.xml"]
