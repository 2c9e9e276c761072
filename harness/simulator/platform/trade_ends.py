"""When which trades are over, of those whose merchant is told of it (facts alipay 3.5)."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from harness.simulator.platform.orders import PlatformOrder


@dataclass(slots=True)
class TradeEnds:
    """Those of one account. Not locked by itself: the platform's lock covers it."""

    changed: Callable[[], None] = field(default=lambda: None)
    """Called when the next end may have come nearer."""
    _coming: list[tuple[datetime, int, PlatformOrder]] = field(init=False, default_factory=list)
    _running: itertools.count[int] = field(init=False, default_factory=itertools.count)

    def expect(self, order: PlatformOrder, at: datetime) -> None:
        """A trade may be over then, unless something else becomes of it."""
        heapq.heappush(self._coming, (at, next(self._running), order))
        self.changed()

    def take(self, now: datetime) -> list[tuple[PlatformOrder, datetime]]:
        """Those whose moment has come: each once, whatever became of them."""
        found = []
        while self._coming and self._coming[0][0] <= now:
            at, _, order = heapq.heappop(self._coming)
            found.append((order, at))
        return found

    def next(self) -> datetime | None:
        """When the next one may be over."""
        return self._coming[0][0] if self._coming else None
