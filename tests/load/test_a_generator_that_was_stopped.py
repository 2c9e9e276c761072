"""A generator that did not get the processor charges nobody with the answers that it left unread."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from harness.core.control import Grade, Outcome
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from load.acceptance import accept
from load.criteria.file import load_set
from tests.load.conftest import Target
from tests.load.running import PATIENT, begin, finish, until

STOPPED_S = 4.0
SLOW_S = 0.5
"""What each answer takes, so that some are under way when the generator is stopped."""
LONGER_THAN_THE_LIMIT_S = 3.0


def test_answers_that_came_while_it_was_stopped_are_not_slow(simulator: Target, tmp_path: Path) -> None:
    simulator.levers.add_fault(Fault(operation="create", action="delay", value=SLOW_S, times=100_000))
    try:
        process = begin(
            tmp_path,
            *simulator.options,
            *("--set", "capacity", "--mix", "create/native/mcp", "--rate", "40", "--seconds", "8"),
            *PATIENT,
            *("--requests", "parquet"),
        )
        _stop_for_a_while(process, simulator.levers)
        ended = finish(process, tmp_path)
    finally:
        simulator.levers.clear_faults()
    unread = [
        row
        for row in ended.requests
        if int(str(row["done_us"])) - int(str(row["sent_us"])) > LONGER_THAN_THE_LIMIT_S * 1_000_000
    ]
    assert unread, "some were under way when it was stopped"
    (series,) = ended.measurement.series.values()
    assert series.service.quantile_s(1) < 2, "what they waited for us is no part of what the endpoint took"
    (check, _) = accept(ended.measurement, load_set("capacity")).checks(Grade.SIMULATED)
    assert check.outcome is not Outcome.FAIL, check.message


def _stop_for_a_while(process: subprocess.Popen[str], levers: LeversClient) -> None:
    before = len(levers.orders())
    until(lambda: len(levers.orders()) >= before + 60, "a second and a half of the load")
    process.send_signal(signal.SIGSTOP)
    subprocess.run(["sleep", f"{STOPPED_S:g}"], check=True)
    process.send_signal(signal.SIGCONT)
