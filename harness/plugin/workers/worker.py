"""One more process with scenarios, seen from the first."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import pytest

from harness.plugin.marks import dialect_of
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.workers.inside import run_lane
from harness.plugin.workers.messages import Closed, Hidden, Judged, Reported, Started

__all__ = ["Lane"]

LAST_WORDS_S = 20.0
"""How long lanes that are told to stop may take to end their scenarios and close their browsers."""
ENDS_WITHIN_S = 5.0
"""A process that has said its last word, or whose pipe was closed, is as good as gone."""


class Lane:
    """Forked when made; a pytest plugin that hears its process now and then.

    Args:
        session: whose scenarios these are.
        items: the lane's share of them, on one wire.
        rehearsal: the run, which counts what the lane judges.
        older: lanes forked before.
    """

    def __init__(
        self,
        session: pytest.Session,
        items: Sequence[pytest.Item],
        rehearsal: Rehearsal,
        *,
        older: Sequence[Lane],
    ) -> None:
        self._session = session
        self._rehearsal = rehearsal
        self._wire = dialect_of(items[0])
        self._heard: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._listens = False
        self._told_to_stop = False
        self._closed = False
        self._last = "before its first scenario"
        self._pipe, theirs = get_context("fork").Pipe(duplex=False)
        # Whoever holds the reading end of a pipe keeps its lane from noticing that nobody reads any more.
        inherited = [self._pipe, *(lane._pipe for lane in older)]
        self._process: BaseProcess = get_context("fork").Process(
            target=run_lane, args=(session, items, rehearsal, theirs, inherited), daemon=True
        )
        try:
            self._process.start()
        finally:
            theirs.close()

    def listen(self) -> None:
        """From now on nothing is forked any more, so that there may be threads.

        A full pipe would hold the lane up while a long scenario of ours runs.
        """
        if not self._listens:
            self._listens = True
            threading.Thread(target=self._listen, daemon=True).start()
            self._session.config.pluginmanager.register(self)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """A scenario of ours has ended: now what the lane said does not come in between."""
        while not self._heard.empty():
            self._take(self._heard.get())

    def pytest_golive_interrupted(self) -> None:
        """Ours is waiting for the load's last answers: no need for the lane to go on meanwhile."""
        self.tell_to_stop()

    def join(self) -> None:
        """Hear the lane to its end.

        Raises:
            pytest.Session.Failed: `-x`, and it had a failure.
        """
        while not self._closed:
            self._take(self._heard.get())
            if self._session.shouldfail:
                raise self._session.Failed(self._session.shouldfail)
        self._end()

    def tell_to_stop(self) -> None:
        """Let the lane end with the scenario that it is in; told once."""
        if not self._told_to_stop and self._process.is_alive() and self._process.pid is not None:
            self._told_to_stop = True
            os.kill(self._process.pid, signal.SIGINT)

    def stop(self, deadline: float) -> None:
        """Wait until it has ended, or make it: what it judged counts.

        Args:
            deadline: on the monotonic clock; lanes that end together share it.
        """
        self.listen()
        try:
            while not self._closed:
                self._take(self._heard.get(timeout=max(deadline - time.monotonic(), 0)))
        except queue.Empty:
            self.kill()
            while not self._closed:
                self._take(self._heard.get())
        self._end()

    def give_up(self) -> None:
        """End it now, whatever it is doing, and take what it has said; it never raises."""
        self.kill()
        with suppress(queue.Empty):
            while not self._closed:
                self._take(self._heard.get_nowait())
        if not self._closed:
            self._closed = True
            self._rehearsal.broke(f"the lane of {self._wire} was given up, {self._last}")

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def _listen(self) -> None:
        """Until the lane has nothing more to say, or says what nobody understands; it hears of the latter."""
        try:
            while True:
                self._heard.put(self._pipe.recv())
        except Exception as error:  # noqa: BLE001 - whoever waits for the lane must not wait for ever
            self._heard.put(error)
        finally:
            self._pipe.close()

    def _take(self, word: object) -> None:
        config = self._session.config
        match word:
            case Started(nodeid):
                self._last = f"in {nodeid}"
            case Hidden(secrets):
                self._rehearsal.hide(secrets)
            case Judged(checks):
                self._rehearsal.concluded_beside()
                config.hook.pytest_golive_checked(checks=checks)
            case Reported(data):
                report = config.hook.pytest_report_from_serializable(config=config, data=dict(data))
                config.hook.pytest_runtest_logreport(report=report)
            case Closed(trouble):
                for what in trouble:
                    self._rehearsal.broke(what)
                self._closed = True
            case _ if not self._closed:
                self._closed = True
                self._rehearsal.broke(self._died_of(word))

    def _died_of(self, word: object) -> str:
        if not isinstance(word, EOFError):
            how = f"could not be understood ({type(word).__name__}: {word})"
            return f"the lane of {self._wire} {how}, {self._last}"
        self._process.join(ENDS_WITHIN_S)
        code = self._process.exitcode
        if code is not None and code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        else:
            how = f"ended without a word, with {code}"
        return f"the lane of {self._wire} {how}, {self._last}: golive run --one-by-one shows more"

    def _end(self) -> None:
        """The process of a lane that said its last word ends by itself, or is ended."""
        self._process.join(ENDS_WITHIN_S)
        if self._process.is_alive():
            self.kill()
            self._process.join()
            self._rehearsal.broke(f"the lane of {self._wire} had cleared up and did not end: killed")
