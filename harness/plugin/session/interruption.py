"""Being told to end during a run: the first time ends the scenarios, and none of the next spoils the record.

A Ctrl-C, the SIGTERM of a job that is cancelled and the SIGHUP of a connection that is lost are one thing:
whatever was ordered at a real endpoint is closed, and the record too.

with Interruption() as interruption:
    rehearse(…, watchers=(interruption,))
    build(…)
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Self

import pytest

from harness.browser.watch import WATCH
from harness.core.control import Language
from harness.core.findings import told_in
from harness.plugin.session.rehearsal import REHEARSAL
from harness.processes.interrupts import handling_signals, let_go_of_terminal

SIGNALS = tuple(each for each in signal.Signals if each.name in {"SIGINT", "SIGTERM", "SIGHUP"})
PATIENT = "closing the record and writing the page; once more ends at once"
ENOUGH = 3
"""The time it ends at once, whatever is unfinished."""


class Interruption:
    """A context manager, and the pytest plugin that tells it when closing has begun."""

    def __init__(self, language: Language = "en") -> None:
        self._patient = f"\n{told_in(PATIENT, language)}\n".encode()
        self._heard = 0
        self._holding = 0
        self._handling = ExitStack()

    def __enter__(self) -> Self:
        heard = [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
        self._handling.enter_context(handling_signals(self._hear, *heard))
        return self

    def __exit__(self, *_: object) -> None:
        self._handling.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """What must not be torn in two: a Ctrl-C in here interrupts at its end.

        Masking the signal would not do: that masks one thread, and the handler runs in the first whichever
        thread the signal reached.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # nothing interrupts it
            return
        before = self._heard
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
        if self._heard > before and not self._holding:
            raise KeyboardInterrupt

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """From now on the record is written, and none of its lines is to be there unaccounted for."""
        if (rehearsal := session.config.stash.get(REHEARSAL, None)) is not None:
            rehearsal.record.held = self.held

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """No scenario starts or counts after a Ctrl-C.

        Python drops an exception that a signal raises inside a finaliser, and the browser, which hears the
        same Ctrl-C, may make the scenario fail: neither says anything of the merchant.
        """
        self._stop_if_heard()
        result = yield
        self._stop_if_heard()
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """From now on there is nothing left to stop, and nothing is closed for somebody who had enough."""
        if self._heard >= ENOUGH:
            raise KeyboardInterrupt
        self._heard = max(self._heard, 1)

    def _stop_if_heard(self) -> None:
        if self._heard:
            raise KeyboardInterrupt

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            let_go_of_terminal()
        self._heard += 1
        WATCH.hurry()
        if self._holding:
            return
        if self._heard == 1 or self._heard >= ENOUGH:
            raise KeyboardInterrupt
        with suppress(OSError):
            os.write(2, self._patient)


def end_in_order(config: pytest.Config) -> None:
    """In a pytest that was started by hand: SIGTERM and SIGHUP end it as Ctrl-C does, and once is enough.

    Who handles them already, or ignores them as `nohup` does, goes on doing so.
    """
    if threading.current_thread() is not threading.main_thread():
        return

    def hear(number: int, frame: FrameType | None) -> None:
        for each in theirs:
            signal.signal(each, signal.SIG_IGN)
        if number == signal.SIGHUP:
            let_go_of_terminal()
        WATCH.hurry()
        raise KeyboardInterrupt

    def forget() -> None:
        for each in theirs:
            signal.signal(each, signal.SIG_DFL)

    theirs = [each for each in SIGNALS if signal.getsignal(each) is signal.SIG_DFL]
    for each in theirs:
        signal.signal(each, hear)
    config.add_cleanup(forget)
