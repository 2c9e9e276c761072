"""What rests on time is judged of a merchant whose clock nobody can move: by its query job, by re-sends."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.levers.client import LeversClient
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import tea_house
from tests.scenarios.running import PROJECT

NOT_ASKED = {Outcome.NOT_APPLICABLE}
SCRIPT = f"""import os, subprocess, sys
from dotenv import dotenv_values
settings = {{**os.environ, **dotenv_values(".env.simulator"), "TEA_DATABASE": os.path.abspath("tea.db")}}
command = [sys.executable, "-m", "flask", "--app", "examples.tea_house.app:production", "check-open-orders"]
sys.exit(subprocess.run(command, cwd={str(PROJECT)!r}, env=settings).returncode)
"""
"""What its crontab calls."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningApp]:
    (tmp_path / "cron.py").write_text(SCRIPT, "utf-8")
    (tmp_path / "idle.py").write_text("print('nothing to do')", "utf-8")
    with tea_house(tmp_path) as running:
        yield running


def job(script: str) -> tuple[str, str]:
    return (r"^\[confirm\]", f'[query_job]\ncommand = ["{sys.executable}", "{script}"]\n\n[confirm]')


def test_a_lost_callback_is_made_up_for_by_the_query_job(shop: RunningApp) -> None:
    run = shop.judged("QRY-02", job("cron.py"))
    assert run.outcomes("QRY-02") - NOT_ASKED == {Outcome.PASS}, run.output


def test_a_job_that_asks_nothing_proves_nothing_and_accuses_nobody(shop: RunningApp) -> None:
    run = shop.judged("QRY-02", job("idle.py"))
    assert run.outcomes("QRY-02") - NOT_ASKED == {Outcome.INCONCLUSIVE}, run.output
    assert any("asked the platform nothing" in check.message for check in run.checks)
    assert Outcome.FAIL not in run.outcomes("RCN-03"), run.output


def test_without_clock_and_job_the_lines_that_would_do_are_named(shop: RunningApp) -> None:
    run = shop.judged("QRY-02")
    assert run.outcomes("QRY-02") - NOT_ASKED == {Outcome.INCONCLUSIVE}, run.output
    assert any("add [query_job], or better [time]" in check.message for check in run.checks)


def test_resends_prices_and_lifetimes_are_judged_and_no_clock_is_moved(shop: RunningApp) -> None:
    with LeversClient(
        shop.environment["GOLIVE_LEVERS_URL"], shop.environment["GOLIVE_LEVERS_TOKEN"]
    ) as levers:
        before = levers.advance(0)
        run = shop.judged("CBK-18,PAY-16,EXP-01")
        passed = levers.advance(0) - before
    assert run.outcomes("CBK-18") - NOT_ASKED == {Outcome.PASS}, run.output
    assert run.outcomes("PAY-16") - NOT_ASKED == {Outcome.PASS}, run.output
    assert Outcome.PASS in run.outcomes("EXP-01"), run.output
    assert Outcome.FAIL not in run.outcomes("EXP-01"), run.output
    assert passed.total_seconds() < 120, "business time moved under an app whose clock cannot be moved"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            'command = ["no-such-program"]',
            r"cannot be started.*line 15 \(query_job.command\)",
        ),
        ('request = "POST /jobs/query"', r"the query job did not run: .*line 14 \(query_job\)"),
        ('request = "GET /orders/{number}"', "there is no placeholder {number}"),
    ],
    ids=["program", "path", "placeholder"],
)
def test_a_job_that_cannot_run_is_told_before_the_run(shop: RunningApp, lines: str, said: str) -> None:
    run = shop.judged("QRY-02", (r"^\[confirm\]", f"[query_job]\n{lines}\n\n[confirm]"))
    assert run.code == 4, run.output
    assert re.search(said, run.output, re.DOTALL), run.output
