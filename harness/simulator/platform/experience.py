"""The experience edition: an official test payee, small payments, small days, and orders of one day at most.

The limits belong to the platform and therefore bind every dialect. A day is a calendar day in Beijing, on
business time; its total is what was paid of the day's orders plus what is still open. Closing an order, or
letting it expire, gives its amount back.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from harness.core.clock import BEIJING
from harness.simulator.platform.orders import Reason, Refused

__all__ = ["DAY_LIMIT", "EDITION", "LIFETIME", "PAYEE", "SINGLE_LIMIT", "DayTotal", "Experience"]

SINGLE_LIMIT = 10_000
"""Fen that one payment may be worth: 100.00 yuan."""
DAY_LIMIT = 100_000
"""Fen that the orders of one Beijing day may add up to: 1,000.00 yuan."""
LIFETIME = timedelta(hours=24)
"""No order of this edition can be paid later than this after its creation."""
PAYEE = "微信官方测试账户"
"""Whom the payer pays: not the merchant."""
EDITION = "体验版"
"""What the cashier calls this edition."""


@dataclass(frozen=True, slots=True)
class Experience:
    """The rules of one edition; other values than the defaults are deliberate defects.

    Args:
        single_limit: fen; None: not enforced.
        day_limit: fen; None: not enforced.
        counts_paid: whether what was paid stays in the day's total, or only open orders are.
        resets: whether a new day starts at nothing, or where the day before it ended.
        payee: whom the cashier names.
        edition: what the cashier calls the edition; empty: it does not say.
        told_lifetime: what answers say instead of the truth about an order's end; None: the truth.
    """

    single_limit: int | None = SINGLE_LIMIT
    day_limit: int | None = DAY_LIMIT
    counts_paid: bool = True
    resets: bool = True
    payee: str = PAYEE
    edition: str = EDITION
    told_lifetime: timedelta | None = None

    def ends(self, created: datetime, payable_until: datetime) -> datetime:
        """When an order of this edition really ends."""
        return min(payable_until, created + LIFETIME)

    def told(self, created: datetime, ends: datetime) -> datetime:
        """When an answer says that it ends."""
        return ends if self.told_lifetime is None else created + self.told_lifetime


class DayTotal:
    """Adds up one Beijing day after another. Not locked by itself: the platform's lock covers it.

    Every call costs the logarithm of the day's open orders, each order being let go of once.
    """

    def __init__(self, rules: Experience) -> None:
        self._rules = rules
        self._day: date | None = None
        self._paid = 0
        self._open: dict[str, int] = {}
        self._open_total = 0
        self._ends: list[tuple[datetime, str]] = []

    def check(self, total: int, now: datetime) -> None:
        """Whether a new order of `total` fen may still be placed.

        Raises:
            Refused: OVER_LIMIT or OVER_DAY_LIMIT.
        """
        rules = self._rules
        if rules.single_limit is not None and total > rules.single_limit:
            raise Refused(Reason.OVER_LIMIT)
        if rules.day_limit is not None and self.of(now) + total > rules.day_limit:
            raise Refused(Reason.OVER_DAY_LIMIT)

    def of(self, now: datetime) -> int:
        """Fen that the day of `now` has added up to so far."""
        today = now.astimezone(BEIJING).date()
        if today != self._day:
            carried = 0 if self._rules.resets else self._paid + self._open_total
            self._paid, self._open_total = carried, 0
            self._open.clear()
            self._ends.clear()
            self._day = today
        while self._ends and self._ends[0][0] <= now:
            self.released(heapq.heappop(self._ends)[1])
        return self._paid + self._open_total

    def placed(self, out_trade_no: str, total: int, ends: datetime) -> None:
        """A new order is open until `ends`."""
        self._open[out_trade_no] = total
        self._open_total += total
        heapq.heappush(self._ends, (ends, out_trade_no))

    def released(self, out_trade_no: str) -> None:
        """An order was closed or has expired; one of another day changes nothing."""
        self._open_total -= self._open.pop(out_trade_no, 0)

    def paid(self, out_trade_no: str) -> None:
        """An order was paid; it stays with the day it was placed on."""
        amount = self._open.pop(out_trade_no, 0)
        self._open_total -= amount
        self._paid += amount if self._rules.counts_paid else 0
