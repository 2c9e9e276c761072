"""This machine's own time: what the generator's clock and its processor do to a measurement.

Moments are read from a clock that never jumps. How far the wall clock moved against it is watched, because
signatures carry wall time; so are the moments in which this process did not get its turn, because an answer
that lay there unread is nobody's slowness but ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import gevent

TICK_S = 0.02
"""How often this process looks whether it still gets its turn."""
SLACK_S = 0.005
"""By so much a turn may come late: timers round up, and every loop has other things to do."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = 1_000_000


class OwnTime:
    """Microseconds since the epoch that never jump, and what this machine is to be excused for.

    Args:
        wall: seconds since the epoch, as the machine has them.
        steady: seconds, monotonic.
    """

    def __init__(
        self, *, wall: Callable[[], float] | None = None, steady: Callable[[], float] | None = None
    ) -> None:
        self._wall, self._steady = wall or time.time, steady or time.perf_counter
        self._offset = round((self._wall() - self._steady()) * _MICROSECONDS)
        self._paused_s = 0.0
        self._expected: float | None = None
        """When this process is to have its next turn; None while nobody watches."""
        self.drift_s = 0.0
        """The farthest that the wall clock was seen from where it should have been, with its sign."""

    def at(self, moment: float) -> int:
        """A moment of the steady clock in µs since the epoch."""
        return round(moment * _MICROSECONDS) + self._offset

    def moment(self, microseconds: int) -> float:
        """The moment of the steady clock, of µs since the epoch."""
        return (microseconds - self._offset) / _MICROSECONDS

    def date(self, moment: float | None = None) -> datetime:
        """A moment of the steady clock, or now, as a date (UTC)."""
        return _EPOCH + timedelta(microseconds=self.at(self._steady() if moment is None else moment))

    def paused_s(self) -> float:
        """Seconds in all, until now, in which this process did not get its turn."""
        return self._paused_s + self._overdue()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch processor and clock until the block ends."""
        watching = gevent.spawn(self._watch)
        try:
            yield
        finally:
            watching.kill()
            self.tick()
            self._expected = None

    def tick(self) -> None:
        """Have a turn: note how late it came, and where the wall clock is."""
        self._paused_s += self._overdue()
        self._expected = self._steady() + TICK_S
        drift_s = self._wall() - self._steady() - self._offset / _MICROSECONDS
        if abs(drift_s) > abs(self.drift_s):
            self.drift_s = round(drift_s, 3)

    def _watch(self) -> None:
        while True:
            self.tick()
            gevent.sleep(TICK_S)

    def _overdue(self) -> float:
        if self._expected is None:
            return 0.0
        return max(0.0, self._steady() - self._expected - SLACK_S)
