"""The double-entry book: every fen that arrives somewhere has left somewhere else.

    payers ──▶ clearing ──▶ merchant:<mchid>
    coupons ─▶ clearing

An account's balance is what came in minus what went out, so the balances always sum to zero and `clearing`
is empty whenever no payment is under way.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import partial

from harness.core.money import Fen
from harness.levers.models import Ledger, LedgerEntry

PAYERS = "payers"
COUPONS = "coupons"
CLEARING = "clearing"


def merchant_account(mchid: str) -> str:
    """The account that a merchant's money arrives on."""
    return f"merchant:{mchid}"


class Book:
    """Books payments. Not locked by itself: the platform's lock covers it.

    Args:
        loses: fen that vanish between clearing and the merchant account; more than 0 only as a defect.
    """

    def __init__(self, *, loses: int = 0) -> None:
        self._entries: list[LedgerEntry] = []
        self._balances: defaultdict[str, int] = defaultdict(int)
        self._paid: defaultdict[str, dict[str, Fen]] = defaultdict(dict)
        self._loses = loses

    def payment(self, *, at: datetime, out_trade_no: str, mchid: str, total: int, coupon: int) -> None:
        """Book one payment: purse and coupon into clearing, the whole into the merchant account."""
        entry = partial(LedgerEntry, at=at, out_trade_no=out_trade_no)
        if total - coupon:
            amount = Fen(total - coupon)
            self._book(entry(debit=PAYERS, credit=CLEARING, amount=amount, reason="payment"))
        if coupon:
            self._book(entry(debit=COUPONS, credit=CLEARING, amount=Fen(coupon), reason="coupon"))
        arrived = Fen(total - self._loses)
        self._book(entry(debit=CLEARING, credit=merchant_account(mchid), amount=arrived, reason="settlement"))
        self._balances[CLEARING] -= self._loses
        self._paid[mchid][out_trade_no] = arrived

    def snapshot(self, mchid: str, *, entries: bool = True) -> Ledger:
        """The whole book as a record, or without its entries, which grow for as long as a run goes on.

        Args:
            mchid: whose orders `paid` lists.
        """
        return Ledger(
            entries=tuple(self._entries) if entries else (),
            balances={account: Fen(balance) for account, balance in self._balances.items()},
            paid=dict(self._paid[mchid]),
        )

    def _book(self, entry: LedgerEntry) -> None:
        self._entries.append(entry)
        self._balances[entry.debit] -= int(entry.amount)
        self._balances[entry.credit] += int(entry.amount)
