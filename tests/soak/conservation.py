"""Compares the platform's ledger, its orders, its bills and the shop's books with what must have happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from harness.core.bill import TradeBill
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.levers.models import Ledger
from harness.merchant.observer import MerchantOrder
from harness.simulator.platform.ledger import CLEARING, COUPONS, PAYERS, merchant_account, refunding_account
from tests.soak.expected import Expected
from tests.soak.fates import End

NAMED = 5
"""Differences of one kind that are named; a book that loses a fen each time would fill the screen."""


def off_ledger(ledger: Ledger, wanted: Expected, accounts: Mapping[Provider, str]) -> Iterator[str]:
    """What of the platform's own book is wrong, by itself and by what must have happened.

    Args:
        accounts: the merchant's number at each provider.
    """
    balances = ledger.balances
    if (total := sum(balances.values())) != 0:
        yield f"the ledger is {total} fen off zero"
    if (kept := balances.get(CLEARING, 0)) != 0:
        yield f"clearing keeps {kept} fen"
    for provider, number in accounts.items():
        held, left = int(balances.get(merchant_account(number), 0)), wanted.held(provider)
        if held != left:
            yield f"{provider}: {held} fen on the merchant account, and {left} must be"
        if stuck := balances.get(refunding_account(number), 0):
            yield f"{provider}: {stuck} fen have left the account and arrived nowhere"
    brought = -int(balances.get(PAYERS, 0) + balances.get(COUPONS, 0))
    if brought != (left := sum(wanted.held(provider) for provider in accounts)):
        yield f"payers and coupons are {brought} fen short, and {left} must be"
    yield from _differing("paid, by the ledger", ledger.paid, wanted.paid())
    yield from _differing("given back, by the ledger", ledger.refunded, wanted.refunded())


def off_orders(levers: LeversClient, ledger: Ledger, day: Expected) -> Iterator[str]:
    """What of the platform's orders does not agree with its ledger."""
    for number, fate in day.fates.items():
        audit = levers.audit(number)
        if audit.total != fate.total:
            yield f"{number}: an order of {audit.total} fen, and {fate.total} were asked for"
        paid = any(event.kind == "paid" for event in audit.events)
        if paid is not (number in ledger.paid):
            yield f"{number}: its order says paid: {paid}, its ledger {ledger.paid.get(number)}"
        arrived = sum(each.refund for each in audit.refunds if each.status == "SUCCESS")
        if arrived != ledger.refunded.get(number, 0):
            yield f"{number}: its refunds say {arrived} fen, its ledger {ledger.refunded.get(number, 0)}"


def off_bill(bill: TradeBill, ledger: Ledger, day: Expected, provider: Provider) -> Iterator[str]:
    """What of a day's bill does not agree with the ledger."""
    numbers = {number for number, fate in day.fates.items() if fate.provider is provider}
    what = f"{provider}'s bill of {bill.day}"
    billed = {each.out_trade_no: int(each.total) for each in bill.payments}
    yield from _differing(f"paid, by {what}", billed, _of(ledger.paid, numbers), "the ledger")
    back: Counter[str] = Counter()
    for each in bill.refunds:
        if each.status == "SUCCESS":
            back[each.out_trade_no] += each.refund
    yield from _differing(f"given back, by {what}", back, _of(ledger.refunded, numbers), "the ledger")
    named = {each.out_refund_no for each in bill.refunds}
    asked = {number for number, each in day.refunds.items() if each.out_trade_no in numbers}
    if named != asked:
        yield f"{what} names other refunds than were asked for: {sorted(named ^ asked)[:NAMED]}"


def off_books(orders: list[MerchantOrder], ledger: Ledger, wanted: Expected) -> Iterator[str]:
    """What of the shop's books does not agree with the platform's ledger."""
    kept = {each.out_trade_no: each for each in orders}
    if missing := wanted.fates.keys() - kept.keys():
        yield f"the shop knows nothing of {sorted(missing)[:NAMED]}"
    booked = {number: int(each.paid_amount) for number, each in kept.items() if each.credits}
    yield from _differing("paid, by the shop", booked, ledger.paid, "the ledger")
    back = {number: int(each.refunded_amount) for number, each in kept.items() if each.refunded_amount}
    yield from _differing("given back, by the shop", back, ledger.refunded, "the ledger")
    for number, each in kept.items():
        if each.credits > 1:
            yield f"{number}: fulfilled {each.credits} times"
        paid = wanted.fates[number].end is End.PAID
        if (each.status in ("paid", "refunded")) is not paid:
            yield f"{number}: {each.status} in the shop, and paid: {paid}"


def off_day(day: date, *, done: bool, raised: frozenset[str]) -> Iterator[str]:
    """What the shop's own reconciliation of a day has not done, or raised although nothing is wrong."""
    if not done:
        yield f"the shop has not reconciled {day}"
    if raised:
        yield f"the shop raises {sorted(raised)[:NAMED]} of {day}, and bill and ledger agree"


def _differing(
    what: str, told: Mapping[str, int], right: Mapping[str, int], of: str = "what happened"
) -> Iterator[str]:
    wrong = sorted(number for number in told.keys() | right.keys() if told.get(number) != right.get(number))
    for number in wrong[:NAMED]:
        yield f"{number}: {told.get(number, 0)} fen {what}, {right.get(number, 0)} by {of}"
    if len(wrong) > NAMED:
        yield f"and {len(wrong) - NAMED} more orders, {what}"


def _of(amounts: Mapping[str, int], numbers: set[str]) -> dict[str, int]:
    return {number: int(fen) for number, fen in amounts.items() if number in numbers}
