"""The double-entry book: every fen that arrives somewhere has left somewhere else.

    payers ──▶ clearing ──▶ merchant:<mchid>
    coupons ─▶ clearing

    merchant:<mchid> ──▶ refunding:<mchid> ──▶ payers, coupons     (or back, when a refund is closed)
    merchant:<mchid> ◀─▶ bank:<mchid>                              (withdrawn, topped up)

An account's balance is what came in minus what went out, so the balances always sum to zero and `clearing`
is empty whenever no payment is under way; `refunding` holds what was accepted and has arrived nowhere yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from harness.core.money import Fen
from harness.levers.models import Ledger, LedgerEntry

PAYERS = "payers"
COUPONS = "coupons"
CLEARING = "clearing"
SETTLEMENT = "settlement"
GIVEN_BACK = ("refund", "refund-coupon")
"""Why an entry was booked, where that says how much of an order has come and gone."""


def merchant_account(mchid: str) -> str:
    """The account that a merchant's money arrives on."""
    return f"merchant:{mchid}"


def refunding_account(mchid: str) -> str:
    """What has left the merchant account for refunds that have not ended."""
    return f"refunding:{mchid}"


def bank_account(mchid: str) -> str:
    """The merchant's own, outside of the platform."""
    return f"bank:{mchid}"


class Book:
    """Books payments and refunds. Not locked by itself: the platform's lock covers it.

    Args:
        loses: fen that vanish between clearing and the merchant account; more than 0 only as a defect.
    """

    def __init__(self, *, loses: int = 0) -> None:
        self._entries: list[LedgerEntry] = []
        self._balances: defaultdict[str, int] = defaultdict(int)
        self._paid: defaultdict[str, dict[str, Fen]] = defaultdict(dict)
        self._refunded: defaultdict[str, dict[str, Fen]] = defaultdict(dict)
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
        self._book(entry(debit=CLEARING, credit=merchant_account(mchid), amount=arrived, reason=SETTLEMENT))
        self._balances[CLEARING] -= self._loses
        self._paid[mchid][out_trade_no] = arrived

    def balance(self, mchid: str) -> int:
        """Fen on the merchant account."""
        return self._balances[merchant_account(mchid)]

    def refund_accepted(
        self, *, at: datetime, out_trade_no: str, mchid: str, refund: int, out_refund_no: str
    ) -> None:
        """What a refund takes leaves the merchant account at once, whenever it arrives (facts 3.7)."""
        leaves, waits = merchant_account(mchid), refunding_account(mchid)
        told = {"reason": "refund-accepted", "out_refund_no": out_refund_no}
        self._move(at, out_trade_no, leaves, waits, refund, **told)

    def refund_closed(
        self, *, at: datetime, out_trade_no: str, mchid: str, refund: int, out_refund_no: str
    ) -> None:
        """It comes back."""
        waits, back = refunding_account(mchid), merchant_account(mchid)
        told = {"reason": "refund-closed", "out_refund_no": out_refund_no}
        self._move(at, out_trade_no, waits, back, refund, **told)

    def refunded(
        self, *, at: datetime, out_trade_no: str, mchid: str, cash: int, coupon: int, to_merchant: bool
    ) -> None:
        """It arrives: the purse's part and the coupon's part where each came from.

        Args:
            to_merchant: the purse's part goes to the merchant's bank account, who settles it otherwise.
        """
        waits = refunding_account(mchid)
        arrives = bank_account(mchid) if to_merchant else PAYERS
        self._move(at, out_trade_no, waits, arrives, cash, reason=GIVEN_BACK[0])
        self._move(at, out_trade_no, waits, COUPONS, coupon, reason=GIVEN_BACK[1])
        before = self._refunded[mchid].get(out_trade_no, Fen(0))
        self._refunded[mchid][out_trade_no] = before + cash + coupon

    def withdrawn(self, *, at: datetime, mchid: str, amount: int) -> None:
        """The merchant takes money to its bank; a negative amount brings it back."""
        inside, outside = merchant_account(mchid), bank_account(mchid)
        if amount >= 0:
            self._move(at, "", inside, outside, amount, reason="withdrawal")
        else:
            self._move(at, "", outside, inside, -amount, reason="top-up")

    @property
    def booked(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def since(self, number: int) -> list[LedgerEntry]:
        """The entries after the first so many."""
        return self._entries[number:]

    def found_again(self, entries: Iterable[LedgerEntry]) -> None:
        """What was booked before a restart."""
        for entry in entries:
            self._book(entry)
            number, amount = entry.out_trade_no, entry.amount
            if entry.reason == SETTLEMENT:
                self._paid[_owner(entry.credit)][number] = amount
            elif entry.reason in GIVEN_BACK:
                back = self._refunded[_owner(entry.debit)]
                back[number] = back.get(number, Fen(0)) + amount
        self._balances[CLEARING] = 0  # no payment is under way; what a defect let vanish there has vanished

    def snapshot(self, *mchids: str, entries: bool = True) -> Ledger:
        """The whole book as a record, or without its entries, which grow for as long as a run goes on.

        Args:
            mchids: whose orders `paid` and `refunded` list; a number that two of them use is added up.
        """
        return Ledger(
            entries=tuple(self._entries) if entries else (),
            balances={account: Fen(balance) for account, balance in self._balances.items()},
            paid=_together(self._paid[mchid] for mchid in mchids),
            refunded=_together(self._refunded[mchid] for mchid in mchids),
        )

    def entries(self) -> list[LedgerEntry]:
        """All of them in the order of booking, which need not be that of their moments."""
        return list(self._entries)

    def _move(
        self,
        at: datetime,
        out_trade_no: str,
        debit: str,
        credit: str,
        amount: int,
        *,
        reason: str,
        out_refund_no: str = "",
    ) -> None:
        if amount:
            entry = partial(LedgerEntry, at=at, out_trade_no=out_trade_no, amount=Fen(amount))
            self._book(entry(debit=debit, credit=credit, reason=reason, out_refund_no=out_refund_no))

    def _book(self, entry: LedgerEntry) -> None:
        self._entries.append(entry)
        self._balances[entry.debit] -= int(entry.amount)
        self._balances[entry.credit] += int(entry.amount)


def _owner(account: str) -> str:
    """Whose account that is."""
    return account.partition(":")[2]


def _together(accounts: Iterable[Mapping[str, Fen]]) -> dict[str, Fen]:
    found: dict[str, Fen] = {}
    for orders in accounts:
        for out_trade_no, amount in orders.items():
            found[out_trade_no] = found.get(out_trade_no, Fen(0)) + amount
    return found
