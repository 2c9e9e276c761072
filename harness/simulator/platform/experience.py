"""The experience edition: an official test payee, small payments, small days, and orders of one day at most.

The limits belong to the platform and therefore bind every dialect. A day is a calendar day in Beijing, on
business time; its total is what was paid of the day's orders plus what is still open. Closing an order, or
letting it expire, gives its amount back.
"""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, time, timedelta

from harness.core.clock import BEIJING
from harness.core.payment import TradeState
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.practices import Practices

LIFETIME = timedelta(hours=24)
"""No order of this edition can be paid later than this after its creation."""
PAYEE = "微信官方测试账户"
"""Whom the payer pays: not the merchant (facts 9.1)."""
EDITION = "体验版"
"""What the cashier calls this edition."""


class DayTotal:
    """Adds up one Beijing day after another. Not locked by itself: the platform's lock covers it.

    Every call costs the logarithm of the day's open orders, each order being let go of once.
    """

    def __init__(self, practices: Practices) -> None:
        self._practices = practices
        self._begins = self._ends_at = datetime.min.replace(tzinfo=UTC)
        """Of the day, from midnight to midnight in Beijing."""
        self._paid = 0
        self._open: dict[str, int] = {}
        self._open_total = 0
        self._ends: list[tuple[datetime, str]] = []

    def check(self, total: int, now: datetime) -> None:
        """Whether a new order of `total` fen may still be placed.

        Raises:
            Refused: OVER_LIMIT or OVER_DAY_LIMIT.
        """
        practices = self._practices
        if practices.single_limit is not None and total > practices.single_limit:
            raise Refused(Reason.OVER_LIMIT)
        if practices.day_limit is not None and self.of(now) + total > practices.day_limit:
            raise Refused(Reason.OVER_DAY_LIMIT)

    def of(self, now: datetime) -> int:
        """Fen that the day of `now` has added up to so far."""
        if not self._is_today(now):
            carried = 0 if self._practices.day_resets else self._paid + self._open_total
            self._paid, self._open_total = carried, 0
            self._open.clear()
            self._ends.clear()
            midnight = datetime.combine(now.astimezone(BEIJING).date(), time(tzinfo=BEIJING))
            self._begins = midnight.astimezone(UTC)
            self._ends_at = self._begins + timedelta(days=1)
        while self._ends and self._ends[0][0] <= now:
            self.released(heapq.heappop(self._ends)[1])
        return self._paid + self._open_total

    def _is_today(self, moment: datetime) -> bool:
        return self._begins <= moment < self._ends_at

    def placed(self, out_trade_no: str, total: int, ends: datetime) -> None:
        """A new order is open until `ends`."""
        self._open[out_trade_no] = total
        self._open_total += total
        heapq.heappush(self._ends, (ends, out_trade_no))

    def found_again(self, order: PlatformOrder, now: datetime) -> None:
        """An order from before a restart: it counts as it did, if it is of this day."""
        self.of(now)
        if not self._is_today(order.created):
            return
        self.placed(order.out_trade_no, int(order.total), order.payable_until)
        if order.money_taken:
            self.paid(order.out_trade_no)
        elif order.state is not TradeState.NOTPAY:
            self.released(order.out_trade_no)

    def released(self, out_trade_no: str) -> None:
        """An order was closed or has expired; one of another day changes nothing."""
        self._open_total -= self._open.pop(out_trade_no, 0)

    def paid(self, out_trade_no: str) -> None:
        """An order was paid; it stays with the day it was placed on."""
        amount = self._open.pop(out_trade_no, 0)
        self._open_total -= amount
        self._paid += amount if self._practices.day_counts_paid else 0
