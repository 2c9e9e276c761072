"""The two books of a run: what the platform's ledger says arrived, and what the merchant says it credited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from harness.levers.client import LeversClient
from harness.merchant.observer import Observer
from harness.money import Fen

NAMED = 5
"""Orders that a difference names; a merchant that believes every forgery would fill the screen."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both books at one moment, by `out_trade_no`, in fen."""

    platform: dict[str, Fen]
    merchant: dict[str, Fen]
    off_zero: int
    """The sum over the platform's double-entry ledger; anything but 0 is lost or invented money."""

    def difference(self) -> str:
        """What disagrees, in one sentence; empty when not a fen does."""
        if self.off_zero:
            return f"the platform's double-entry ledger is {self.off_zero} fen off zero"
        differing = [
            f"{number}: {_said(there)} there, {_said(here)} here"
            for number in sorted(self.platform.keys() | self.merchant.keys())
            if (there := self.platform.get(number)) != (here := self.merchant.get(number))
        ]
        if not differing:
            return ""
        more = len(differing) - NAMED
        named = "; ".join(differing[:NAMED]) + (f"; and {more} more orders" if more > 0 else "")
        return f"platform (there) and merchant (here) differ, in fen: {named}"


def _said(amount: Fen | None) -> str:
    return "nothing" if amount is None else str(amount)


@dataclass(frozen=True, slots=True)
class Books:
    """Compares the books, leaving aside what a merchant had credited before this platform ever knew it."""

    levers: LeversClient
    observer: Observer
    before: frozenset[str]

    @classmethod
    def opened(cls, levers: LeversClient, observer: Observer) -> Self:
        """Begin: older credits of the merchant belong to other platforms, unless this one booked them too."""
        credited = {order.out_trade_no for order in observer.orders() if order.credits}
        return cls(levers, observer, frozenset(credited - levers.ledger().paid.keys()))

    def compare(self) -> Comparison:
        """Read both books."""
        ledger = self.levers.ledger()
        merchant = {
            order.out_trade_no: order.paid_amount
            for order in self.observer.orders()
            if order.credits and order.out_trade_no not in self.before
        }
        return Comparison(ledger.paid, merchant, sum(ledger.balances.values()))
