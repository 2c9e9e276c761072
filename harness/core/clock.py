"""The two clocks. Wire time is always real; business time is real time plus what tests have moved it.

Signed timestamps and their 300-second windows run on wire time. Order lifetimes, the retry ladder and
a merchant's query schedule run on business time, so a day can pass within a test.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from harness.core.errors import UsageError

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The platform's zone: every RFC 3339 time on its wire ends in +08:00."""

LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""Where business time ends: whatever lives from then on still ends on a day that there is."""


def wire_now() -> datetime:
    """The real time now, aware, UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """An aware moment as the platform writes it, e.g. `2018-06-08T10:34:56+08:00` (facts 1.4)."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")


class BusinessClock:
    """Real time plus an offset that only grows. Thread-safe.

    Args:
        now: where real time comes from; injected by tests.
    """

    def __init__(self, now: Callable[[], datetime] = wire_now) -> None:
        self._now = now
        self._offset = timedelta()
        self._lock = threading.Lock()

    @property
    def offset(self) -> timedelta:
        """How far business time is ahead of real time."""
        return self._offset

    def now(self) -> datetime:
        """Business time now, aware, UTC."""
        return self._now() + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move business time forward and return the new now.

        Raises:
            ValueError: `by` is negative; business time never runs backwards.
            UsageError: the calendar ends before.
        """
        if by < timedelta():
            raise ValueError(f"business time never runs backwards (asked for {by})")
        with self._lock:
            if by > LAST - self.now():
                raise UsageError(
                    f"business time ends in {LAST.year}, and {self.now():%Y-%m-%d} is its day now",
                    where="the business clock",
                    remedy="start again: a clock that is new has the real time",
                )
            self._offset += by
        return self.now()
