"""Conservation of money: the platform's ledger and the merchant's own records agree to the fen."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from harness.merchant.observer import Observer
from harness.plugin import Journal, PlaceOrder, control


@control("RCN-03")
@pytest.mark.last
def test_platform_and_merchant_agree_to_the_fen(
    place_order: PlaceOrder, levers: LeversClient, observer: Observer, journal: Journal
) -> None:
    for yuan in ("19.90", "0.01", "88.88"):
        levers.pay(out_trade_no=place_order(amount_yuan=yuan).out_trade_no)
    ledger = levers.ledger()
    balance = sum(ledger.balances.values())
    mine = {order.out_trade_no: order.paid_amount for order in observer.orders() if order.credits}
    total = sum(mine.values())
    journal.observe(
        f"{len(ledger.paid)} paid orders at the platform, {len(mine)} at the merchant, {total} fen"
    )
    assert balance == 0, f"the platform's double-entry ledger is {balance} fen off zero"
    assert mine == ledger.paid, f"the two books differ: {set(mine.items()) ^ set(ledger.paid.items())}"
