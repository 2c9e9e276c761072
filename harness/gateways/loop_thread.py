"""An event loop on a thread of its own: a synchronous surface for a library that only speaks asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from harness.core.errors import UnknownOutcome, UsageError

_T = TypeVar("_T")

_JOIN_S = 10.0


class LoopThread:
    """Runs coroutines for any number of threads. Started by the first call, ended by `close`.

    The thread is a daemon: a program that forgets to close still ends.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def run(self, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Run a coroutine to its end and hand back what it returns or raises.

        Args:
            work: makes the coroutine; called only when there is a loop to run it.

        Raises:
            UnknownOutcome: it was closed meanwhile.
            UsageError: it was closed before, or the loop's own thread would wait for itself.
        """
        with self._lock:  # whatever gets in before `close` is seen by the loop before it stops
            loop = self._running()
            future = asyncio.run_coroutine_threadsafe(work(), loop)
        try:
            return future.result()
        except CancelledError:
            raise UnknownOutcome(
                "the gateway was closed while a request was on its way",
                where=self._name,
                remedy="the request may have been accepted: query before doing anything else",
            ) from None
        except BaseException:
            # An interrupted caller must not leave its request running.
            future.cancel()
            raise

    def close(self, goodbye: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """Run `goodbye` if the loop ever ran, end every task, the loop and the thread. May be repeated."""
        with self._lock:
            self._closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        try:
            if goodbye is not None:
                asyncio.run_coroutine_threadsafe(goodbye(), loop).result(_JOIN_S)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_JOIN_S)

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._closed:
            raise UsageError("the gateway is closed", where=self._name, remedy="build a new one")
        if self._thread is threading.current_thread():
            raise UsageError("a listener may not call its own gateway", where=self._name)
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=_turn, args=(self._loop,), name=self._name, daemon=True)
            self._thread.start()
        return self._loop


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """Turn the loop until it is stopped; then its runner ends every task and lets connections close."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.get_loop().run_forever()
