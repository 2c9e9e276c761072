"""Straight at the endpoint, without a merchant and without a payer: an order is made, found and closed."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from harness.core.control import Blame
from harness.core.money import Fen
from harness.core.payment import Order, Prepared, Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, Prerequisite, Settings, control, needs

AMOUNT = Fen(1)
"""The least there is: the order is never paid."""
LIFETIME = timedelta(minutes=30)
PAYER_ADDRESS = "203.0.113.24"
"""A documentation address: nobody opens this order."""
PRODUCTS = [
    pytest.param(
        Product.H5,
        id="h5",
        marks=control("PAY-01", product=Product.H5, provider=Provider.WECHAT, blame=Blame.ENDPOINT),
    ),
    pytest.param(
        Product.NATIVE,
        id="qr",
        marks=control("PAY-02", product=Product.NATIVE, provider=Provider.WECHAT, blame=Blame.ENDPOINT),
    ),
    pytest.param(
        Product.JSAPI,
        id="jsapi",
        marks=[
            control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT, blame=Blame.ENDPOINT),
            needs(Prerequisite.OPENID, "set it to the openid that a tester has under your appid"),
        ],
    ),
]


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_order_is_made_found_unpaid_and_closed(
    product: Product,
    gateway: PaymentGateway,
    apiv3_gateway: PaymentGateway,
    dialect_settings: Settings,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    daily_limit.spend(AMOUNT)
    order = order_of(product, dialect_settings, daily_limit)
    with journal.step(f"{product} order over {gateway.dialect}"):
        prepared = gateway.create(order)
    journal.observe(f"{order.out_trade_no} over {AMOUNT} fen was taken: {handle(prepared)}")
    assert handle(prepared), f"a {product} order was answered without anything to pay it by"
    found = gateway.query(order.out_trade_no)
    journal.observe(f"queried: {found.trade_state}")
    assert found.trade_state == "NOTPAY", f"an order that nobody paid is {found.trade_state}"
    closer = gateway if gateway.can_close else apiv3_gateway
    closer.close(order.out_trade_no)
    found = gateway.query(order.out_trade_no)
    journal.observe(f"closed over {closer.dialect}, queried: {found.trade_state}")
    assert found.trade_state == "CLOSED", f"an order that was closed is {found.trade_state}"


@control("PAY-13", classic=False, blame=Blame.ENDPOINT)
def test_the_endpoint_says_that_it_serves_wechat(gateway: PaymentGateway, journal: Journal) -> None:
    told = gateway.status()
    journal.observe(f"enabled={told.enabled}, wechat={told.wechat}: {told.detail}")
    assert told.wechat, f"the endpoint does not serve WeChat: {told.detail}"


def order_of(product: Product, settings: Settings, daily_limit: DailyLimit) -> Order:
    """A new order with every parameter its product takes."""
    return Order(
        out_trade_no=f"GLT{secrets.token_hex(10)}",
        product=product,
        amount=AMOUNT,
        description="接口检查",
        notify_url=settings.wechat.notify_url,
        time_expire=(daily_limit.now() + LIFETIME).replace(microsecond=0),
        openid=settings.test_openid if product is Product.JSAPI else None,
        payer_client_ip=PAYER_ADDRESS if product is Product.H5 else None,
        h5_type="Wap" if product is Product.H5 else None,
    )


def handle(prepared: Prepared) -> str:
    """What a payer would start from: the URL, the code, or the prepay id."""
    return prepared.h5_url or prepared.code_url or prepared.prepay_id or ""
