"""Compares the platform's ledger with what the merchant says it credited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.merchant.observer import Observer

NAMED = 5
"""Orders that a difference names; a merchant that believes every forgery would fill the screen."""


@dataclass(frozen=True, slots=True)
class LedgerPair:
    """Both sides' books at one moment, by `out_trade_no`, in fen."""

    platform: dict[str, Fen]
    merchant: dict[str, Fen]
    off_zero: int
    """The sum over the platform's double-entry ledger; anything but 0 is lost or invented money."""

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
    _told: set[str] = field(default_factory=set)

    @classmethod
    def opened(cls, levers: LeversClient, observer: Observer) -> Self:
        """Begin: what both books hold already stays compared."""
        credited = {order.out_trade_no for order in observer.orders() if order.credits}
        return cls(levers, observer, frozenset(credited ^ levers.ledger(entries=False).paid.keys()))

    def compare(self) -> LedgerPair:
        """Read both books."""
        ledger = self.levers.ledger(entries=False)
        merchant = {
            order.out_trade_no: order.paid_amount
            for order in self.observer.orders()
            if order.credits and order.out_trade_no not in self.before
        }
        platform = {number: paid for number, paid in ledger.paid.items() if number not in self.before}
        return LedgerPair(platform, merchant, sum(ledger.balances.values()))

    def news(self) -> str:
        """What has come to disagree since this was last asked, so that one scenario answers for it."""
        compared = self.compare()
        fresh = compared.differing() - self._told
        self._told.update(fresh)
        return compared.difference(fresh)
