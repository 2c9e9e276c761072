"""The experience edition gives every payment back by itself, before a day is over (facts 9.1). No wire.

Whether it does is switched, because a day that passes in a test would otherwise give back what the test is
about; what was paid while it was switched on comes back, whatever is switched later.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import RefundRequest

AFTER = timedelta(hours=23)
"""After the payment: a refund takes some minutes, and has to be there within 24 hours."""
REASON = "体验版自动退款"


@dataclass(slots=True, eq=False)
class EditionRefunds:
    """What is to come back. Not locked by itself: the platform's lock covers it."""

    on: bool = False
    """Whether what is paid from now on comes back."""
    _promised: list[tuple[datetime, int, PlatformOrder]] = field(default_factory=list)
    _running: itertools.count[int] = field(default_factory=itertools.count)

    def paid(self, order: PlatformOrder, at: datetime) -> bool:
        """Note a payment; whether it will come back."""
        if self.on:
            order.comes_back = at + AFTER
            self.promise(order.comes_back, order)
        return self.on

    def promise(self, due: datetime, order: PlatformOrder) -> None:
        """It goes back then."""
        heapq.heappush(self._promised, (due, next(self._running), order))

    def next_due(self) -> datetime | None:
        """When the next payment goes back; None when none will."""
        return self._promised[0][0] if self._promised else None

    def take_due(self, now: datetime) -> Iterator[tuple[datetime, PlatformOrder]]:
        """Those whose time has come, and when that was; each once."""
        while self._promised and self._promised[0][0] <= now:
            due, _, order = heapq.heappop(self._promised)
            yield due, order


def request_of(order: PlatformOrder, rest: int) -> RefundRequest:
    """The refund of what is left of an order, told to whoever is told of the order."""
    return RefundRequest(
        mchid=order.request.mchid,
        out_refund_no=f"EXPERIENCE-{order.out_trade_no}",
        refund=rest,
        total=int(order.total),
        out_trade_no=order.out_trade_no,
        reason=REASON,
        notify_url=order.request.notify_url,
        dialect=order.request.dialect,
    )
