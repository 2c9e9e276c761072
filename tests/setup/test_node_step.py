"""Node's packages: exactly the lock's where there is npm; without it set-up goes on and says so."""

from __future__ import annotations

import json
import shutil

import pytest

from setup.node import FILES, LOCK, ready_node
from setup.programs import Work
from tests.setup.fake_machine import ROOT, FakeMachine


@pytest.fixture
def work(machine: FakeMachine) -> Work:
    """A project with the lock in it."""
    shutil.copytree(ROOT / LOCK, machine.root / LOCK)
    return Work(machine.root, machine.environment)


def test_the_lock_is_installed_without_running_anybodys_scripts(machine: FakeMachine, work: Work) -> None:
    machine.program("npm")
    ready_node(work)
    (ran,) = machine.ran
    assert ran.startswith("npm ci --ignore-scripts")
    assert "--prefix .tools/node" in ran
    assert all((machine.root / ".tools/node" / name).is_file() for name in FILES)


def test_without_npm_set_up_goes_on_and_says_what_will_fail(
    work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    ready_node(work)
    assert "there is no npm, so the tests under Node will fail" in capsys.readouterr().out


def test_a_closed_network_does_not_end_set_up(
    machine: FakeMachine, work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("npm", "echo 'npm error network' >&2; exit 1")
    ready_node(work)
    assert "not installed, so those tests will fail: npm error network" in capsys.readouterr().out


def test_the_lock_names_no_address_and_pins_every_package_by_digest() -> None:
    text = (ROOT / LOCK / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = json.loads((ROOT / LOCK / "package.json").read_text("utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
