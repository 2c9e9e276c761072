"""Holds Ctrl-C back from a child that is still starting, and hands signals to a handler for a while.

A terminal's Ctrl-C reaches every process. One that is still importing would answer with a traceback, so it is
started with the signal held back, and takes it when it is ready to end in order.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], None]


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


@contextmanager
def handling_signals(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    """Hand these signals to a handler until the block ends; for the main thread."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def let_go_of_terminal() -> None:
    """It has gone: whatever is still said goes nowhere, and writing it breaks nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
