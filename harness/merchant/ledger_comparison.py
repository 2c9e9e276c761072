"""Compares the platform's ledger with what the merchant says it credited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.merchant.gap import ProfileGap
from harness.merchant.observer import Observer
from harness.merchant.settling import Settling

NAMED = 5
"""Orders that a difference names; a merchant that believes every forgery would fill the screen."""


@dataclass(frozen=True, slots=True)
class LedgerPair:
    """Both sides' books at one moment, by `out_trade_no`, in fen."""

    platform: dict[str, Fen]
    merchant: dict[str, Fen]
    off_zero: int
    """The sum over the platform's double-entry ledger; anything but 0 is lost or invented money."""
    credits: Mapping[str, int] = field(default_factory=dict)
    """How many times the merchant fulfilled an order; `merchant` is what it fulfilled it for in all."""

    refunds_to_book: frozenset[str] = frozenset()
    """Orders of which more went back than the merchant has booked."""

    def missing(self) -> set[str]:
        """The orders of which the merchant's books lack what the platform's have: it may yet book them."""
        less = {number for number, paid in self.platform.items() if self.merchant.get(number, 0) < paid}
        return less | self.refunds_to_book

    def differing(self) -> set[str]:
        """The orders on which the two books disagree."""
        numbers = self.platform.keys() | self.merchant.keys()
        return {number for number in numbers if self.platform.get(number) != self.merchant.get(number)}

    def difference(self, numbers: Collection[str] | None = None) -> str:
        """What disagrees, in one sentence; empty when not a fen does.

        Args:
            numbers: the orders to speak of; None: all that differ.
        """
        if self.off_zero:
            return f"the platform's double-entry ledger is {self.off_zero} fen off zero"
        differing = [
            f"{number}: {_said(self.platform.get(number))} there, {_said(self.merchant.get(number))} here"
            + (f", credited {times} times" if (times := self.credits.get(number, 1)) > 1 else "")
            for number in sorted(self.differing() if numbers is None else numbers)
        ]
        if not differing:
            return ""
        more = len(differing) - NAMED
        named = "; ".join(differing[:NAMED]) + (f"; and {more} more orders" if more > 0 else "")
        return f"platform (there) and merchant (here) differ, in fen: {named}"


def _said(amount: Fen | None) -> str:
    return "nothing" if amount is None else str(amount)


@dataclass(frozen=True, slots=True)
class LedgerComparison:
    """Compares the books of one merchant with the platform's, leaving aside what either had before.

    A merchant may have credited orders of other platforms; a platform may have been paid orders of other
    merchants that speak another dialect.
    """

    levers: LeversClient
    observer: Observer
    before: frozenset[str]
    """Numbers that one side knew and the other did not when the comparison began."""
    settling: Settling = field(default_factory=Settling)
    """Gives the merchant time to book what it was told of."""
    looked_at_later: set[str] = field(default_factory=set)
    """Orders whose booking somebody waits for, and not the scenario that has just ended."""
    _told: set[str] = field(default_factory=set)

    @classmethod
    def opened(cls, levers: LeversClient, observer: Observer, settling: Settling) -> Self:
        """Begin: what both books hold already stays compared."""
        paid = levers.ledger(entries=False).paid.keys()
        if not observer.lists:
            return cls(levers, observer, frozenset(levers.orders()), settling)
        booked = {order.out_trade_no for order in observer.orders() if order.settled}
        return cls(levers, observer, frozenset(booked ^ paid), settling)

    def compare(self) -> LedgerPair:
        """Read both books, once the merchant has settled."""
        return self._settled(but=set())

    def _settled(self, *, but: set[str]) -> LedgerPair:
        return self.settling.until(self._read, lambda pair: not pair.missing() - self._told - but)

    def _read(self) -> LedgerPair:
        ledger = self.levers.ledger(entries=False)
        orders = [
            order
            for order in self.observer.orders(self._new())
            if order.settled
            and order.out_trade_no not in self.before
            # What a person is to look at is no income: of money that the platform has it tells how much.
            and (order.out_trade_no in ledger.paid or not order.put_aside)
        ]
        # Of an order whose refunds nobody tells of, both sides count what came in and nothing that went back.
        went_back = {
            order.out_trade_no: order.told_refunded_amount
            for order in orders
            if order.told_refunded_amount is not None
        }
        return LedgerPair(
            {
                number: paid - (ledger.refunded.get(number, 0) if number in went_back else 0)
                for number, paid in ledger.paid.items()
                if number not in self.before
            },
            {order.out_trade_no: order.booked - went_back.get(order.out_trade_no, 0) for order in orders},
            sum(ledger.balances.values()),
            {order.out_trade_no: order.credits for order in orders},
            frozenset(number for number, told in went_back.items() if told < ledger.refunded.get(number, 0)),
        )

    def _new(self) -> list[str]:
        """The orders to look up one by one at a merchant that shows no list of them."""
        if self.observer.lists:
            return []
        return [number for number in self.levers.orders() if number not in self.before]

    def news(self) -> str:
        """What has come to disagree since this was last asked, so that one scenario answers for it.

        Of a merchant whose books cannot be seen there are no news: RCN-03 says so itself.
        """
        if not self.observer.tells_money:
            return ""
        try:
            compared = self._settled(but=self.looked_at_later)
        except ProfileGap:  # an observer may tell the state, and nothing of money
            return ""
        fresh = compared.differing() - self._told - self.looked_at_later
        self._told.update(fresh)
        return compared.difference(fresh)
