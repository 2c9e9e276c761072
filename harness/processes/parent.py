"""Children that were started for one run: they end with their parent, and are not interrupted half-awake.

A process that is killed says goodbye to nobody. Where a simulator, a shop or a load is started for one run
only, its environment names who started it, and it looks once a second whether that one is still there. Who
starts one by hand names nobody: it runs on in the background for as long as its user likes.

A terminal's Ctrl-C reaches every process. One that is still importing would answer with a traceback, so it is
started with the signal held back, and takes it when it is ready to end in order.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = [
    "end_with_parent",
    "ending_with_us",
    "forks_end_with_us",
    "holding_interrupts",
    "listen_to_interrupts",
]

_PARENT = "GOLIVE_PARENT"
"""Process ids, joined by commas: one of them is the parent."""
_LOOKS_EVERY_S = 1.0
_MAY_TAKE_S = 30.0
"""To end in order, once the parent is gone."""


def ending_with_us() -> dict[str, str]:
    """The environment of a child that is to end when this process does."""
    return {**os.environ, _PARENT: str(os.getpid())}


def forks_end_with_us() -> None:
    """In such a child, before it forks: whoever is forked from it ends with it."""
    if _PARENT in os.environ:
        os.environ[_PARENT] += f",{os.getpid()}"


def end_with_parent() -> None:
    """In such a child: from now on, get a SIGTERM once the parent is gone. In any other process: nothing."""
    named = os.environ.pop(_PARENT, "")  # our own children are to watch us, if anybody
    if named:
        parents = frozenset(map(int, named.split(",")))
        threading.Thread(target=_watch, args=(parents,), name="end-with-parent", daemon=True).start()


def _watch(parents: frozenset[int]) -> None:
    while os.getppid() in parents:
        time.sleep(_LOOKS_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_MAY_TAKE_S)
    os.kill(os.getpid(), signal.SIGKILL)  # it cannot end in order, and nobody is left to see it


@contextmanager
def holding_interrupts() -> Iterator[None]:
    """A child started in here hears a Ctrl-C only when it listens; one that came before is not lost.

    For children alone: this process may hear it in another thread.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def listen_to_interrupts() -> None:
    """In such a child, once it knows what to do with a Ctrl-C."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
