"""JSAPI: six parameters, a `paySign` that the bridge accepts, and each of its endings handled (facts 7)."""

from __future__ import annotations

import pytest

from harness.browser.phone_payment import pay_by_jsapi
from harness.browser.wechat_bridge import PayerWill
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.merchant.client import MerchantClient
from harness.plugin import Journal, PlacedOrders, WeChatShopper, control
from scenarios.expectations import expect_paid, expect_unpaid

AMOUNT = Fen(1990)
ENDINGS: tuple[PayerWill, ...] = ("cancel", "fail")
PARAMETERS = {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}
UNHEARD = (401, 403, 404, 405)
"""Answers of a merchant that never looked at the ok: refusing it proves nothing then."""


@control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT)
@pytest.mark.rehearsed
def test_the_bridge_takes_the_parameters_and_the_order_is_paid(
    wechat_shopper: WeChatShopper, orders: PlacedOrders, journal: Journal
) -> None:
    shop, wechat = wechat_shopper
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    with journal.step("the shopper orders inside WeChat and pays"):
        call = pay_by_jsapi(shop, wechat, price.yuan)
        number = shop.order_number()
    journal.observe(f"the bridge was given {sorted(call.parameters)} and ended {call.ending}: {call.reason}")
    assert call.parameters.keys() >= PARAMETERS, f"the bridge was given only {sorted(call.parameters)}"
    assert not call.unsigned, f"the bridge refuses paySign: {call.unsigned}"
    assert call.ending == "ok", f"{call.reason} ({call.detail})"
    shop.wait_for_status("paid")
    journal.picture(shop.page, zh="微信内支付成功", en="Paid inside WeChat")
    expect_paid(orders.find(number, asked=price), journal)


@control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT)
@pytest.mark.rehearsed
def test_cancel_and_fail_leave_the_order_to_be_paid_again(
    wechat_shopper: WeChatShopper,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    shop, wechat = wechat_shopper
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    for will in ENDINGS:
        call = pay_by_jsapi(shop, wechat, price.yuan, will)
        assert call.ending == will, f"{call.reason} ({call.detail})"
        expect_unpaid(orders.find(shop.order_number()), journal, after=f"bridge {will}")
    order = orders.find(shop.order_number(), asked=price)
    order.pay()
    shop.wait_for_status("paid")
    expect_paid(order, journal)


@control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT)
@pytest.mark.rehearsed
def test_an_ok_of_the_bridge_alone_is_no_payment(
    wechat_shopper: WeChatShopper,
    merchant: MerchantClient,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    shop, wechat = wechat_shopper
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    call = pay_by_jsapi(shop, wechat, price.yuan, "cancel")
    number = shop.order_number()
    answered = merchant.bridge(number, "ok")
    order = orders.find(number, asked=price)
    journal.observe(f"bridge {call.ending}, page says ok: HTTP {answered.status_code}")
    assert answered.status_code not in UNHEARD, f"the ok was not heard: HTTP {answered.status_code}"
    expect_unpaid(order, journal, after="a mere ok")
    order.pay()
    expect_paid(order, journal)
