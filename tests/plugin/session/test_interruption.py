"""Ctrl-C ends a run, wherever in the process it happens to be heard."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.whole_file import append_whole
from harness.evidence import record_files
from harness.evidence.redaction import Redactor
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


def test_what_is_held_within_what_is_held_interrupts_at_the_end_of_the_whole(
    interruption: Interruption,
) -> None:
    done = []

    def hold_twice() -> None:
        with interruption.held():
            with interruption.held():
                os.kill(os.getpid(), signal.SIGINT)
                done.append("within")
            done.append("behind")

    with pytest.raises(KeyboardInterrupt):
        hold_twice()
    assert done == ["within", "behind"]


def test_a_line_of_the_record_is_written_and_accounted_for_before_ctrl_c_counts(
    interruption: Interruption, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(path: Path, text: str) -> None:
        append_whole(path, text)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(record_files, "append_whole", interrupted)
    files = record_files.RecordFiles(tmp_path, Redactor())
    files.held = interruption.held
    with pytest.raises(KeyboardInterrupt):
        files.append_line("artifacts/exchanges.ndjson", {"status": 200})
    assert (tmp_path / "artifacts" / "exchanges.ndjson").read_text("utf-8") == '{"status":200}\n'
    assert files.altered() == ""
