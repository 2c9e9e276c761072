"""An order of which a part went back is in the state REFUND, and still paid (C16, facts 3.7, 4.1)."""

from __future__ import annotations

import pytest

from harness.core.money import Fen
from harness.core.payment import TradeState
from harness.plugin import Journal, Refunds, control


@control("QRY-03")
@pytest.mark.by_refunding
def test_a_partly_refunded_order_still_counts_as_paid(refunds: Refunds, journal: Journal) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 4)
    with journal.step("a quarter of it comes back"):
        order.ask(part)
        order.the_only_one()
        order.end("SUCCESS")
        order.booked(until=part)
    with journal.step("the merchant asks how the order stands"):
        told = order.order.ask_platform()
    if refunds.time_passes:
        refunds.let_a_minute_pass()
        with journal.step("another quarter comes back"):
            order.ask(part)
        assert len(order.there()) == 2, "a quarter of it went back, and no further part is given back"
    else:
        journal.limit("the second part was not asked for: nothing moves the app's clock by a minute")
    asked = [each for each in order.order.audit().events if each.kind == "queried"]
    if not any(each.detail.get("trade_state") == TradeState.REFUND for each in asked):
        journal.limit("the platform was not asked about the order after that, and told nobody REFUND")
    kept = order.order.kept()
    journal.observe(f"REFUND is told as {told!r}; the merchant records {kept.summary}")
    assert kept.status == "paid", f"{part} of {order.paid} fen went back, and the order is {kept.status}"
    assert kept.told_paid_amount in (order.paid, None), (
        f"{part} of {order.paid} fen went back, and {kept.paid_amount} fen are booked as paid"
    )
