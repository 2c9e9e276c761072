"""What WeChat answers a page that invokes the bridge: only rightly signed, living, own orders are paid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from harness.core.payment import Product, TradeState
from harness.signing import keys
from harness.signing.wechat_v3 import app_pay_sign, jsapi_pay_sign, sign
from tests.simulator.cashier.cashier_side import (
    APPID,
    FRIEND,
    KEY,
    NONCE,
    SHOPPER,
    TIMESTAMP,
    CashierSide,
    parameters,
)

OTHER_KEY = keys.generate()
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.62"}


@pytest.fixture
def side() -> CashierSide:
    """A platform that knows the merchant's public key."""
    return CashierSide(merchant_key=KEY.public_key())


def invoke(side: CashierSide, given: Mapping[str, Any], **phone: Any) -> dict[str, str]:
    asked = {**given, "openid": SHOPPER, "outcome": "pay", **phone}
    answer = side.send("POST", "/cashier/jsapi", json=asked, headers=PHONE)
    assert answer.status_code == 200, answer.text
    said: dict[str, str] = answer.json()
    return said


def ordered(side: CashierSide) -> str:
    return side.order(Product.JSAPI).prepay_id


@pytest.mark.parametrize(
    ("outcome", "ending", "state"),
    [
        ("pay", "ok", TradeState.SUCCESS),
        ("cancel", "cancel", TradeState.NOTPAY),
        ("fail", "fail", TradeState.NOTPAY),
    ],
)
def test_the_payers_will_decides(side: CashierSide, outcome: str, ending: str, state: TradeState) -> None:
    said = invoke(side, parameters(ordered(side)), outcome=outcome)
    assert said["err_msg"] == f"get_brand_wcpay_request:{ending}"
    assert side.state is state


def test_four_lines_each_ended_by_a_line_feed_are_what_is_signed(side: CashierSide) -> None:
    order = parameters(ordered(side))
    lines = f"{APPID}\n{TIMESTAMP}\n{NONCE}\n{order['package']}\n"
    assert invoke(side, {**order, "paySign": sign(KEY, lines.encode())})["err_msg"].endswith(":ok")


def bare_fourth_line(prepay_id: str) -> dict[str, Any]:
    signature = app_pay_sign(KEY, appid=APPID, timestamp=TIMESTAMP, nonce=NONCE, prepay_id=prepay_id)
    return parameters(prepay_id, paySign=signature)


def by_another_key(prepay_id: str) -> dict[str, Any]:
    signature = jsapi_pay_sign(OTHER_KEY, appid=APPID, timestamp=TIMESTAMP, nonce=NONCE, prepay_id=prepay_id)
    return parameters(prepay_id, paySign=signature)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (bare_fourth_line, "支付验证签名失败"),
        (by_another_key, "支付验证签名失败"),
        (lambda id_: parameters(id_, nonceStr="another"), "支付验证签名失败"),
        (lambda id_: parameters(id_, timeStamp="1763900001"), "支付验证签名失败"),
        (lambda id_: parameters(id_, paySign="no base64!"), "支付验证签名失败"),
        (lambda id_: parameters(id_, appId="wx0000000000000000"), "支付验证签名失败"),
        (lambda id_: parameters(id_, signType="MD5"), "支付验证签名失败"),
        (lambda id_: parameters(id_, timeStamp=int(TIMESTAMP)), "JSAPI缺少参数timeStamp"),
        (lambda id_: parameters(id_, timeStamp=f"{TIMESTAMP}000"), "JSAPI缺少参数timeStamp"),
        (lambda id_: parameters(id_, paySign=""), "JSAPI缺少参数paySign"),
        (lambda id_: parameters(id_, nonceStr=None), "JSAPI缺少参数nonceStr"),
        (lambda id_: {k: v for k, v in parameters(id_).items() if k != "appId"}, "JSAPI缺少参数appId"),
        (lambda id_: parameters("wx0000000000"), "JSAPI缺少参数total_fee"),
    ],
    ids=[
        "bare-fourth-line",
        "another-key",
        "another-nonce",
        "another-moment",
        "no-base64",
        "another-appid",
        "md5",
        "number-for-text",
        "milliseconds",
        "empty-signature",
        "null-nonce",
        "no-appid",
        "unknown-prepay-id",
    ],
)
def test_what_is_not_rightly_signed_is_not_paid(side: CashierSide, spoil: Any, reason: str) -> None:
    said = invoke(side, spoil(ordered(side)))
    assert (said["err_msg"], said["reason"]) == ("get_brand_wcpay_request:fail", reason)
    assert said["detail"]
    assert side.kinds == ["created"]


def test_a_package_without_its_prefix_is_malformed_even_when_signed(side: CashierSide) -> None:
    prepay_id = ordered(side)
    said = invoke(side, {**bare_fourth_line(prepay_id), "package": prepay_id})
    assert said["reason"] == "JSAPI缺少参数total_fee"
    assert side.state is TradeState.NOTPAY


def test_a_prepay_id_dies_after_two_hours(side: CashierSide) -> None:
    given = parameters(ordered(side))
    side.clock.advance(timedelta(hours=2))
    assert invoke(side, given)["reason"] == "JSAPI缺少参数total_fee"
    assert side.state is TradeState.NOTPAY


def test_another_account_cannot_pay(side: CashierSide) -> None:
    said = invoke(side, parameters(ordered(side)), openid=FRIEND)
    assert said["reason"] == "下单账号与支付账号不一致"
    assert side.state is TradeState.NOTPAY


def test_paid_and_closed_orders_say_so(side: CashierSide) -> None:
    given = parameters(ordered(side))
    invoke(side, given)
    assert invoke(side, given)["reason"] == "该订单已支付，请勿重复支付"
    closed = CashierSide(merchant_key=KEY.public_key())
    given = parameters(ordered(closed))
    closed.account.close("order-20261123-001")
    assert invoke(closed, given)["reason"] == "订单已关闭，请重新下单支付"


def test_an_order_of_another_product_cannot_be_paid_this_way(side: CashierSide) -> None:
    given = parameters(side.order(Product.H5).prepay_id)
    assert invoke(side, given)["reason"] == "支付场景非法"
    assert side.state is TradeState.NOTPAY


def test_a_page_outside_of_the_merchants_domain_is_not_registered(side: CashierSide) -> None:
    given = parameters(ordered(side))
    assert invoke(side, given, url="https://evil.example/pay")["reason"] == "当前页面的URL未注册"
    assert invoke(side, given, url="https://shop.example/pay")["err_msg"].endswith(":ok")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"headers": {"User-Agent": "Mozilla/5.0"}}, 403),
        ({"headers": {**PHONE, "Content-Type": "text/plain"}}, 415),
        ({"content": b"{", "headers": {**PHONE, "Content-Type": "application/json"}}, 400),
        ({"json": [], "headers": PHONE}, 400),
        ({"json": {"openid": SHOPPER, "outcome": "steal"}, "headers": PHONE}, 400),
        ({"json": {"outcome": "pay"}, "headers": PHONE}, 400),
        ({"json": {"openid": SHOPPER, "outcome": "pay", "x": "x" * 20_000}, "headers": PHONE}, 413),
    ],
    ids=["no-wechat", "no-json", "broken", "a-list", "unknown-will", "nobody", "too-long"],
)
def test_only_a_bridge_is_answered(side: CashierSide, sent: dict[str, Any], status: int) -> None:
    given = parameters(ordered(side))
    good = {"content": json.dumps({**given, "openid": SHOPPER, "outcome": "pay"}).encode()}
    options: dict[str, Any] = sent if {"content", "json"} & sent.keys() else {**sent, **good}
    assert side.send("POST", "/cashier/jsapi", **options).status_code == status
    assert side.kinds == ["created"]


def test_a_platform_that_cannot_verify_has_no_bridge() -> None:
    answer = CashierSide().send("POST", "/cashier/jsapi", json={}, headers=PHONE)
    assert answer.status_code == 404
