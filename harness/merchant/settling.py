"""Reads a merchant until it has settled: the one way to judge what its records say.

A merchant may book at once, or write a payment down, answer, and book a moment later; both are right. So
what has to come is waited for, `BOUND_S` at the most; and before it is believed that nothing comes, as much
time is given as this merchant has shown to need.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

BOUND_S = 5.0
"""The longest that anything is waited for."""
UNKNOWN_S = 0.5
"""Given to a merchant of whom nothing was seen to settle yet."""
BOUND_AFTER_NOTHING_S = 1.0
"""The bound once nothing came within it, unless the merchant has been seen to need longer."""
FACTOR = 1.5
"""How much longer than it ever took before is waited for what should not come."""
REMEMBERED = 8
"""The latest settlements speak for the merchant; one that a busy machine delayed is forgotten again."""
_FIRST_S, _LONGEST_S = 0.01, 0.1


@dataclass(slots=True)
class Settling:
    """How one merchant settles, learned while it is read. Tests replace the clock and the pause."""

    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _slowest: float = 0.0
    _nothing_came: bool = False

    @property
    def at_once(self) -> bool:
        """Whether the merchant was seen to settle, and never later than the first look."""
        return bool(self._took) and not self._slowest

    @property
    def books_later(self) -> bool:
        """Whether the merchant was seen to settle some time after it had answered."""
        return self._slowest > 0

    @property
    def bound_s(self) -> float:
        """How long something is waited for that has to come."""
        if not self._nothing_came:
            return BOUND_S
        return min(BOUND_S, max(BOUND_AFTER_NOTHING_S, 2 * self._slowest))

    def until(
        self,
        read: Callable[[], T],
        settled: Callable[[T], bool],
        *,
        first: T | None = None,
        fresh: bool = False,
    ) -> T:
        """Read until it has settled, or the bound is reached; the last reading, whichever it was.

        Args:
            first: a reading that was taken already.
            fresh: the merchant was told just now: if the first look finds it settled, it settles at once.
        """
        begun = self.now()
        reading = read() if first is None else first
        if settled(reading):
            if fresh:
                self._learn(0.0)
            return reading
        ends = begun + self.bound_s
        while (left := ends - self.now()) > 0:
            # Ever less often, so that what is learned is a tenth too long at the most.
            waited = self.now() - begun
            self.pause(min(left, max(_FIRST_S, min(waited / 10, _LONGEST_S))))
            reading = read()
            if settled(reading):
                self._learn(self.now() - begun)
                return reading
        self._nothing_came = True
        return reading

    def allow_time(self, since: float | None = None) -> bool:
        """Give the merchant the time to do what it should not; whether any was left to give.

        Args:
            since: when it was last told of a payment, on this clock; None: just now.
        """
        needed = min(BOUND_S, FACTOR * max(self._took) if self._took else UNKNOWN_S)
        left = needed if since is None else since + needed - self.now()
        if left > 0:
            self.pause(left)
        return left > 0

    def wait_out_bound(self, since: float) -> None:
        """Wait until the bound has passed since a moment on this clock; a merchant never late needs none."""
        if not self.at_once and (left := since + BOUND_S - self.now()) > 0:
            self.pause(left)

    def _learn(self, seconds: float) -> None:
        self._took.append(seconds)
        self._slowest = max(self._slowest, seconds)
