"""Set-up brings the TLS scanner into an environment of its own, or goes on without."""

from __future__ import annotations

from pathlib import Path

import pytest

from setup.programs import Work
from setup.scanner import LOCK, ready_scanner
from tests.setup.fake_machine import FakeMachine


def step(machine: FakeMachine) -> None:
    (machine.root / LOCK).parent.mkdir(parents=True, exist_ok=True)
    (machine.root / LOCK).write_text("sslyze==6.3.1 \\\n    --hash=sha256:00\n")
    ready_scanner(Work(machine.root, machine.environment), Path("uv"))


def test_it_is_installed_as_locked_beside_the_project(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("uv")
    step(machine)
    made, filled = (each for each in machine.ran if each.startswith("uv "))
    assert made.endswith(".tools/sslyze")
    assert "--require-hashes" in filled
    assert filled.endswith(f"--python .tools/sslyze/bin/python {LOCK}")
    assert "sslyze in .tools/sslyze (" in capsys.readouterr().out


def test_where_it_cannot_be_had_set_up_goes_on_and_says_what_stays_open(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("uv", "echo no wheel for this machine; exit 1")
    step(machine)
    assert "left out, so SEC-01 decides nothing: no wheel for this machine" in capsys.readouterr().out
