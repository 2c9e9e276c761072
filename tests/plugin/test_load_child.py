"""The load of a rehearsal is a child: what becomes of it is said, and it does not outlive its welcome."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from harness.core.errors import EnvironmentUnreachable, HarnessError, UnsafeRequest
from harness.plugin.load import child as load_child
from harness.plugin.load.child import LoadChild
from tests.plugin.test_load_selection import FULL

SMOKE = replace(FULL, load="smoke")
WAITS = "while :; do sleep 0.1; done"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (3, EnvironmentUnreachable),
        (4, UnsafeRequest),
        (5, HarnessError),
        (1, HarnessError),
        (0, HarnessError),
    ],
)
def test_a_load_that_did_not_measure_says_whose_fault_that_is(
    code: int, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", _python(f"exit {code}", tmp_path))
    with pytest.raises(error):
        LoadChild(SMOKE, tmp_path, list, list).measure(Path("x.env"))


@pytest.mark.parametrize("manners", ["", "trap '' TERM; "], ids=["ends when told", "hears nothing"])
def test_an_interruption_is_told_at_once_and_a_child_that_does_not_end_is_ended(
    manners: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_child, "_LAST_ANSWERS_S", 0.5)
    monkeypatch.setattr(load_child, "_ENDS_WITHIN_S", 0.5)
    monkeypatch.setattr(
        sys, "executable", _python(f"{manners}echo $$ >pid.new; mv pid.new pid; {WAITS}", tmp_path)
    )
    monkeypatch.chdir(tmp_path)
    told: list[bool] = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_interrupt_once_started, args=(tmp_path / "pid",)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            LoadChild(SMOKE, tmp_path, lambda: told.append(True), list).measure(Path("x.env"))
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == [True]
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def _interrupt_once_started(sign: Path) -> None:
    while not sign.exists():
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)


def _python(line: str, folder: Path) -> str:
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{line}\n")
    script.chmod(0o700)
    return str(script)
