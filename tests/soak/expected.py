"""What must have come of the orders so far, kept beside both books and independent of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from harness.core.money import Fen
from harness.core.payment import Provider
from tests.soak.fates import End, Fate


@dataclass(frozen=True, slots=True)
class Given:
    """A refund that was accepted: how much, of which order, and whether it arrives."""

    out_trade_no: str
    fen: Fen
    arrives: bool


@dataclass(slots=True)
class Expected:
    """The orders of a day, or of all days. Amounts in fen."""

    fates: dict[str, Fate] = field(default_factory=dict)
    """By `out_trade_no`."""
    refunds: dict[str, Given] = field(default_factory=dict)
    """By `out_refund_no`."""

    def add(self, other: Expected) -> None:
        """What a day had, too."""
        self.fates |= other.fates
        self.refunds |= other.refunds

    def paid(self, provider: Provider | None = None) -> dict[str, int]:
        """What came in, by order."""
        return {
            number: int(fate.total)
            for number, fate in self.fates.items()
            if fate.end is End.PAID and provider in (None, fate.provider)
        }

    def refunded(self, provider: Provider | None = None) -> dict[str, int]:
        """What has gone back, by order."""
        found: Counter[str] = Counter()
        for given in self.refunds.values():
            if given.arrives and provider in (None, self.fates[given.out_trade_no].provider):
                found[given.out_trade_no] += given.fen
        return dict(found)

    def held(self, provider: Provider) -> int:
        """What is left on the merchant's account."""
        return sum(self.paid(provider).values()) - sum(self.refunded(provider).values())

    def ended(self, end: End) -> int:
        """How many orders ended so."""
        return sum(fate.end is end for fate in self.fates.values())
