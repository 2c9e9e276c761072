"""Callbacks out of order: racing a query, after an order was closed, before an older answer (C12, C16)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.core.dialects import dialect as row_of
from harness.levers.client import LeversClient
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid_once_for_good

OF_EACH = 4
"""Callbacks and queries that race each other."""
QUERY_LASTS_S = 0.3
"""So long the platform thinks: queries are under way when the callbacks arrive."""


@control("CBK-12")
def test_a_callback_that_races_a_query_has_one_effect(
    orders: PlacedOrders,
    issuer: Issuer,
    levers: LeversClient,
    dialect: str,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.fault("query", "delay", times=OF_EACH, value=QUERY_LASTS_S)
    order.pay()
    form = form_of(row_of(dialect).callbacks)
    callback = form.genuine.build(issuer, levers.notification(order.out_trade_no))

    def deliver() -> int:
        return order.deliver(callback.headers, callback.body).status

    def ask() -> int:
        return order.confirm().status_code

    work: list[Callable[[], int]] = [ask] * OF_EACH + [deliver] * OF_EACH
    with journal.step(f"{OF_EACH} callbacks and {OF_EACH} queries at once"), ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda each: each(), work))
    journal.observe(
        f"the shopper's questions were answered {statuses[:OF_EACH]}, callbacks {statuses[OF_EACH:]}"
    )
    expect_paid_once_for_good(order, journal)


@control("CBK-12")
def test_an_older_answer_takes_nothing_back(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    with journal.step("paid; the callback comes first"):
        order.pay()
    order.kept(paid=True)
    order.fault("query", "trade_state", times=3, value="NOTPAY")
    with journal.step("a query is answered as if it had been asked before the payment"):
        order.ask_platform()
    expect_paid_once_for_good(order, journal)


@control("CBK-12")
def test_a_callback_after_the_order_was_closed_loses_no_money(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    order.fault("query", "trade_state", times=3, value="CLOSED")
    with journal.step("a query says that the order is closed"):
        closed = order.ask_platform()
    with journal.step("its payment arrives all the same"):
        order.pay()
    kept = order.kept()
    journal.observe(
        f"closed as {closed}; then {kept.status}, {kept.paid_amount} fen, credited {kept.credits}×"
    )
    journal.limit("not tried: a refund that is told of before its payment")
    assert kept.credits <= 1, f"a late payment credited the order {kept.credits}×"
    assert kept.settled or kept.attention, "a late payment is in no book, and nobody is told of it"
