"""What happened on one merchant account on one Beijing day, as its bills tell it (facts 3.8). No wire format.

A day costs one look at every order, or at every entry of the book, that the account ever had.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Protocol

from harness.core.clock import BEIJING, BusinessClock
from harness.levers.models import LedgerEntry
from harness.simulator.platform.ledger import Book, merchant_account
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.refund import PlatformRefund

READY = time(10)
"""When the day before can be fetched, Beijing."""
KEPT = timedelta(days=92)
"""How far back: three months at their longest."""


class FindRefund(Protocol):
    """Finds a refund by its number and that of its order."""

    def __call__(self, out_refund_no: str, *, of: str) -> PlatformRefund: ...


@dataclass(frozen=True, slots=True)
class Trade:
    """A payment, or a refund that was accepted."""

    at: datetime
    """Business time."""
    order: PlatformOrder
    refund: PlatformRefund | None = None
    """None: the payment itself."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What changed the balance of the merchant account."""

    entry: LedgerEntry
    number: int
    """Unique on the platform."""
    income: bool
    balance: int
    """Fen on the account after it."""
    order: PlatformOrder | None
    """None where the merchant moved money itself."""
    refund: PlatformRefund | None


@dataclass(slots=True, eq=False)
class Days:
    """Those of one account, which lends it all its members."""

    _clock: BusinessClock
    _lock: threading.RLock
    _book: Book
    _: KW_ONLY
    mchid: str
    orders: Mapping[str, PlatformOrder]
    settle: Callable[[datetime], None]
    """Ends the refunds whose time has come."""
    find_refund: FindRefund

    @property
    def now(self) -> datetime:
        """Business time."""
        return self._clock.now()

    def check(self, day: date) -> None:
        """Whether there may be a bill of that day now.

        Raises:
            Refused: BILL_DAY of today, a day to come, and one too long ago; BILL_CREATING of yesterday before
                ten o'clock.
        """
        now = self._clock.now().astimezone(BEIJING)
        today = now.date()
        if not today - KEPT <= day < today:
            raise Refused(Reason.BILL_DAY)
        if day == today - timedelta(days=1) and now.time() < READY:
            raise Refused(Reason.BILL_CREATING)

    def trades(self, day: date, *, payments: bool = True, refunds: bool = True) -> list[Trade]:
        """Payments by when they succeeded, refunds by when they were accepted; oldest first.

        Raises:
            Refused: NO_BILL, there was none of them.
        """
        begins, ends = _limits(day)
        with self._lock:
            self.settle(self._clock.now())
            orders = list(self.orders.values())
        found = []
        for order in orders:
            if order.success_time is None or order.success_time >= ends:
                continue
            if payments and order.success_time >= begins:
                found.append(Trade(order.success_time, order))
            if refunds:
                found.extend(
                    Trade(each.created, order, each)
                    for each in order.refunds
                    if begins <= each.created < ends
                )
        if not found:
            raise Refused(Reason.NO_BILL)
        found.sort(key=attrgetter("at"))
        return found

    def movements(self, day: date) -> list[Movement]:
        """What changed the balance, oldest first.

        Raises:
            Refused: NO_BILL, nothing did.
        """
        begins, ends = _limits(day)
        ours = merchant_account(self.mchid)
        with self._lock:
            self.settle(self._clock.now())
            entries = self._book.entries()
        balance = 0
        that_day: list[tuple[int, LedgerEntry]] = []
        for number, entry in enumerate(entries):
            if ours not in (entry.debit, entry.credit):
                continue
            if entry.at < begins:
                balance += _change(entry, ours)
            elif entry.at < ends:
                that_day.append((number, entry))
        if not that_day:
            raise Refused(Reason.NO_BILL)
        that_day.sort(key=lambda each: each[1].at)
        found = []
        for number, entry in that_day:
            balance += _change(entry, ours)
            found.append(
                Movement(
                    entry,
                    number,
                    income=entry.credit == ours,
                    balance=balance,
                    order=self.orders.get(entry.out_trade_no),
                    refund=self.find_refund(entry.out_refund_no, of=entry.out_trade_no)
                    if entry.out_refund_no
                    else None,
                )
            )
        return found


def _limits(day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, time(), BEIJING)
    return begins, begins + timedelta(days=1)


def _change(entry: LedgerEntry, account: str) -> int:
    return int(entry.amount) if entry.credit == account else -int(entry.amount)
