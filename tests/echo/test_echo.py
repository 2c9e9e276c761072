"""A dialect that the product does not know passes its scenarios and bears a load, once it is registered.

Everything runs in child processes, as it does for people: they find the dialect by its entry point.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.evidence.record import RunRecord
from load.measurement import FILE, read
from tests.load.running import PATIENT, until

ROOT = Path(__file__).parents[2]
INSTALLED = Path(__file__).parent / "installed"
CONTROLS = ("PAY-02", "QRY-01", "CBK-01", "CBK-02")
BELIEVING = """
from dataclasses import replace

from harness.core.dialects import callback_form, register_callbacks
from tests.echo.row import register_echo


def register_believing():
    register_echo()
    register_callbacks(replace(callback_form("echo"), reader="believing:open_reader"))


def open_reader(settings, practices):
    from tests.echo.reader import EchoReader

    class Believing(EchoReader):
        def verify(self, headers, body):
            pass

    return Believing(settings.wechat)
"""
"""Another package of the same name: its merchant believes every line."""


def environment(*first: Path) -> dict[str, str]:
    """Of a process where the dialect is installed."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**ours, "PYTHONPATH": os.pathsep.join(map(str, (*first, ROOT, INSTALLED)))}


def started(*command: str, first: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    """A command of ours, run to its end."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment(*first),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def rehearsed(folder: Path, controls: str, *, first: tuple[Path, ...] = ()) -> list[Check]:
    """The checks that the scenarios of these controls made over this dialect."""
    out = folder / "run"
    done = started(*("pytest", "scenarios", f"--out={out}", "-k", "echo", f"--only={controls}"), first=first)
    assert out.exists(), done.stdout + done.stderr
    checks = list(RunRecord.open(out).checks)
    assert {check.dialect for check in checks} == {"echo"}, done.stdout + done.stderr
    return checks


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> list[Check]:
    """One rehearsal of the four controls."""
    return rehearsed(tmp_path_factory.mktemp("echo"), ",".join(CONTROLS))


@pytest.mark.parametrize("control", CONTROLS)
def test_its_scenarios_pass(checks: list[Check], control: str) -> None:
    found = [check for check in checks if check.control == control]
    assert Outcome.PASS in {check.outcome for check in found}, f"nothing exercised {control}"
    sound = (Outcome.PASS, Outcome.NOT_APPLICABLE)  # a merchant with a page is not asked for one without
    wrong = [f"{check.scenario}: {check.message}" for check in found if check.outcome not in sound]
    assert not wrong, wrong


def test_every_attack_on_its_callbacks_is_tried(checks: list[Check]) -> None:
    tried = {check.scenario for check in checks if check.control == "CBK-02"}
    for attack in ("echo-unsigned", "echo-other-secret", "echo-changed"):
        assert any(attack in scenario for scenario in tried), attack


def test_a_merchant_that_believes_every_line_is_caught(tmp_path: Path) -> None:
    (tmp_path / "believing.py").write_text(BELIEVING)
    package = shutil.copytree(INSTALLED / "golive_echo-1.0.dist-info", tmp_path / "golive_echo-1.0.dist-info")
    (package / "entry_points.txt").write_text("[golive.dialects]\necho = believing:register_believing\n")
    checks = rehearsed(tmp_path, "CBK-02", first=(tmp_path,))
    failed = {check.scenario for check in checks if check.outcome is Outcome.FAIL}
    for attack in ("echo-unsigned", "echo-other-secret", "echo-changed"):
        assert any(attack in scenario for scenario in failed), attack


def test_it_bears_a_load(tmp_path: Path) -> None:
    settings, out = tmp_path / "env.simulator", tmp_path / "load"
    command = ("harness", "simulator", "--port=0", "-q", f"--write-env={settings}")
    simulator = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment())
    try:
        until(settings.exists, "the simulator's settings file")
        mix = "create/native/echo=2,query/native/echo,close/native/echo"
        target = (f"--env-file={settings}", f"--mix={mix}", f"--out={out}")
        done = started("load", *target, "--rate=20", "--seconds=2", *PATIENT)
    finally:
        simulator.terminate()
        simulator.wait(timeout=20)
    assert done.returncode == 0, done.stdout + done.stderr
    series = read(out / FILE).series
    assert {name: (each.ok, dict(each.failed)) for name, each in series.items()} == {
        "create/native/echo": (30, {}),
        "query/native/echo": (10, {}),
        "close/native/echo": (10, {}),
    }
