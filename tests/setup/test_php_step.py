"""Set-up finds or installs the PHP that the tests of the documents run."""

from __future__ import annotations

import pytest

from setup.debian import Debian
from setup.php import ready_php
from setup.programs import Work
from tests.setup.fake_machine import FakeMachine


def step(machine: FakeMachine) -> None:
    work = Work(machine.root, machine.environment)
    ready_php(work, Debian(work, root=True))


def test_one_with_curl_is_taken_and_one_without_is_completed(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("apt-get")
    machine.program("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"')
    machine.program("php")
    step(machine)
    assert [each for each in machine.ran if "install" in each] == []
    machine.program("php", "exit 1")
    step(machine)
    assert machine.ran[-1].endswith("install php-cli php-curl")
    assert "PHP for the tests of the documents (" in capsys.readouterr().out


def test_where_it_cannot_be_had_set_up_goes_on_and_says_which_tests_will_fail(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    step(machine)
    assert "left out, so those tests will fail: this is no Debian" in capsys.readouterr().out
