"""The SDK wechatpayv3 orders, queries and closes here, and believes every answer it verifies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from wechatpayv3 import WeChatPayType

from harness.core.money import Fen
from harness.levers.client import LeversClient
from tests.interop.sdk_side import on_both_accounts

pytestmark = on_both_accounts

NewNumber = Callable[[], str]
SHOPPER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
SCENE = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}


def order(sdk: Any, number: str, total: int = 1990, **more: Any) -> tuple[int, dict[str, Any]]:
    status, text = sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": total}, **more)
    return status, json.loads(text)


@pytest.mark.parametrize(
    ("product", "more", "handle", "shape"),
    [
        (WeChatPayType.NATIVE, {}, "code_url", "weixin://wxpay/bizpayurl?pr="),
        (WeChatPayType.JSAPI, {"payer": {"openid": SHOPPER}}, "prepay_id", "wx"),
        (WeChatPayType.H5, {"scene_info": SCENE}, "h5_url", "http://127.0.0.1:"),
        (WeChatPayType.APP, {}, "prepay_id", "wx"),
    ],
    ids=["native", "jsapi", "h5", "app"],
)
def test_every_product_can_be_ordered(
    sdk: Any, new_number: NewNumber, *, product: Any, more: dict[str, Any], handle: str, shape: str
) -> None:
    status, answer = order(sdk, new_number(), pay_type=product, **more)
    assert status == 200
    assert answer[handle].startswith(shape)


def test_an_unpaid_order_is_found_by_its_number(sdk: Any, new_number: NewNumber) -> None:
    number = new_number()
    order(sdk, number)
    status, text = sdk.query(out_trade_no=number)
    answer = json.loads(text)
    assert status == 200
    assert (answer["out_trade_no"], answer["trade_state"]) == (number, "NOTPAY")
    assert "transaction_id" not in answer


def test_a_paid_order_is_found_by_both_numbers(sdk: Any, new_number: NewNumber, levers: LeversClient) -> None:
    number = new_number()
    order(sdk, number, attach="桌号 7")
    payment = levers.pay(out_trade_no=number, coupon=Fen(90))
    _, by_ours = sdk.query(out_trade_no=number)
    status, by_theirs = sdk.query(transaction_id=payment.transaction_id)
    assert status == 200
    assert json.loads(by_ours) == json.loads(by_theirs)
    answer = json.loads(by_ours)
    assert answer["trade_state"] == "SUCCESS"
    assert answer["amount"] == {
        "total": 1990,
        "payer_total": 1900,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    assert answer["attach"] == "桌号 7"


def test_a_closed_order_answers_204_and_stays_closed(sdk: Any, new_number: NewNumber) -> None:
    number = new_number()
    order(sdk, number)
    assert sdk.close(out_trade_no=number)[0] == 204
    assert sdk.close(out_trade_no=number)[0] == 204
    assert json.loads(sdk.query(out_trade_no=number)[1])["trade_state"] == "CLOSED"


def test_a_refusal_reaches_the_caller_with_its_code(sdk: Any, new_number: NewNumber) -> None:
    number = new_number()
    order(sdk, number)
    status, answer = order(sdk, number, total=2000)
    assert (status, answer["code"]) == (403, "OUT_TRADE_NO_USED")


def test_the_same_order_again_is_the_same_order(
    sdk: Any, new_number: NewNumber, levers: LeversClient
) -> None:
    number = new_number()
    _, first = order(sdk, number)
    _, second = order(sdk, number)
    assert first["code_url"] != second["code_url"]
    assert levers.orders().count(number) == 1


def test_a_parameter_that_breaks_a_rule_reaches_the_caller_with_its_value(
    sdk: Any, new_number: NewNumber
) -> None:
    status, text = sdk.pay(description="茶" * 43, out_trade_no=new_number(), amount={"total": 1990})
    assert (status, json.loads(text)["detail"]) == (400, {"location": "body", "value": 129})
