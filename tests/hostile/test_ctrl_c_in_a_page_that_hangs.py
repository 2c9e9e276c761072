"""Ctrl-C ends a run also while a page of the merchant holds the browser up, and blames nobody for it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil
import pytest

from harness.core.control import Outcome
from harness.evidence.record import RunRecord
from harness.processes.child import golive_command
from harness.shop.embedded import running_shop
from harness.simulator.embedded import running_simulator
from tests.hostile.between import between
from tests.hostile.misbehaving import Behaviour
from tests.hostile.test_hostile_merchants import PAYMENT, SIGN_IN, arguments, page

HANGING = {
    SIGN_IN: page("<script>while(1){}</script>"),
    PAYMENT: page("<script>setTimeout(() => { while (1) {} }, 100)</script>"),
}
"""The page that is asked for, and its script: one keeps it from ever being there, one begins later."""


@pytest.mark.parametrize("asked", HANGING)
@pytest.mark.parametrize(("times", "code"), [(1, {2}), (3, {130, -signal.SIGINT})])
def test_ctrl_c_ends_the_run_and_records_no_failure(
    times: int, code: set[int], asked: str, tmp_path: Path
) -> None:
    opened, temporary = threading.Event(), tmp_path / "temporary"
    temporary.mkdir()

    def rule(request: str, head: bytes) -> Behaviour | None:
        if not request.startswith(asked):
            return None
        opened.set()
        return HANGING[asked]

    with running_simulator() as simulator:
        environment = simulator.environment(notify_url="http://127.0.0.1:3000/", mcp_enabled=False)
        with running_shop(environment) as shop, between(shop.base_url, rule) as address:
            given = arguments(tmp_path, simulator, shop, address, "PAY-02")
            process = subprocess.Popen(
                golive_command("run", f"--out={tmp_path / 'run'}", *given),
                env={**os.environ, "TMPDIR": str(temporary)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            assert opened.wait(90)
            started = psutil.Process(process.pid).children(recursive=True)
            for _ in range(times):
                time.sleep(0.3)  # as fast as a person presses it
                os.killpg(process.pid, signal.SIGINT)
            begun = time.monotonic()
            said, _ = process.communicate(timeout=60)
    assert time.monotonic() - begun < 20
    assert process.returncode in code, said
    assert "Traceback" not in said
    outcomes = {check.outcome for check in RunRecord.open(tmp_path / "run").checks}
    assert not outcomes & {Outcome.FAIL, Outcome.HARNESS_ERROR}
    assert not psutil.wait_procs(started, timeout=10)[1], "a browser was left behind"
    assert not list(temporary.iterdir()), "a folder was left behind"
