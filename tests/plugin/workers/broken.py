"""`python -m tests.plugin.workers.broken HOW run …` (or `HOW pytest …`): something of ours is broken."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main, run
from harness.plugin.session.interruption import Interruption
from harness.plugin.session.rehearsal import REHEARSAL
from harness.plugin.workers import inside, worker
from harness.plugin.workers.messages import Ended
from harness.processes import forked
from harness.processes.interrupts import listen_to_interrupts


def says_what_nobody_understands(*_: Any) -> None:
    _[3].send_bytes(b"\x80\x05not a pickle")
    time.sleep(60)


def does_not_end(*_: Any) -> None:
    _[3].send(Ended((), 0))
    time.sleep(60)


def says_nothing(*_: Any) -> None:
    """Leaves a sign that it was told to stop, and goes on."""
    signal.signal(signal.SIGINT, lambda *_: Path(os.environ["TOLD"]).touch())
    listen_to_interrupts()
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        time.sleep(0.05)


def edits_what_was_kept(session: pytest.Session) -> None:
    """Turns a word of the first exchange round, once."""
    record = session.config.stash[REHEARSAL].record
    path = record.folder / "artifacts" / "exchanges.ndjson"
    with path.open("r+b") as file:
        file.write(b"{ ")
    clear_up(session)


def breaks_while_clearing_up(session: pytest.Session) -> None:
    raise OSError("the browser is gone")


def is_interrupted_while_clearing_up(session: pytest.Session) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    clear_up(session)


class InterruptsAnOldHook:
    """Sends a Ctrl-C after the first scenario, where pluggy makes a warning of it first."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_logstart(self, nodeid: str) -> Generator[None, None, None]:
        yield
        self._seen.append(nodeid)
        if len(self._seen) > 1:
            os.kill(os.getpid(), signal.SIGINT)

    def __init__(self) -> None:
        self._seen: list[str] = []


class Interrupted(Interruption):
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(InterruptsAnOldHook())


clear_up = inside._end_fixtures
BROKEN: dict[str, tuple[object, str, object]] = {
    "unreadable": (worker, "run_worker", says_what_nobody_understands),
    "endless": (worker, "run_worker", does_not_end),
    "silent": (worker, "run_worker", says_nothing),
    "meddling": (inside, "_end_fixtures", edits_what_was_kept),
    "untidy": (inside, "_end_fixtures", breaks_while_clearing_up),
    "interrupted-late": (inside, "_end_fixtures", is_interrupted_while_clearing_up),
    "interrupted-in-a-hook": (run, "Interruption", Interrupted),
}
forked.ENDS_WITHIN_S = 2.0
setattr(*BROKEN[sys.argv.pop(1)])
if sys.argv[1] == "pytest":
    sys.exit(pytest.main(sys.argv[2:]))
main()
