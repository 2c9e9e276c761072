"""Compares a bill with the books, both ways, and to the fen (facts C34)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.core.bill import TradeBill
from harness.core.money import Fen
from harness.shop.reconciliation.record import Difference, Kind


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment or a refund in the books; `amount` in fen."""

    out_trade_no: str
    amount: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBooks:
    """What the books know. Amounts in fen, by number."""

    payments: Mapping[str, Booked] = field(default_factory=dict)
    """Every payment that the bill may name, of whatever day."""
    refunds: Mapping[str, Booked] = field(default_factory=dict)
    payments_of_day: frozenset[str] = frozenset()
    """Those that must be in the bill."""
    refunds_of_day: frozenset[str] = frozenset()


def differences(bill: TradeBill, books: DayBooks) -> list[Difference]:
    """What does not agree: missing here, missing there, or of another amount."""
    payments = {each.out_trade_no: Booked(each.out_trade_no, each.total) for each in bill.payments}
    refunds = {each.out_refund_no: Booked(each.out_trade_no, each.refund) for each in bill.refunds}
    return [
        *_compared(payments, books.payments, books.payments_of_day),
        *_compared(refunds, books.refunds, books.refunds_of_day),
    ]


def _compared(
    there: Mapping[str, Booked], here: Mapping[str, Booked], of_day: Iterable[str]
) -> Iterable[Difference]:
    for number, billed in there.items():
        booked = here.get(number)
        if booked is None:
            yield _difference(number, billed, Kind.MISSING_HERE, None, billed.amount)
        elif booked.amount != billed.amount:
            yield _difference(number, billed, Kind.AMOUNT, booked.amount, billed.amount)
    for number in sorted(set(of_day) - there.keys()):
        yield _difference(number, here[number], Kind.MISSING_THERE, here[number].amount, None)


def _difference(number: str, of: Booked, kind: Kind, here: Fen | None, there: Fen | None) -> Difference:
    return Difference(number=number, out_trade_no=of.out_trade_no, kind=kind, here=here, there=there)
