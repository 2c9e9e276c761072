"""How many orders an account may make within a minute, so that nobody uses up what the platform takes."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection

WINDOW_S = 60.0


class OrderRate:
    """Counts the orders of each account over the last minute of wire time. Thread-safe.

    Args:
        most: orders within a minute; None: any number.
        exempt: accounts of the house, by which rehearsals and loads order.
        now: seconds on a clock that never goes back.
    """

    def __init__(
        self, most: int | None, exempt: Collection[str] = (), now: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._exempt = frozenset(exempt)
        self._now = now
        self._made: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def admits(self, account: str) -> bool:
        """Whether the account may make one more order now; then it counts as made."""
        if self._most is None or account in self._exempt:
            return True
        with self._lock:
            made, now = self._made[account], self._now()
            while made and now - made[0] >= WINDOW_S:
                made.popleft()
            if len(made) >= self._most:
                return False
            made.append(now)
            return True
