"""Switching keys: part of the callbacks is signed with the platform's other credential (facts 2.3, C38)."""

from __future__ import annotations

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.callback import Issuer
from harness.levers.client import LeversClient
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid


@control("CBK-05", callbacks="apiv3")
def test_a_callback_of_the_other_credential_is_credited_or_refused(
    orders: PlacedOrders, other_issuer: Issuer, levers: LeversClient, journal: Journal
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    callback = build(other_issuer, levers.notification(order.out_trade_no))
    with journal.step(f"signed under {other_issuer.serial}"):
        answer = order.deliver(callback.headers, callback.body)
    journal.observe(f"under {other_issuer.serial} it was answered HTTP {answer.status}")
    if not answer.accepted:
        journal.limit(
            "not judged: while keys are switched both credentials must be taken, and this merchant takes one "
            "alone, which is right at any other time"
        )
        order.redeliver()
    expect_paid(order, journal)
