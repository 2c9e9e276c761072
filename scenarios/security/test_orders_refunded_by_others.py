"""Money of an order comes back by its own shopper alone: a visitor and another shopper send the same in vain.

Refunds go over a provider's own API whatever wire the order took, so each provider is asked once.
"""

from __future__ import annotations

import secrets

import pytest

from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import refunding_request
from harness.plugin import Journal, OtherShoppers, PaidOrder, Refunds, control
from scenarios.security.strangers import Stranger

HARM = (
    "whoever knows or counts up numbers gives the orders of others back, after the goods have gone out; "
    "look an order up by its number and the session's shopper together (… where number = ? and shopper = ?)"
)


@control("SEC-06", classic=True)
@pytest.mark.by_refunding
def test_an_order_is_given_back_to_who_made_it_alone(
    refunds: Refunds, merchant: MerchantClient, other_shoppers: OtherShoppers, journal: Journal
) -> None:
    if not merchant.wants_session:
        raise merchant.profile.gap("sign_in", "how a shopper signs in")
    order = refunds.paid()
    part = Fen(order.paid // 2)
    _try(order, part, merchant, Stranger("a visitor", other_shoppers.visitor), journal)
    try:
        second = other_shoppers.second
    except ProfileGap as gap:
        journal.doubt(f"only a visitor was tried: {gap.what}; {gap.remedy}")
    else:
        _try(order, part, merchant, Stranger("another shopper", second), journal)
    with journal.step("its own shopper asks for the same"):
        status = order.ask(part)
        order.the_only_one()
    given = len(order.there())
    journal.observe(f"its own shopper was answered HTTP {status}; the platform accepted {given}")
    assert given == 1, f"what others sent gave money of order {order.order.out_trade_no} back: {HARM}"


def _try(order: PaidOrder, part: Fen, merchant: MerchantClient, stranger: Stranger, journal: Journal) -> None:
    number = order.order.out_trade_no
    sent = refunding_request(merchant, number, part, f"golive-{secrets.token_hex(6)}")
    with journal.step(f"{stranger.who} has the order given back"):
        answer = stranger.ask(
            sent.by(stranger.client.session, stranger.token(sent.request), merchant.session)
        )
    status = answer.status if answer else "nothing"
    journal.observe(f"{stranger.who} was answered {status}; the platform accepted {len(order.there())}")
    assert not order.there(), f"{stranger.who} had {part} fen of order {number} given back: {HARM}"
