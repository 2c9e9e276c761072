"""Ctrl-C ends a run, wherever in the process it happens to be heard."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from harness.plugin.session.interruption import Interruption


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """Listening to Ctrl-C for the length of one test."""
    before = signal.getsignal(signal.SIGINT)
    with Interruption() as listening:
        yield listening
    signal.signal(signal.SIGINT, before)


class InterruptedWhileFreed:
    """Python drops whatever a finaliser raises, and a signal may well arrive in one."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_the_first_interrupts_at_once(interruption: Interruption) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


def test_a_scenario_runs_when_nobody_interrupts(interruption: Interruption) -> None:
    around = interruption.pytest_runtest_protocol()
    next(around)
    with pytest.raises(StopIteration):
        around.send(None)


def test_no_scenario_starts_after_an_interruption_that_python_dropped(
    interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", dropped.append)
    InterruptedWhileFreed()
    assert [type(each.exc_value) for each in dropped] == [KeyboardInterrupt]
    with pytest.raises(KeyboardInterrupt):
        next(interruption.pytest_runtest_protocol())


def test_a_scenario_that_was_running_then_does_not_count(
    interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    around = interruption.pytest_runtest_protocol()
    next(around)
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    InterruptedWhileFreed()
    with pytest.raises(KeyboardInterrupt):
        around.send(None)
