"""Lanes: where endpoint and merchant are ours, wires run in processes of their own, side by side.

A lane is forked with everything collected, and has a simulator, a merchant and a browser of its own: no lane
sees another's orders or moves another's clock. The process that was started keeps what stands on no wire, the
load among it. All append to one record, line by line. What a lane judges is told to the first process, which
shows it, counts it, and judges the whole.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import pytest

from harness.control import Check
from harness.payment import Dialect
from harness.plugin.marks import dialect_of
from harness.plugin.options import EMBEDDED, Options
from harness.plugin.rehearsal import REHEARSAL, Rehearsal

__all__ = ["LANES", "pytest_runtestloop"]

LANES: Final = (frozenset({Dialect.MCP}), frozenset({Dialect.ENVELOPE, Dialect.APIV3}))
"""The wires of each lane; MCP alone takes as long as the two others."""
LAST_WORDS_S = 20.0
"""How long a lane that is told to stop may take to close its browser."""


_WAITS = 5
"""Niceness of a lane: the load of the first process is measured by the clock, scenarios are not."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A scenario was judged; its checks are on disk."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A phase of a scenario, as pytest serialises its report."""

    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Closed:
    """The lane has cleared up: what its secrets were, and what broke outside any scenario."""

    secrets: frozenset[str]
    trouble: tuple[str, ...]


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Start the lanes beside pytest's own loop, and wait for them afterwards."""
    rehearsal = session.config.stash.get(REHEARSAL, None)
    shares = [[item for item in session.items if dialect_of(item) in wires] for wires in LANES]
    if rehearsal is None or not all(shares) or not _sound(rehearsal.options):
        return (yield)
    session.items[:] = [item for item in session.items if not any(item in share for share in shares)]
    lanes: list[Lane] = []
    for share in shares:
        lanes.append(Lane(session, share, rehearsal, older=lanes))
    for lane in lanes:
        lane.listen()
    try:
        result = yield
        for lane in lanes:
            lane.join()
    except BaseException:
        _stop(lanes)
        raise
    finally:
        rehearsal.record.reload()
    return result


def _sound(options: Options) -> bool:
    """Whether lanes can be had and are worth their start.

    A running simulator or merchant has one clock and one set of books. Off Linux, system libraries do not
    survive a fork; and a fork would tear a second thread in two.
    """
    ours = options.target == EMBEDDED and options.env_file is None and options.merchant == "shop"
    forks = sys.platform == "linux" and threading.active_count() == 1
    return ours and forks and not options.only and not options.one_by_one and len(os.sched_getaffinity(0)) > 1


def _stop(lanes: Sequence[Lane]) -> None:
    """Let every lane end in order; a further Ctrl-C ends them at once."""
    try:
        for lane in lanes:
            lane.tell_to_stop()
        for lane in lanes:
            lane.stop()
    except BaseException:
        for lane in lanes:
            lane.kill()
        raise


class Lane:
    """One more process with scenarios, seen from the first; a pytest plugin that hears it now and then."""

    def __init__(
        self,
        session: pytest.Session,
        items: Sequence[pytest.Item],
        rehearsal: Rehearsal,
        *,
        older: Sequence[Lane],
    ) -> None:
        self._config = session.config
        self._rehearsal = rehearsal
        self._heard: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._closed = False
        self._pipe, theirs = get_context("fork").Pipe(duplex=False)
        # Whoever holds the reading end of a pipe keeps its lane from noticing that nobody reads any more.
        inherited = [self._pipe, *(lane._pipe for lane in older)]
        self._process: BaseProcess = get_context("fork").Process(
            target=_run, args=(session, items, rehearsal, theirs, inherited), daemon=True
        )
        self._process.start()
        theirs.close()

    def listen(self) -> None:
        """From now on nothing is forked any more, so that there may be threads.

        A full pipe would hold the lane up while a long scenario of ours runs.
        """
        threading.Thread(target=self._listen, daemon=True).start()
        self._config.pluginmanager.register(self)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """A scenario of ours has ended: now what the lane said does not come in between."""
        while not self._heard.empty():
            self._take(self._heard.get())

    def join(self, patience_s: float | None = None) -> None:
        """Hear the lane to its end.

        Raises:
            queue.Empty: it said nothing for `patience_s` seconds.
        """
        while not self._closed:
            self._take(self._heard.get(timeout=patience_s))
        self._process.join()

    def tell_to_stop(self) -> None:
        """Let the lane end after the scenario that it is in."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGINT)

    def stop(self) -> None:
        """Wait until it has ended, or make it: what it judged counts."""
        try:
            self.join(LAST_WORDS_S)
        except queue.Empty:
            self.kill()
            self.join()

    def kill(self) -> None:
        """End it now, whatever it is doing."""
        self._process.kill()

    def _listen(self) -> None:
        try:
            with suppress(EOFError, OSError):
                while True:
                    self._heard.put(self._pipe.recv())
        finally:  # whoever waits for the lane must not wait for ever, whatever it said
            self._heard.put(None)

    def _take(self, message: object) -> None:
        hook = self._config.hook
        if isinstance(message, Judged):
            self._rehearsal.concluded_beside()
            hook.pytest_golive_checked(checks=message.checks)
        elif isinstance(message, Reported):
            report = hook.pytest_report_from_serializable(config=self._config, data=dict(message.report))
            hook.pytest_runtest_logreport(report=report)
        elif isinstance(message, Closed):
            self._rehearsal.hide(message.secrets)
            for what in message.trouble:
                self._rehearsal.broke(what)
            self._closed = True
        elif not self._closed:
            self._rehearsal.broke("a lane of scenarios ended without a word")
            self._closed = True


class _Mouth:
    """Inside a lane: tells the first process what was judged, and what its pytest is to be told."""

    def __init__(self, config: pytest.Config, pipe: Connection) -> None:
        self._config = config
        self._pipe = pipe

    def pytest_golive_checked(self, checks: tuple[Check, ...]) -> None:
        self._pipe.send(Judged(checks))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._pipe.send(Reported(data))


def _run(
    session: pytest.Session,
    items: Sequence[pytest.Item],
    rehearsal: Rehearsal,
    pipe: Connection,
    inherited: Sequence[Connection],
) -> None:
    """What a lane does. It ends when the first process does: then there is nobody left to tell."""
    for each in inherited:
        each.close()
    config = session.config
    _stand_alone(config)
    config.pluginmanager.register(_Mouth(config, pipe))
    try:
        for item, following in zip(items, [*items[1:], None], strict=True):
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail or session.shouldstop:
                break
    except KeyboardInterrupt:
        pass  # the first process was interrupted, and told us
    except Exception as error:  # noqa: BLE001 - a plugin broke: that is no verdict on the merchant
        rehearsal.broke(f"a lane of scenarios broke: {type(error).__name__}: {error}")
    _end_fixtures(session)
    with suppress(BrokenPipeError):
        pipe.send(Closed(rehearsal.secrets, rehearsal.trouble))


def _end_fixtures(session: pytest.Session) -> None:
    """What pytest's own runner does at the end: after an interruption, servers and browser are still up."""
    runner: Any = session.config.pluginmanager.get_plugin("runner")
    runner.pytest_sessionfinish(session)


def _stand_alone(config: pytest.Config) -> None:
    """Own process group, so that a Ctrl-C reaches the first process only; own capture; nothing said aloud."""
    os.setpgid(0, 0)
    os.nice(_WAITS)
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if capture is not None:
        capture.start_global_capturing()
        capture.suspend_global_capture(in_=True)
