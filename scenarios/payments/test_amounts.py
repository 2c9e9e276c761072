"""Amounts are exact in fen: what a shopper types is what the platform is asked for."""

from __future__ import annotations

import pytest

from harness.core.money import Fen
from harness.plugin import Journal, PlacedOrders, control

TRAPS = ("19.90", "0.01", "0.29", "1.10", "4.35", "8.20", "64.10", "1.00")
"""Amounts that binary floating point gets wrong when multiplied by 100, and two that it gets right."""


@control("PAY-07")
@pytest.mark.parametrize("yuan", TRAPS)
def test_a_typed_amount_arrives_in_fen(yuan: str, orders: PlacedOrders, journal: Journal) -> None:
    created = orders.place(yuan)
    wanted = Fen.from_yuan(yuan)
    asked = created.audit().total
    kept = created.kept().amount
    journal.observe(f"¥{yuan}: platform was asked for {asked} fen, merchant keeps {kept} fen")
    assert (asked, kept) == (wanted, wanted), f"¥{yuan} is {wanted} fen; asked {asked}, kept {kept}"
    payment = created.pay()
    paid = created.kept().paid_amount
    journal.observe(f"paid {payment.total} fen, merchant records {paid} fen")
    assert paid == payment.total == wanted
