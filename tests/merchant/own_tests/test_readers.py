"""Results of JUnit, Playwright and Allure are read whole, and a skip is never a pass."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError, UsageError
from harness.merchant.own_tests import Form, OwnTests, Phase, keep, read_kept, read_results

JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="a" timestamp="2026-11-29T10:00:00+08:00">
<testcase classname="Pay" name="books once"/>
<testsuite name="inner"><testcase name="refuses forgeries"><failure message="no"/></testcase>
<testcase name="later"><skipped/></testcase><testcase name="off" status="notrun"/></testsuite>
</testsuite></testsuites>"""


def playwright(*tests: tuple[str, str]) -> str:
    specs = [
        {"title": f"spec {number}", "tests": [{"status": status, "expectedStatus": expected}]}
        for number, (status, expected) in enumerate(tests)
    ]
    suites = [{"title": "pay.spec.ts", "specs": [], "suites": [{"title": "qr", "specs": specs}]}]
    return json.dumps(
        {"stats": {"startTime": "2026-11-29T02:00:00.000Z", "duration": 60000}, "suites": suites}
    )


def results(tmp_path: Path, text: str, form: Form = Form.JUNIT) -> OwnTests:
    path = tmp_path / "results"
    path.write_text(text)
    return read_results(form, path, Phase.UNIT)


def test_junit_in_suites_of_suites(tmp_path: Path) -> None:
    read = results(tmp_path, JUNIT)
    assert (read.passed, read.failed, read.skipped) == (1, ("refuses forgeries",), ("later", "off"))
    assert read.ran == datetime(2026, 11, 29, 2, tzinfo=UTC)


def test_playwright_tells_skips_retries_and_expected_failures_apart(tmp_path: Path) -> None:
    tests = [("expected", "passed"), ("skipped", "skipped"), ("flaky", "passed"), ("expected", "failed")]
    read = results(tmp_path, playwright(*tests, ("unexpected", "passed")), Form.PLAYWRIGHT)
    assert (read.passed, read.failed_count, read.skipped_count) == (3, 1, 1)
    assert read.lucky == ("pay.spec.ts qr spec 2", "pay.spec.ts qr spec 3")
    assert read.ran == datetime(2026, 11, 29, 2, 1, tzinfo=UTC)


def test_of_allure_the_last_try_counts_and_is_called_one(tmp_path: Path) -> None:
    for number, (history, status) in enumerate(
        [("a", "failed"), ("a", "passed"), ("b", "broken"), ("c", "skipped")]
    ):
        result = {"uuid": str(number), "historyId": history, "name": f"test {history}", "status": status,
                  "stop": 1_790_000_000_000 + number}  # fmt: skip
        (tmp_path / f"{number}-result.json").write_text(json.dumps(result))
    read = read_results(Form.ALLURE, tmp_path, Phase.INTEGRATION)
    assert (read.passed, read.lucky, read.failed, read.skipped) == (1, ("test a",), ("test b",), ("test c",))


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        (Form.JUNIT, JUNIT[:200], "cut off"),
        (Form.JUNIT, "", "cut off"),
        (Form.JUNIT, "<testsuites/>", "no test"),
        (Form.JUNIT, '<!DOCTYPE a [<!ENTITY b "c">]><testsuites/>', "cut off"),
        (Form.JUNIT, playwright(("expected", "passed")), "cut off"),
        (Form.PLAYWRIGHT, playwright(("expected", "passed"))[:-9], "cut off"),
        (Form.PLAYWRIGHT, "[]", "cut off"),
        (Form.PLAYWRIGHT, playwright(), "no test"),
        (Form.ALLURE, '{"name": "a"}', "cut off"),
    ],
)
def test_what_is_damaged_empty_or_hostile_is_refused(
    tmp_path: Path, form: Form, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        results(tmp_path, text, form)


def test_a_file_that_is_not_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_results(Form.JUNIT, tmp_path / "absent.xml", Phase.UNIT)
    with pytest.raises(UsageError, match="no test"):
        read_results(Form.ALLURE, tmp_path, Phase.UNIT)


def test_of_each_phase_the_newest_import_is_kept(tmp_path: Path) -> None:
    first = results(tmp_path, JUNIT)
    keep(first, tmp_path / "imports")
    keep(first.model_copy(update={"passed": 7}), tmp_path / "imports")
    keep(first.model_copy(update={"phase": Phase.END_TO_END}), tmp_path / "imports")
    kept = read_kept(tmp_path / "imports")
    assert {phase: each.passed for phase, each in kept.items()} == {Phase.UNIT: 7, Phase.END_TO_END: 1}
    (tmp_path / "imports" / "unit.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="no import"):
        read_kept(tmp_path / "imports")
