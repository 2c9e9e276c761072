"""Every trade state means what the platform says it means, and an unknown one is surfaced (E§5)."""

from __future__ import annotations

import pytest

from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid

MEANING = {
    "NOTPAY": {"pending"},
    "USERPAYING": {"pending"},
    "CLOSED": {"cancelled"},
    "REVOKED": {"cancelled"},
    "PAYERROR": {"failed"},
}
SETTLED_WORDS = {"pending", "paid", "failed", "cancelled", "refunded"}


@control("QRY-01")
@pytest.mark.parametrize("state", MEANING)
def test_a_state_is_understood(state: str, orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.fault("query", "trade_state", times=100, value=state)
    answer = order.confirm(until=MEANING[state])
    journal.observe(f"{state} is told as {answer.status!r}")
    assert answer.status in MEANING[state], f"{state} was told as {answer.status!r}"


@control("QRY-01")
def test_a_paid_order_is_told_as_paid(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.pay()
    answer = order.confirm(until={"paid"})
    journal.observe(f"SUCCESS is told as {answer.status!r}")
    assert answer.status == "paid", f"a paid order was told as {answer.status!r}"
    expect_paid(order, journal)


@control("QRY-01")
def test_an_unknown_state_is_surfaced(
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    order = orders.place("1.00")
    order.fault("query", "trade_state", times=100, value="FROZEN_BY_RISK")
    answer = order.confirm()
    kept = order.kept()
    journal.observe(f"FROZEN_BY_RISK is told as {answer.status!r}, attention: {kept.attention!r}")
    assert answer.status not in SETTLED_WORDS, f"an unknown state was told as {answer.status!r}"
    assert "FROZEN_BY_RISK" in kept.attention, "the unknown state was raised to nobody"
    assert not kept.settled, f"an unknown state made the order {kept.summary}"
