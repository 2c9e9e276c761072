"""Signals that end a load: the first asks it to, and a second Ctrl-C ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Callable

import gevent

from harness.processes.interrupts import let_go_of_terminal, listen_to_interrupts


class Interruptions:
    """What Ctrl-C, SIGTERM and a terminal that closes do.

    Args:
        ask: starts nothing more and waits for what is under way; False when there is nothing to wait for.
        end: ends the process with what there is.
    """

    def __init__(self, *, ask: Callable[[], bool], end: Callable[[], None]) -> None:
        self._ask, self._end = ask, end
        self._interrupts = 0

    def listen(self) -> None:
        """Take the signals over; a hang-up only where nobody chose to survive it, as `nohup` does."""
        gevent.signal_handler(signal.SIGINT, self.interrupted)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            gevent.signal_handler(signal.SIGHUP, self._hung_up)
        gevent.signal_handler(signal.SIGTERM, self.told_to_end)
        listen_to_interrupts()

    def interrupted(self) -> None:
        """Ctrl-C: once, what is under way is waited for; twice, the end."""
        self._interrupts += 1
        if self._interrupts > 1 or not self._ask():
            self._end()

    def told_to_end(self) -> None:
        """However often, and by whatever but Ctrl-C, it is the first Ctrl-C."""
        if not self._interrupts:
            self.interrupted()

    def _hung_up(self) -> None:
        let_go_of_terminal()
        self.told_to_end()
