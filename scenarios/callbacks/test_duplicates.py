"""Duplicates: one after another and twenty at once, the order is credited exactly once (C12, C14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.callback import Callback, Issuer
from harness.levers.client import LeversClient
from harness.merchant.answers import CallbackAnswer
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid_once_for_good

AT_ONCE = 20


@control("CBK-11", callbacks="apiv3")
def test_a_repeated_callback_has_no_second_effect(
    orders: PlacedOrders,
    issuer: Issuer,
    levers: LeversClient,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.pay()
    resource = levers.notification(order.out_trade_no)
    statuses = []
    for _ in range(3):
        again = build(issuer, resource)
        statuses.append(order.deliver(again.headers, again.body).status)
    journal.observe(f"three more deliveries answered {statuses}")
    expect_paid_once_for_good(order, journal)
    assert set(statuses) <= {200, 204}, f"a duplicate must be accepted again, got {statuses}"


@control("CBK-11", callbacks="apiv3")
def test_twenty_callbacks_at_once_have_one_effect(
    orders: PlacedOrders,
    issuer: Issuer,
    levers: LeversClient,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    resource = levers.notification(order.out_trade_no)
    callbacks = [build(issuer, resource, notification_id="one-and-the-same") for _ in range(AT_ONCE)]

    def deliver(callback: Callback) -> CallbackAnswer:
        return order.deliver(callback.headers, callback.body)

    with journal.step(f"{AT_ONCE} deliveries at once"), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(deliver, callbacks))
    statuses = sorted(answer.status for answer in answers)
    journal.observe(f"{AT_ONCE} at once answered {statuses}")
    expect_paid_once_for_good(order, journal)
    assert set(statuses) <= {200, 204}, f"genuine deliveries were answered {statuses}"
