"""Duplicates: one after another and twenty at once, the order is credited exactly once (C12, C14)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import form_of
from harness.core.dialects import dialect as row_of
from harness.core.dialects import dialects
from harness.levers.client import LeversClient
from harness.merchant.answers import CallbackAnswer
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid_once_for_good

AT_ONCE = 20
WIRES = (*dialects(callbacks="apiv3"), *dialects(callbacks="alipay"))
"""Their notifications have numbers; an envelope has none."""


@control("CBK-11", dialects=WIRES)
def test_a_repeated_callback_has_no_second_effect(
    orders: PlacedOrders,
    issuer: Issuer,
    levers: LeversClient,
    dialect: str,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.pay()
    resource = levers.notification(order.out_trade_no)
    genuine = form_of(row_of(dialect).callbacks).genuine
    answers = []
    for _ in range(3):
        again = genuine.build(issuer, resource)
        answers.append(order.deliver(again.headers, again.body))
    statuses = [answer.status for answer in answers]
    journal.observe(f"three more deliveries answered {statuses}")
    expect_paid_once_for_good(order, journal)
    assert _all_taken_over(answers), f"a duplicate must be accepted again, got {statuses}"


@control("CBK-11", dialects=WIRES)
def test_twenty_callbacks_at_once_have_one_effect(
    orders: PlacedOrders,
    issuer: Issuer,
    levers: LeversClient,
    dialect: str,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    resource = levers.notification(order.out_trade_no)
    genuine = form_of(row_of(dialect).callbacks).genuine
    one_and_the_same = genuine.compose(issuer, resource)
    callbacks = [genuine.signed(issuer, one_and_the_same) for _ in range(AT_ONCE)]

    def deliver(callback: Callback) -> CallbackAnswer:
        return order.deliver(callback.headers, callback.body)

    with journal.step(f"{AT_ONCE} deliveries at once"), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(deliver, callbacks))
    statuses = sorted(answer.status for answer in answers)
    journal.observe(f"{AT_ONCE} at once answered {statuses}")
    expect_paid_once_for_good(order, journal)
    assert _all_taken_over(answers), f"genuine deliveries were answered {statuses}"


def _all_taken_over(answers: Sequence[CallbackAnswer]) -> bool:
    """Whether each would end the re-sends; how long twenty at once take is another control's."""
    return all(answer.rules.taken_over(answer.status, answer.body) for answer in answers)
