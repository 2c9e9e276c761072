"""Duplicates: one after another and twenty at once, the order is credited exactly once (C12, C14).

A merchant that locks the order may refuse copies while it books: the platform sends again. What it refuses
when nothing else is under way, it refuses for good.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from harness.callbacks.answers import alone_afterwards
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

    def deliver() -> CallbackAnswer:
        again = genuine.build(issuer, resource)
        return order.deliver(again.headers, again.body)

    answers = [alone_afterwards(deliver, _taken_over) for _ in range(3)]
    statuses = [[answer.status for answer in each] for each in answers]
    journal.observe(f"three more deliveries, each until it was taken over, answered {statuses}")
    expect_paid_once_for_good(order, journal)
    accepted = all(_taken_over(each[-1]) for each in answers)
    assert accepted, f"a duplicate must be accepted again, got {statuses}"


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
    with journal.step("a copy more, alone"):
        alone = alone_afterwards(lambda: deliver(genuine.signed(issuer, one_and_the_same)), _taken_over)
    journal.observe(f"a copy alone answered {[answer.status for answer in alone]}")
    expect_paid_once_for_good(order, journal)
    assert any(map(_taken_over, answers)), f"genuine deliveries were answered {statuses}, and none taken over"
    assert _taken_over(alone[-1]), f"a copy alone, after the others, got HTTP {alone[-1].status}"


def _taken_over(answer: CallbackAnswer) -> bool:
    """Whether it would end the re-sends; how long twenty at once take is another control's."""
    return answer.rules.taken_over(answer.status, answer.body)
