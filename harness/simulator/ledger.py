"""The double-entry book: every fen that arrives somewhere has left somewhere else.

    payers ──▶ clearing ──▶ merchant:<mchid>
    coupons ─▶ clearing

An account's balance is what came in minus what went out, so the balances always sum to zero and `clearing`
is empty whenever no payment is under way.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from harness.levers.models import Ledger, LedgerEntry
from harness.money import Fen

__all__ = ["CLEARING", "COUPONS", "PAYERS", "Book", "merchant_account"]

PAYERS = "payers"
COUPONS = "coupons"
CLEARING = "clearing"


def merchant_account(mchid: str) -> str:
    """The account that a merchant's money arrives on."""
    return f"merchant:{mchid}"


class _Line(NamedTuple):
    at: datetime
    debit: str
    credit: str
    amount: int
    out_trade_no: str
    reason: str


class Book:
    """Books payments. Not locked by itself: the platform's lock covers it.

    Args:
        loses: fen that vanish between clearing and the merchant account; more than 0 only as a defect.
    """

    def __init__(self, *, loses: int = 0) -> None:
        self._lines: list[_Line] = []
        self._balances: defaultdict[str, int] = defaultdict(int)
        self._paid: dict[str, int] = {}
        self._loses = loses

    def payment(self, *, at: datetime, out_trade_no: str, mchid: str, total: int, coupon: int) -> None:
        """Book one payment: purse and coupon into clearing, the whole into the merchant account."""
        if total - coupon:
            self._book(_Line(at, PAYERS, CLEARING, total - coupon, out_trade_no, "payment"))
        if coupon:
            self._book(_Line(at, COUPONS, CLEARING, coupon, out_trade_no, "coupon"))
        arrived = total - self._loses
        self._book(_Line(at, CLEARING, merchant_account(mchid), arrived, out_trade_no, "settlement"))
        self._balances[CLEARING] -= self._loses
        self._paid[out_trade_no] = arrived

    def snapshot(self) -> Ledger:
        """The whole book as a record."""
        return Ledger(
            entries=tuple(
                LedgerEntry(
                    at=line.at,
                    debit=line.debit,
                    credit=line.credit,
                    amount=Fen(line.amount),
                    out_trade_no=line.out_trade_no,
                    reason=line.reason,
                )
                for line in self._lines
            ),
            balances={account: Fen(balance) for account, balance in self._balances.items()},
            paid={number: Fen(amount) for number, amount in self._paid.items()},
        )

    def _book(self, line: _Line) -> None:
        self._lines.append(line)
        self._balances[line.debit] -= line.amount
        self._balances[line.credit] += line.amount
