"""Amounts are exact in fen: what a shopper types is what the platform is asked for."""

from __future__ import annotations

import pytest

from harness.core.money import Fen
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid

TRAPS = ("19.90", "0.01", "0.29", "1.10", "4.35", "8.20", "64.10", "1.00")
"""Amounts that binary floating point gets wrong when multiplied by 100, and two that it gets right."""


@control("PAY-07")
@pytest.mark.parametrize("yuan", TRAPS)
def test_a_typed_amount_arrives_in_fen(yuan: str, orders: PlacedOrders, journal: Journal) -> None:
    typed = Fen.from_yuan(yuan)
    wanted = orders.price_of(typed)
    if wanted != typed:
        journal.observe(
            f"this merchant's prices are its own (price_yuan): nobody can ask it for ¥{yuan}, "
            f"and its price of ¥{wanted.yuan} is judged"
        )
    order = orders.place(yuan)
    ordered = order.audit().total
    journal.observe(f"¥{wanted.yuan} asked for: the platform was asked for {ordered} fen")
    assert ordered == wanted, f"¥{wanted.yuan} is {wanted} fen; the platform was asked for {ordered}"
    order.pay()
    kept = expect_paid(order, journal)
    assert kept.told_amount in (wanted, None), f"the merchant keeps an order of {kept.told_amount} fen"
