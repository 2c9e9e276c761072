"""Every trade state means what the platform says it means, and an unknown one is surfaced (E§5)."""

from __future__ import annotations

import pytest

from harness.core.payment import Provider
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid

MEANING = {
    "NOTPAY": {"pending"},
    "USERPAYING": {"pending"},
    "CLOSED": {"cancelled"},
    "REVOKED": {"cancelled"},
    "PAYERROR": {"failed"},
}
ALIPAYS_MEANING = {"WAIT_BUYER_PAY": {"pending"}, "TRADE_CLOSED": {"cancelled"}}
SETTLED_WORDS = {"pending", "paid", "failed", "cancelled", "refunded"}


@control("QRY-01", provider=Provider.WECHAT)
@pytest.mark.parametrize("state", MEANING)
def test_a_state_is_understood(state: str, orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.fault("query", "trade_state", times=100, value=state)
    answer = order.confirm(until=MEANING[state])
    journal.observe(f"{state} is told as {answer.status!r}")
    assert answer.status in MEANING[state], f"{state} was told as {answer.status!r}"


@control("QRY-01", provider=Provider.ALIPAY)
@pytest.mark.parametrize("state", ALIPAYS_MEANING)
def test_a_state_of_alipays_is_understood(state: str, orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.fault("query", "trade_state", times=100, value=state)
    answer = order.confirm(until=ALIPAYS_MEANING[state])
    journal.observe(f"{state} is told as {answer.status!r}")
    assert answer.status in ALIPAYS_MEANING[state], f"{state} was told as {answer.status!r}"


@control("QRY-01", provider=Provider.ALIPAY)
def test_an_order_that_nobody_has_opened_is_pending(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    with journal.step("asked about before its code was scanned: ACQ.TRADE_NOT_EXIST"):
        answer = order.confirm()
    journal.observe(f"it is told as {answer.status!r}")
    assert answer.status == "pending", f"an order that nobody has opened yet was told as {answer.status!r}"
    order.pay()
    expect_paid(order, journal)


@control("QRY-01", sampled=True)
def test_a_paid_order_is_told_as_paid(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.pay()
    answer = order.confirm(until={"paid"})
    journal.observe(f"SUCCESS is told as {answer.status!r}")
    assert answer.status == "paid", f"a paid order was told as {answer.status!r}"
    expect_paid(order, journal)


@control("QRY-01", sampled=True)
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
