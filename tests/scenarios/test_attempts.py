"""A scenario that is tried again until it passes has failed: every attempt is kept, whoever makes it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness.core.control import Outcome
from harness.evidence import StoredCheck
from tests.reports.sample_run import check as sample_check
from tests.scenarios.warm import run_warm

FLAKY = """
import itertools

from harness.plugin import Journal, control

ATTEMPTS = itertools.count(1)


@control("{control}", dialects=())
def test_works_at_the_third_attempt(journal: Journal) -> None:
    attempt = next(ATTEMPTS)
    journal.observe(f"attempt {attempt}")
    assert attempt >= {good}, "the page does not open"
"""
WHOLE_PROTOCOLS = """
import pytest
from _pytest.runner import runtestprotocol


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for _ in range(6):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            break
        item._initrequest()
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""
CALLS_BEHIND_A_REPORT = """
import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    while call.when == "call" and report.failed:
        again = pytest.CallInfo.from_call(item.runtest, when="call")
        report = pytest.TestReport.from_item_and_call(item, again)
    return report
"""
CALLS_OF_THE_FUNCTION = """
import pytest


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        return (yield)
    except AssertionError:
        while True:
            try:
                pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in ("journal",)})
                return True
            except AssertionError:
                pass
"""
REPORTS_CALLED_PASSED = """
import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport():
    report = yield
    report.outcome = "passed"
    return report
"""


def ran(
    place: Path, plugin: str, good: int, control: str = "CFG-01"
) -> tuple[int, str, list[dict[str, Any]]]:
    """A scenario that passes from its `good`th attempt on, in a pytest with a plugin: code, words, checks."""
    (place / "test_mine.py").write_text(
        FLAKY.replace("{good}", str(good)).replace("{control}", control), "utf-8"
    )
    (place / "again.py").write_text(plugin, "utf-8")
    done = run_warm(
        ["pytest", "test_mine.py", "-p", "again", "--out=run"],
        cwd=place,
        environment={**os.environ, "PYTHONPATH": str(place)},
    )
    lines = (place / "run" / "results.ndjson").read_text("utf-8").splitlines()
    return done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("plugin", "attempts"),
    [
        (WHOLE_PROTOCOLS, ["fail", "fail", "pass"]),
        (CALLS_BEHIND_A_REPORT, ["fail", "fail", "pass"]),
        (CALLS_OF_THE_FUNCTION, ["fail", "pass"]),  # of those in between no hook hears
        (REPORTS_CALLED_PASSED, None),
    ],
    ids=["the whole protocol again", "the call again", "the function again", "called passed"],
)
def test_a_pass_after_a_failure_is_a_failure(plugin: str, attempts: list[str] | None, tmp_path: Path) -> None:
    code, said, (check,) = ran(tmp_path, plugin, good=3)
    assert code == 1, said
    assert "SELECTION FAIL" in said
    assert (check["outcome"], check.get("attempts")) == ("fail", attempts)
    assert "the page does not open" in check["message"]


def test_every_attempt_is_told(tmp_path: Path) -> None:
    _, _, (check,) = ran(tmp_path, WHOLE_PROTOCOLS, good=3)
    assert check["message"] == "3 attempts: fail, fail, pass; the page does not open"
    assert StoredCheck.model_validate(check).passed_when_retried


@pytest.mark.parametrize("control", ["PAY-02", "CBK-01", "RFD-01"], ids=["money", "signature", "refund"])
def test_a_check_of_money_or_signatures_passes_no_sooner(control: str, tmp_path: Path) -> None:
    code, said, (check,) = ran(tmp_path, WHOLE_PROTOCOLS, good=2, control=control)
    assert code == 1, said
    assert (check["control"], check["outcome"], check["attempts"]) == (control, "fail", ["fail", "pass"])


def test_a_pass_beside_an_attempt_that_failed_is_damage() -> None:
    with pytest.raises(ValidationError, match="an attempt at it did not pass"):
        sample_check("CBK-11", outcome=Outcome.PASS, attempts=(Outcome.FAIL, Outcome.PASS))


def test_a_plugin_that_tries_nothing_again_changes_nothing(tmp_path: Path) -> None:
    code, said, (check,) = ran(tmp_path, WHOLE_PROTOCOLS, good=1)
    assert code == 0, said
    assert (check["outcome"], check.get("message", ""), check.get("attempts")) == ("pass", "", None)
