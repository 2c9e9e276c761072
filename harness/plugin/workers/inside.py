"""Runs in a worker process: its scenarios, the news of them for the first process, and the clearing up."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from harness.core.control import Check
from harness.plugin.session.interruption import Interruption
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.workers.messages import Ended, Judged, Reported, Secrets, Started, Written
from harness.processes.forked import stand_alone
from harness.processes.interrupts import listen_to_interrupts

_NICENESS = 5
"""The load of the first process is measured by the clock, scenarios are not."""
_SWEEPS = (50_000, 20, 100)
"""Garbage is swept seldom: a worker lives for a minute, and each request makes a few hundred objects."""


def run_worker(
    session: pytest.Session, items: Sequence[pytest.Item], rehearsal: Rehearsal, pipe: Connection
) -> None:
    """All that a worker does, from its fork to its end; it never raises.

    It is forked with Ctrl-C held back, and ends when the first process does: then there is nobody to tell.
    """
    interruption = Interruption()
    reporter = _Reporter(session.config, pipe, interruption)
    try:
        _stand_alone(session.config)
        session.items[:] = items  # what fixtures look ahead at
        for plugin in (reporter, interruption):
            session.config.pluginmanager.register(plugin)
        # The search for secrets at the end needs them, whatever becomes of this worker.
        rehearsal.confide = lambda fresh: reporter.tell(Secrets(fresh))
        rehearsal.record.untold()  # what the first process wrote it knows itself
        rehearsal.record.held = interruption.held
        rehearsal.record.confirm = lambda digests: reporter.tell(Written(digests))
        with interruption:
            listen_to_interrupts()
            _run_scenarios(session, items)
    except KeyboardInterrupt:
        pass  # the first process was interrupted, and told us
    except BaseException as error:  # noqa: BLE001 - a plugin broke: that is no verdict on the merchant
        rehearsal.broke(f"a worker process broke: {type(error).__name__}: {error}")
    # From here on there is nothing left to stop, and whoever takes too long is killed by the first process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _end_fixtures(session)
    except BaseException as error:  # noqa: BLE001 - what was judged stands, but servers may not have ended
        rehearsal.broke(f"a worker process broke while clearing up: {type(error).__name__}: {error}")
    with suppress(OSError):
        reporter.tell(Written(rehearsal.record.untold()))
        reporter.tell(Ended(rehearsal.trouble, rehearsal.recorder.app_answers))


class _Reporter:
    """Tells the first process what was judged, and what its pytest is to be told."""

    def __init__(self, config: pytest.Config, pipe: Connection, interruption: Interruption) -> None:
        self._config = config
        self._pipe = pipe
        self._interruption = interruption

    def tell(self, message: object) -> None:
        """Send a whole message: a Ctrl-C in the middle would garble the ones after it."""
        with self._interruption.held():
            self._pipe.send(message)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.tell(Started(nodeid))

    def pytest_golive_checked(self, checks: tuple[Check, ...]) -> None:
        self.tell(Judged(checks))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self.tell(Reported(data))


def _run_scenarios(session: pytest.Session, items: Sequence[pytest.Item]) -> None:
    for item, following in zip(items, [*items[1:], None], strict=True):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail or session.shouldstop:
            break


def _end_fixtures(session: pytest.Session) -> None:
    """What pytest's own runner does at the end: after an interruption, servers and browser are still up."""
    runner: Any = session.config.pluginmanager.get_plugin("runner")
    runner.pytest_sessionfinish(session)


def _stand_alone(config: pytest.Config) -> None:
    """Own capture, nothing said aloud, giving way, and no sweeping of what was there before the fork."""
    os.nice(_NICENESS)
    gc.freeze()
    gc.set_threshold(*_SWEEPS)
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
    stand_alone(Path(os.devnull))
    if capture is not None:
        capture.start_global_capturing()
        capture.suspend_global_capture(in_=True)
