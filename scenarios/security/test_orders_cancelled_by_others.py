"""An order is cancelled by who made it alone: a visitor and another shopper send the same in vain."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.core.payment import TradeState
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import closing_request
from harness.plugin import Journal, OtherShoppers, PlacedOrder, PlacedOrders, control
from scenarios.security.strangers import Stranger

HARM = (
    "whoever knows or counts up numbers cancels the orders of others while they pay; look an order up by its "
    "number and the session's shopper together (… where number = ? and shopper = ?)"
)


@control("SEC-06")
@pytest.mark.by_cancelling
def test_an_order_is_cancelled_by_who_made_it_alone(
    orders: PlacedOrders, merchant: MerchantClient, other_shoppers: OtherShoppers, journal: Journal
) -> None:
    if not merchant.wants_session:
        raise merchant.profile.gap("sign_in", "how a shopper signs in")
    own, order = orders.place("19.90"), orders.place("19.90")
    own.opened()
    order.opened()
    with journal.step("its own shopper cancels an order"):
        own.close()
    if not _is_cancelled(own):
        raise NotExercised(
            f"what its own shopper sends cancels no order: it is {own.seen().status}",
            where="close",
            remedy="compare [close] with what the app's own button sends",
        )
    _try(order, merchant, Stranger("a visitor", other_shoppers.visitor), journal)
    try:
        second = other_shoppers.second
    except ProfileGap as gap:
        journal.doubt(f"only a visitor was tried: {gap.what}; {gap.remedy}")
        return
    _try(order, merchant, Stranger("another shopper", second), journal)
    order.pay()
    kept = order.kept(paid=True)
    journal.observe(f"after what others sent, its shopper paid it: {kept.summary}")


def _try(order: PlacedOrder, merchant: MerchantClient, stranger: Stranger, journal: Journal) -> None:
    sent = closing_request(merchant, order.out_trade_no)
    with journal.step(f"{stranger.who} cancels the order"):
        answer = stranger.ask(
            sent.by(stranger.client.session, stranger.token(sent.request), merchant.session)
        )
    status = answer.status if answer else "nothing"
    journal.observe(f"{stranger.who} was answered {status}; the order is {order.seen().summary}")
    assert not _is_cancelled(order), f"{stranger.who} cancelled order {order.out_trade_no}: {HARM}"


def _is_cancelled(order: PlacedOrder) -> bool:
    return order.audit().trade_state == TradeState.CLOSED or order.seen().status == "cancelled"
