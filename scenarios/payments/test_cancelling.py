"""What its shopper cancels is closed at the platform, and money that had come is not lost (C23, C24)."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.core.payment import Provider, TradeState
from harness.levers.client import LeverRefused
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import GIVEN_UP, expect_money_in_good_hands


@control("PAY-11")
@pytest.mark.by_cancelling
def test_an_order_that_its_shopper_cancels_is_closed_at_the_platform(
    orders: PlacedOrders, journal: Journal
) -> None:
    order = orders.place("19.90")
    order.opened()
    with journal.step("its shopper cancels it"):
        answered = order.close()
    status, state = order.seen().status, order.audit().trade_state
    journal.observe(f"cancelled with HTTP {answered.status_code}: it is {status}, there {state}")
    if state == TradeState.CLOSED:
        return
    if status not in GIVEN_UP:
        raise NotExercised(
            f"its shopper cancelled the order, and was answered HTTP {answered.status_code}: "
            f"it is {status} here and {state} at the platform",
            where="close",
            remedy="compare [close] with what the app's own button sends",
        )
    order.pay()
    raise AssertionError(
        f"the order is {status}, and was not closed: the platform took money from who still had its code"
    )


@control("PAY-11", provider=Provider.ALIPAY)
@pytest.mark.by_cancelling
def test_an_order_that_nobody_has_opened_is_not_given_up_while_it_can_be_paid(
    orders: PlacedOrders, journal: Journal
) -> None:
    order = orders.place("19.90")
    with journal.step("its shopper cancels it before anybody scanned its code: there is no trade to close"):
        answered = order.close()
    status = order.seen().status
    journal.observe(f"cancelled with HTTP {answered.status_code}: it is {status}")
    try:
        order.pay()
    except LeverRefused as error:
        journal.observe(f"nobody can pay it any more ({error.reason})")
        return
    assert status not in GIVEN_UP, (
        f"the order is {status}, and its code was as good as before: the platform took money for it"
    )
    expect_money_in_good_hands(order, journal)


@control("PAY-11")
@pytest.mark.by_cancelling
def test_a_payment_that_came_before_its_shopper_cancelled_is_not_lost(
    orders: PlacedOrders, journal: Journal
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    with journal.step("paid, of which nobody tells, and cancelled then"):
        order.pay()
        answered = order.close()
    journal.observe(f"cancelled with HTTP {answered.status_code}: it is {order.seen().status}")
    with journal.step("the callback arrives at last"):
        order.redeliver()
    expect_money_in_good_hands(order, journal)
