"""What the envelope dialect leaves open by its very design (E§5); its forgeries are in `test_forged.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.envelope.genuine import build, unsigned
from harness.core.dialects import dialects
from harness.core.errors import NotExercised
from harness.core.payment import Provider
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid, expect_unpaid

WECHAT = "WeChat's platform"
OF_ALIPAY = dialects(callbacks="envelope", provider=Provider.ALIPAY, sampled=True)
"""Where the same form is signed by another key; what else can be forged in it is judged over WeChat's."""


@control("CBK-17", callbacks="envelope")
def test_what_the_dialect_leaves_open_is_reported(gateway: PaymentGateway, journal: Journal) -> None:
    status = gateway.probe()
    journal.observe(f"endpoint: {status.detail}")
    assert status.trusted, f"the endpoint's own answer is not signed: {status.detail}"
    journal.warn(
        "nothing inside `data` of an answer is signed: amounts, URLs and states rest on TLS alone (E§5); "
        "a client that verifies only when a signature is present can be robbed of it"
    )


@control("CBK-17", dialects=OF_ALIPAY)
@pytest.mark.parametrize("by", ["nobody", WECHAT, "the application itself"])
def test_a_notify_of_alipays_that_alipay_did_not_sign_pays_nothing(
    by: str, orders: PlacedOrders, issuer: Issuer, levers: LeversClient, journal: Journal
) -> None:
    order = orders.place("19.90")
    with journal.step(f"a notify of its payment arrives, signed by {by}"):
        forged = _signed_by(by, issuer, levers.notification(order.out_trade_no, as_if_paid=True))
        answer = order.deliver(forged.headers, forged.body)
    journal.observe(f"answered HTTP {answer.status}")
    # What a platform truly signed may be taken over by who books it later, and finds whose order it is.
    assert by == WECHAT or not answer.accepted, f"a notify signed by {by} was taken over"
    expect_unpaid(order, journal, after=f"a notify signed by {by}")
    order.pay()
    expect_paid(order, journal)


def _signed_by(who: str, issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    """The very notify that is to come, with the signature of somebody else, or none."""
    key = issuer.alipay_app_key if who == "the application itself" else issuer.mcp_private_key
    if key is None:
        raise NotExercised("the platform has no application of Alipay's", where="keys")
    whole = build(replace(issuer, mcp_private_key=key), resource)
    return unsigned(whole) if who == "nobody" else whole
