"""Set-up finds or installs the PostgreSQL that the tests of a shared history start."""

from __future__ import annotations

from pathlib import Path

import pytest

from setup.debian import Debian
from setup.postgresql import ready_postgresql
from setup.programs import Work
from tests.setup.fake_machine import FakeMachine


def step(machine: FakeMachine, debians: Path) -> None:
    work = Work(machine.root, machine.environment)
    ready_postgresql(work, Debian(work, root=True), debians)


def test_one_that_is_there_is_taken(machine: FakeMachine, tmp_path: Path) -> None:
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "initdb").touch()
    machine.program("apt-get")
    step(machine, tmp_path)
    assert machine.ran == []


def test_one_on_the_path_is_taken(machine: FakeMachine, tmp_path: Path) -> None:
    machine.program("initdb")
    step(machine, tmp_path)
    assert machine.ran == []


def test_debians_is_installed_where_there_is_none(
    machine: FakeMachine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("apt-get")
    machine.program("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"')
    step(machine, tmp_path)
    assert machine.ran[-1].endswith("install postgresql")
    assert "PostgreSQL for the tests of a shared history (" in capsys.readouterr().out


def test_where_it_cannot_be_had_set_up_goes_on_and_says_which_tests_will_fail(
    machine: FakeMachine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    step(machine, tmp_path)
    assert "left out, so those tests will fail: this is no Debian" in capsys.readouterr().out
