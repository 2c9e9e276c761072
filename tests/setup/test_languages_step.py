"""Set-up finds or installs the PHP, the Java and the Go that the tests of the documents run."""

from __future__ import annotations

import pytest

from setup.debian import Debian
from setup.languages import LANGUAGES, ready_languages
from setup.programs import Work
from tests.setup.fake_machine import FakeMachine


def step(machine: FakeMachine) -> None:
    work = Work(machine.root, machine.environment)
    ready_languages(work, Debian(work, root=True))


def test_what_will_do_is_taken_and_what_will_not_is_completed_in_one_go(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.program("apt-get")
    machine.program("env", 'while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"')
    for each in LANGUAGES.values():
        machine.program(each.program)
    step(machine)
    assert [each for each in machine.ran if "install" in each] == []
    machine.program("php", "exit 1")
    machine.program("javac", "exit 2")
    step(machine)
    assert machine.ran[-1].endswith("install php-cli php-curl default-jdk-headless")
    assert "languages for the tests of the documents: PHP, Java (" in capsys.readouterr().out


def test_where_they_cannot_be_had_set_up_goes_on_and_says_which_tests_will_fail(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    step(machine)
    said = capsys.readouterr().out
    assert "PHP, Java, Go left out, so those tests will fail: this is no Debian" in said
