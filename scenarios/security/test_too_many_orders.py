"""A shopper who orders far more than anybody buys is stopped before the platform stops everybody."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.plugin import Journal, OrderBursts, OtherShoppers, PlacedOrders, control
from harness.plugin.fixtures.order_bursts import AT_ONCE

NO_LIMIT = 120
"""Orders of one shopper that no reasonable limit lets through: common ones are 60 in a minute and 100 in a
quarter of an hour, and the platform's own for all shoppers of a merchant has been 60 in a second."""
WITHIN_S = 20.0
RESTS, REST_S = 8, 1.0
"""How often, and after how long, is asked whether a limit has passed."""
HARM = (
    "one account, or a script in its name, uses up what the platform takes of this merchant, and nobody else "
    "can pay; count orders by account and by address, and answer 429 above some tens in a minute, or name "
    "the gateway that does as base_url"
)


@control("SEC-08")
@pytest.mark.late
def test_a_shopper_who_orders_too_much_is_stopped(
    merchant: MerchantClient,
    other_shoppers: OtherShoppers,
    order_bursts: OrderBursts,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    try:
        shopper, who = other_shoppers.second, "the second shopper"
    except ProfileGap:
        shopper, who = merchant, "the test shopper"
    room = order_bursts.room(shopper)
    most = NO_LIMIT if room is None else min(NO_LIMIT, room // AT_ONCE * AT_ONCE)
    made = fell_over = 0
    took_s = 0.0
    while made < most and took_s < WITHIN_S:
        with journal.step(f"{AT_ONCE} orders of one shopper at once"):
            burst = order_bursts.send(shopper)
        made, took_s = made + burst.made, took_s + burst.took_s
        fell_over += burst.fell_over
        price = order_bursts.price(shopper)
        journal.observe(
            f"{who} asked for {burst.sent} orders of ¥{price.yuan} at once: {burst.made} reached the "
            f"platform within {burst.took_s:.1f} s, {made} in all; {burst.told}"
        )
        if burst.refused:
            if shopper is merchant:  # whoever orders after this scenario shall find the app as it was
                _let_pass(order_bursts, shopper, orders)
            if not made:
                raise NotExercised(
                    f"{who} was refused every order, so nothing shows that it may order at all: {burst.told}",
                    where="ordering",
                    remedy="order once by hand as that account; its limit may also be used up for now",
                )
            return
        if fell_over:
            journal.doubt(
                f"{fell_over} of {burst.sent} orders at once were answered by an error, which is no limit"
            )
            return
    assert made < NO_LIMIT, (
        f"{made} orders of one shopper reached the platform within {took_s:.0f} s, "
        f"and none was refused: {HARM}"
    )
    journal.warn(
        f"{made} orders of one shopper reached the platform within {took_s:.0f} s, "
        "and none was refused; whether a limit is above that was not tried"
    )


def _let_pass(order_bursts: OrderBursts, shopper: MerchantClient, orders: PlacedOrders) -> None:
    """Wait until the app takes an order again, if that is soon."""
    for _ in range(RESTS):
        orders.wait(REST_S)
        if order_bursts.send(shopper, 1).made:
            return
