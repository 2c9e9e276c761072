"""A double click: one purchase never leaves two orders that can be paid (C22)."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.plugin import DoubleClicks, Journal, PlacedOrders, control
from scenarios.expectations import expect_paid


@control("PAY-10")
@pytest.mark.parametrize("at_once", [True, False], ids=["at-once", "in-a-row"])
def test_two_clicks_leave_one_order_to_pay(
    double_clicks: DoubleClicks, orders: PlacedOrders, journal: Journal, *, at_once: bool
) -> None:
    when = "two clicks at once" if at_once else "two clicks in a row"
    with journal.step(when):
        clicked = double_clicks.click(at_once=at_once)
    payable = [each.out_trade_no for each in clicked.payable]
    journal.observe(
        f"{when} were answered {clicked.said}; the platform has {len(clicked.orders)} orders, "
        f"{len(payable)} of them open"
    )
    if not clicked.orders:
        raise NotExercised(f"{when} made no order", where="ordering", remedy="see PAY-08")
    left = f"{when} left {len(payable)} orders that can be paid: {', '.join(payable)}"
    if len(payable) > 1 and not clicked.named:
        journal.warn(
            f"{left}; nothing in the request tells one purchase from the next, so they may be two: a page "
            "that holds back the second click hides this, and a key for each purchase mends it"
        )
        return
    assert len(payable) <= 1, left
    assert payable, f"{when} left no order that can be paid"
    live, shown = clicked.payable[0].code_url, double_clicks.codes_shown(clicked)
    assert not shown or live in shown, f"{when} show {sorted(shown)}, and only {live!r} can be paid"
    order = orders.find(payable[0], asked=clicked.price)
    order.pay()
    expect_paid(order, journal)
