"""An order is closed before it is given up, and money that comes all the same is not lost (C23, C24)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.dialects import dialect
from harness.core.errors import NotExercised
from harness.core.payment import Provider, TradeState
from harness.levers.client import LeverRefused
from harness.merchant.client import MerchantClient
from harness.plugin import Journal, PlacedOrder, PlacedOrders, control
from scenarios.expectations import GIVEN_UP, expect_money_in_good_hands

LOOKS_S = (5 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 12 * 3600, 24 * 3600)
"""When an app is looked at that may have a timeout of its own, in seconds after the order."""
SLACK_S = 60


@control("PAY-11")
@pytest.mark.late
def test_an_order_is_closed_before_it_is_given_up(
    orders: PlacedOrders, merchant: MerchantClient, pass_time: Callable[[float], None], journal: Journal
) -> None:
    order = orders.place("19.90")
    status, after_s = until_given_up(order, merchant, pass_time)
    state = order.audit().trade_state
    journal.observe(f"{after_s / 60:.0f} min after the order nobody had paid, it is {status}, there {state}")
    if status not in GIVEN_UP:
        journal.warn(
            f"an order that nobody paid is {status} after {after_s / 3600:.0f} h, and {state} at the "
            "platform: close it there when its time is over"
        )
        return
    if state == TradeState.CLOSED:
        return
    try:
        order.pay()
    except LeverRefused as error:
        if dialect(order.audit().dialect).provider is Provider.ALIPAY:
            journal.observe(f"nobody opened it, so that there was no trade to close ({error.reason})")
            return
        journal.warn(
            f"the order is {status}, and was never closed at the platform; nobody could have paid it any "
            f"more ({error.reason})"
        )
        return
    raise AssertionError(
        f"the order was {status} after {after_s / 60:.0f} min, and was not closed: the platform took the "
        "money"
    )


@control("PAY-11")
@pytest.mark.late
def test_an_order_that_was_paid_when_its_time_ran_out_is_not_lost(
    orders: PlacedOrders, merchant: MerchantClient, pass_time: Callable[[float], None], journal: Journal
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.fault("query", "trade_state", times=1000, value="NOTPAY")
    with journal.step("paid; no callback comes, and queries say what was so before"):
        order.pay()
    status, after_s = until_given_up(order, merchant, pass_time)
    journal.observe(f"{after_s / 60:.0f} min after its payment, of which nobody told, the order is {status}")
    orders.clear_faults()
    with journal.step("the callback arrives at last"):
        order.redeliver()
    expect_money_in_good_hands(order, journal)


@control("PAY-11")
def test_money_that_comes_after_a_close_is_not_lost(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    order.fault("query", "trade_state", times=3, value="CLOSED")
    with journal.step("a query says that the order is closed"):
        order.ask_platform()
    status = order.seen().status
    if status not in GIVEN_UP:
        raise NotExercised(
            f"the platform said that the order is closed, and here it is {status}",
            where="trade_state",
            remedy="see QRY-01",
        )
    with journal.step("its payment arrives all the same"):
        order.pay()
    expect_money_in_good_hands(order, journal)


def until_given_up(
    order: PlacedOrder, merchant: MerchantClient, pass_time: Callable[[float], None]
) -> tuple[str, float]:
    """Let time pass until the merchant gives the order up or its time is over; how it is, and when."""
    status, passed = "", 0.0
    for moment in LOOKS_S:
        pass_time(moment + SLACK_S - passed)
        passed = float(moment + SLACK_S)
        if merchant.profile.query_job is not None:
            merchant.run_query_job()
        kept = order.seen()
        status = kept.status
        if status in GIVEN_UP or kept.settled:
            break
    return status, passed
