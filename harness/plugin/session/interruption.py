"""Ctrl-C during a run: the first ends the scenarios, and none of the next ones spoils the record.

with Interruption() as interruption:
    rehearse(…, watchers=(interruption,))
    build(…)
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

import pytest

PATIENT = b"\nclosing the record and writing the page; once more ends at once\n"
ENOUGH = 3
"""The Ctrl-C that ends at once, whatever is unfinished."""


class Interruption:
    """A context manager, and the pytest plugin that tells it when closing has begun."""

    def __init__(self) -> None:
        self._heard = 0
        self._held = False

    def __enter__(self) -> Self:
        signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What must not be torn in two: a Ctrl-C in here interrupts at its end.

        Masking the signal would not do: that masks one thread, and the handler runs in the first whichever
        thread the signal reached.
        """
        before, self._held = self._heard, True
        try:
            yield
        finally:
            self._held = False
        if self._heard > before:
            raise KeyboardInterrupt

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
        self._heard += 1
        if self._held:
            return
        if self._heard == 1 or self._heard >= ENOUGH:
            raise KeyboardInterrupt
        os.write(2, PATIENT)
