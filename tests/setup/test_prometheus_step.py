"""Set-up finds a Prometheus, or unpacks Debian's without installing it."""

from __future__ import annotations

import pytest

from setup.debian import Debian
from setup.programs import Work
from setup.prometheus import has_prometheus, ready_prometheus
from tests.setup.fake_machine import FakeMachine

IN_A_FOLDER = 'cd "$2"; shift 2; exec "$@"'
DOWNLOADS = "touch prometheus_2.deb"
UNPACKS = (
    """mkdir -p "$3/usr/bin"; cd "$3/usr/bin"; touch prometheus promtool; chmod +x prometheus promtool"""
)


def step(machine: FakeMachine) -> None:
    (machine.root / ".tools").mkdir(parents=True, exist_ok=True)
    work = Work(machine.root, machine.environment)
    ready_prometheus(work, Debian(work, root=False))


def test_one_on_the_path_is_taken(machine: FakeMachine) -> None:
    machine.program("prometheus")
    machine.program("promtool")
    step(machine)
    assert machine.ran == []


def test_debians_is_unpacked_by_whoever_is_no_root(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, script in {"env": IN_A_FOLDER, "apt-get": DOWNLOADS, "dpkg-deb": UNPACKS}.items():
        machine.program(name, f"PATH=$PATH:/usr/bin:/bin; {script}")
    step(machine)
    assert "apt-get -q download prometheus" in machine.ran
    assert has_prometheus(machine.root, machine.environment)
    assert "unpacked into .tools/prometheus (" in capsys.readouterr().out
    step(machine)
    assert len(machine.ran) == 3


def test_where_it_cannot_be_had_set_up_goes_on_and_says_what_stays_open(
    machine: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    step(machine)
    assert "left out, so MON-05 stays inconclusive: this is no Debian" in capsys.readouterr().out
