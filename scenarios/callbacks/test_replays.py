"""Replays: a genuine callback that somebody captured, delivered again byte for byte (facts 5.6)."""

from __future__ import annotations

from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.core.dialects import dialect as row_of
from harness.levers.client import LeversClient
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid_once_for_good

REPLAYS = 3


@control("CBK-15")
def test_a_genuine_callback_that_is_replayed_has_no_second_effect(
    orders: PlacedOrders, issuer: Issuer, levers: LeversClient, dialect: str, journal: Journal
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    captured = form_of(row_of(dialect).callbacks).genuine.build(
        issuer, levers.notification(order.out_trade_no)
    )
    with journal.step("the genuine callback"):
        first = order.deliver(captured.headers, captured.body)
    assert first.accepted, f"a genuine callback was answered HTTP {first.status}"
    order.kept(paid=True)
    with journal.step(f"the same bytes {REPLAYS} times more"):
        again = [order.deliver(captured.headers, captured.body).status for _ in range(REPLAYS)]
    journal.observe(f"answered HTTP {first.status}, its replays {again}")
    expect_paid_once_for_good(order, journal)
