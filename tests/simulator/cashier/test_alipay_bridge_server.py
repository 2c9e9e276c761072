"""What the platform answers when a page inside Alipay calls `tradePay`."""

from __future__ import annotations

import json

import pytest

from harness.core.payment import Product, TradeState
from harness.signing.alipay import answer_holds
from tests.simulator.cashier.alipay_side import BUYER, NUMBER, PLATFORM_KEY, WECHAT, AlipaySide


@pytest.mark.parametrize(
    ("will", "code", "state"),
    [
        ("pay", "9000", TradeState.SUCCESS),
        ("processing", "8000", TradeState.SUCCESS),
        ("unknown", "6004", TradeState.SUCCESS),
        ("fail", "4000", TradeState.NOTPAY),
        ("cancel", "6001", TradeState.NOTPAY),
    ],
)
def test_a_trade_ends_as_the_payer_wills_and_its_code_proves_nothing(
    will: str, code: str, state: TradeState
) -> None:
    side = AlipaySide()
    answer = side.bridge(will, tradeNO=side.make().transaction_id)
    assert (answer["resultCode"], answer["result"], answer["callbackUrl"]) == (code, "", "")
    assert side.state() is state


def test_the_trade_number_must_be_one_of_the_payers_trades() -> None:
    side = AlipaySide()
    number = side.make().transaction_id
    unknown = side.bridge(tradeNO="2026110522001404211400000107")
    assert (unknown["resultCode"], unknown["detail"]) == ("4000", "there is no trade of this tradeNO")
    foreign = side.bridge(tradeNO=number, buyer_id="2088999900001234")
    assert (foreign["resultCode"], foreign["memo"]) == ("4000", "订单处理失败")
    assert foreign["detail"].startswith("ACQ.TRADE_BUYER_NOT_MATCH")
    assert side.state() is TradeState.NOTPAY


def test_a_paid_trade_is_not_paid_again() -> None:
    side = AlipaySide()
    number = side.make().transaction_id
    side.bridge(tradeNO=number)
    assert side.bridge(tradeNO=number)["detail"].startswith("ACQ.TRADE_HAS_SUCCESS")


def test_what_the_gateway_was_asked_for_is_paid_and_its_result_is_signed() -> None:
    side = AlipaySide()
    answer = side.bridge(token=side.intend(Product.APP).token)
    assert (answer["resultCode"], side.state()) == ("9000", TradeState.SUCCESS)
    told = json.loads(answer["result"])
    node = answer["result"].partition('"alipay_trade_app_pay_response":')[2].partition(',"sign":')[0]
    assert answer_holds(PLATFORM_KEY.public_key(), node.encode(), told["sign"])
    inner = told["alipay_trade_app_pay_response"]
    assert (inner["out_trade_no"], inner["total_amount"], inner["trade_no"]) == (
        NUMBER,
        "19.90",
        side.order.transaction_id,
    )


def test_a_payment_that_is_cancelled_makes_its_trade_and_signs_nothing() -> None:
    side = AlipaySide()
    answer = side.bridge("cancel", token=side.intend(Product.APP).token)
    assert (answer["resultCode"], answer["result"], side.state()) == ("6001", "", TradeState.NOTPAY)


def test_a_token_that_names_nothing_pays_nothing() -> None:
    side = AlipaySide()
    side.intend(Product.APP)
    answer = side.bridge(token="guessed")
    assert (answer["resultCode"], answer["detail"]) == ("4000", "the gateway was asked for no such payment")
    assert side.state() is None


def test_only_alipays_own_browser_has_a_bridge() -> None:
    side = AlipaySide()
    number = side.make().transaction_id
    assert side.bridge(agent=WECHAT, tradeNO=number)["status"] == 403
    assert side.bridge(tradeNO=number, extra=1)["status"] == 400
    assert side.bridge("vanish", tradeNO=number)["status"] == 400
    assert side.bridge(tradeNO="9" * 40_000, buyer_id=BUYER)["status"] == 413
    assert side.state() is TradeState.NOTPAY
