"""However a run at a real target is ended, nothing stays payable there that nobody knows of."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from harness.processes.child import golive_command
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.plugin.target.tls_endpoint import NOTIFY_URL, believed, certified, settings_file
from tests.scenarios.running import PROJECT

DOORS = {"golive": golive_command("run"), "pytest": [sys.executable, "-m", "pytest", "scenarios"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ended")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def endpoint(folder: Path, ca: trustme.CA) -> Iterator[RunningSimulator]:
    """A simulator that looks like an endpoint of somebody else."""
    with running_simulator(tls=certified(folder, ca)) as simulator:
        yield simulator


def ended_by(
    number: signal.Signals, door: str, endpoint: RunningSimulator, folder: Path, ca: trustme.CA
) -> tuple[Path, int, str]:
    """A run that was told to end once its first order had reached the platform: record, exit code, output."""
    before = endpoint.simulator.account.orders()
    out = folder / f"{door}-{number.name}"
    env_file = settings_file(folder / ".env.real", endpoint.environment(notify_url=NOTIFY_URL))
    asked = [f"--target={endpoint.base_url}", f"--env-file={env_file}", f"--out={out}"]
    asked += [f"--ca-file={believed(folder, ca)}", "--budget-fen=70000", "--rate=2", "--only=PAY-01,PAY-02"]
    process = subprocess.Popen(
        [*DOORS[door], *asked],
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while process.poll() is None and endpoint.simulator.account.orders() == before:
        time.sleep(0.02)
    process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    return out, process.returncode, said


def listed(out: Path) -> dict[str, str]:
    lines = (out / "artifacts" / "orders.ndjson").read_text("utf-8").splitlines()
    return {each["out_trade_no"]: each["state"] for each in map(json.loads, lines)}


@pytest.mark.parametrize(
    ("number", "door"),
    [(signal.SIGTERM, "golive"), (signal.SIGHUP, "golive"), (signal.SIGTERM, "pytest")],
    ids=["a cancelled job", "a lost connection", "a cancelled pytest"],
)
def test_being_told_to_end_closes_every_order_and_the_record(
    number: signal.Signals, door: str, endpoint: RunningSimulator, folder: Path, ca: trustme.CA
) -> None:
    before = set(endpoint.simulator.account.orders())
    out, code, said = ended_by(number, door, endpoint, folder, ca)
    assert code == 2, said
    assert "Traceback" not in said
    made = set(endpoint.simulator.account.orders()) - before
    assert {endpoint.simulator.account.find(each).state for each in made} <= {"CLOSED"}
    assert made <= listed(out).keys()
    assert set(listed(out).values()) <= {"closed", "refused, never made"}
    assert json.loads((out / "run.json").read_text("utf-8"))["interrupted"] is True


def test_a_run_that_is_killed_leaves_the_list_of_what_it_asked_for(
    endpoint: RunningSimulator, folder: Path, ca: trustme.CA
) -> None:
    before = set(endpoint.simulator.account.orders())
    out, code, _ = ended_by(signal.SIGKILL, "golive", endpoint, folder, ca)
    assert code == -signal.SIGKILL
    made = set(endpoint.simulator.account.orders()) - before
    assert made <= listed(out).keys()
    assert set(listed(out).values()) == {"asked for"}
