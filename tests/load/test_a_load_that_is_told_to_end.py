"""However `golive load` is told to end, it keeps what it measured, says so, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from harness.core.control import Outcome
from harness.evidence.record import RunRecord
from harness.processes.child import golive_command
from load.measurement import FILE, read
from tests.load.conftest import Target
from tests.load.running import ROOT, until

ENOUGH = 20
"""Orders after which the load is surely under way."""
SET = """
schema: 1
title: {zh: "五分钟", en: "Five minutes"}
grade: simulated
arrivals: {profile: constant, rate: 20, seconds: 300}
users: [{flow: create, scenario: h5, dialect: mcp}]
generator: [max_lag < 9m]
criteria: [{control: PRF-01, endpoint: create, require: [success_rate > 1%]}]
"""
"""Longer than any patience with a load that does not hear."""
SOON_S = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A load that was told to end."""

    code: int
    said: str
    seconds: float
    folder: Path
    left: list[psutil.Process]


@pytest.fixture
def family() -> Iterator[list[psutil.Process]]:
    """Whoever is still there at the end of a test is ended."""
    seen: list[psutil.Process] = []
    yield seen
    for each in seen:
        with suppress(psutil.NoSuchProcess):
            each.kill()


def told(
    simulator: Target,
    folder: Path,
    family: list[psutil.Process],
    number: signal.Signals,
    *,
    everybody: bool,
    times: int = 1,
    processes: int = 1,
) -> Told:
    """A load in a session of its own; the signal reaches it alone, or everybody as from a terminal."""
    (folder / "long.yaml").write_text(SET, "utf-8")
    out = folder / "run"
    asked = ["--run", str(folder / "long.yaml"), f"--processes={processes}", f"--out={out}"]
    before = len(simulator.levers.orders())
    process = subprocess.Popen(
        golive_command("load", *asked, *simulator.options),
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    family.append(psutil.Process(process.pid))
    until(lambda: len(simulator.levers.orders()) >= before + ENOUGH, "a second of the load", timeout_s=60)
    family += family[0].children(recursive=True)
    begun = time.monotonic()
    for _ in range(times):
        with suppress(ProcessLookupError):
            (os.killpg if everybody else os.kill)(process.pid, number)
        time.sleep(0.3)  # as fast as a person presses it
    said, _ = process.communicate(timeout=60)
    seconds = time.monotonic() - begun
    return Told(process.returncode, said, seconds, out, psutil.wait_procs(family, timeout=10)[1])


WAYS = {
    "Ctrl-C": (signal.SIGINT, True, 1, 1),
    "an interrupt of it alone": (signal.SIGINT, False, 1, 1),
    "a cancelled job": (signal.SIGTERM, False, 1, 1),
    "a cancelled job that insists": (signal.SIGTERM, True, 2, 1),
    "a cancelled job of two generators": (signal.SIGTERM, True, 1, 2),
    "a lost connection": (signal.SIGHUP, True, 1, 1),
}
"""The signal, whether it reaches everybody, how often, and how many generators there are."""


@pytest.mark.parametrize("way", WAYS)
def test_it_keeps_what_it_measured_and_passes_nothing(
    way: str, simulator: Target, tmp_path: Path, family: list[psutil.Process]
) -> None:
    number, everybody, times, processes = WAYS[way]
    load = told(simulator, tmp_path, family, number, everybody=everybody, times=times, processes=processes)
    assert load.code == 2, load.said
    assert "Traceback" not in load.said
    assert load.seconds < SOON_S
    assert not load.left
    measured = read(load.folder / FILE)
    assert measured.interrupted
    assert measured.requests >= ENOUGH // 2
    record = RunRecord.open(load.folder)
    assert record.meta.interrupted
    (check,) = record.checks
    assert (check.control, check.outcome) == ("PRF-01", Outcome.INCONCLUSIVE)
    assert check.message.startswith("the run was cut short, so it passes nothing")
    if number != signal.SIGHUP:  # whoever hung up reads nothing any more
        assert "the run was interrupted, so it cannot be GO" in load.said


def test_who_presses_ctrl_c_on_and_on_ends_it_at_once_and_leaves_nobody(
    simulator: Target, tmp_path: Path, family: list[psutil.Process]
) -> None:
    load = told(simulator, tmp_path, family, signal.SIGINT, everybody=True, times=3)
    assert load.code in {2, 130, -signal.SIGINT}, load.said
    assert "Traceback" not in load.said
    assert load.seconds < SOON_S
    assert not load.left
    assert not [check for check in RunRecord.open(load.folder).checks if check.outcome is Outcome.PASS]
