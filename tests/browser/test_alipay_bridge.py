"""The stand-in for Alipay checks what needs no platform, asks the cashier, and tells the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from harness.browser.alipay_bridge import AlipayPayerWill, AlipayStandIn, why_no_payment
from harness.browser.devices import ALIPAY_PHONE
from harness.browser.wechat_bridge import BridgeReady
from harness.core.errors import EnvironmentUnreachable
from harness.core.payment import Product, TradeState
from harness.processes.serving import base_url, listen, serving
from harness.signing import keys
from harness.signing.alipay import sign_request
from tests.browser.conftest import Serve
from tests.simulator.cashier.alipay_side import APP_ID, BUYER, AlipaySide

APP_KEY = keys.generate()
PUBLIC = keys.public_pem(APP_KEY.public_key())
TRADE_NO = "2026110522001404211400000107"
PAGE = """<!doctype html><meta charset=utf-8><button id=pay onclick="start()">支付</button><p id=said></p>
<script>
  function call() {
    AlipayJSBridge.call("tradePay", GIVEN, (said) => {
      document.getElementById("said").textContent = JSON.stringify(said);
    });
  }
  function start() {
    if (window.AlipayJSBridge) { call(); } else { document.addEventListener("AlipayJSBridgeReady", call); }
  }
  AT_ONCE
</script>"""

Inside = Callable[..., tuple[AlipayStandIn, Page]]


@pytest.fixture
def side() -> AlipaySide:
    return AlipaySide()


@pytest.fixture
def inside(chromium: Browser, side: AlipaySide) -> Iterator[Inside]:
    """Makes phones with Alipay, whose pages find the bridge."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(side.app, listen()))

        def make(
            *, ready: BridgeReady = "before", buyer_id: str = BUYER, cashier: str = ""
        ) -> tuple[AlipayStandIn, Page]:
            context = chromium.new_context(**ALIPAY_PHONE)
            stack.callback(context.close)
            alipay = AlipayStandIn(
                context, cashier or address, merchant_public_key=PUBLIC, buyer_id=buyer_id, ready=ready
            )
            return alipay, context.new_page()

        yield make


def page_with(given: object, *, at_once: bool = False) -> str:
    return PAGE.replace("GIVEN", json.dumps(given)).replace("AT_ONCE", "start();" if at_once else "")


def said(page: Page) -> dict[str, Any]:
    """What the page was told."""
    page.wait_for_function("document.getElementById('said').textContent !== ''")
    told: dict[str, Any] = json.loads(page.inner_text("#said"))
    return told


def order_string(**changes: str) -> str:
    members = {
        "app_id": APP_ID,
        "biz_content": '{"out_trade_no":"GL1","total_amount":"19.90","subject":"海岛 + 一日游"}',
        "charset": "utf-8",
        "method": "alipay.trade.app.pay",
        "sign_type": "RSA2",
        "timestamp": "2026-11-05 14:03:07",
        "version": "1.0",
    }
    members["sign"] = sign_request(APP_KEY, members)
    return urlencode({**members, **changes})


@pytest.mark.parametrize("ready", ["before", "after"])
def test_a_page_pays_whether_the_bridge_is_there_at_once_or_later(
    inside: Inside, side: AlipaySide, serve: Serve, ready: BridgeReady
) -> None:
    alipay, page = inside(ready=ready)
    page.goto(serve({"/": page_with({"tradeNO": side.make().transaction_id}, at_once=True)}))
    call = alipay.wait_for_call(page)
    assert (call.result_code, call.wrong, call.detail) == ("9000", "", "")
    assert said(page) == {"resultCode": "9000", "memo": "订单处理成功", "result": "", "callbackUrl": ""}
    assert side.state() is TradeState.SUCCESS
    assert "AlipayClient" in page.evaluate("navigator.userAgent")


@pytest.mark.parametrize(
    ("will", "code", "state"),
    [
        ("processing", "8000", TradeState.SUCCESS),
        ("unknown", "6004", TradeState.SUCCESS),
        ("cancel", "6001", TradeState.NOTPAY),
        ("fail", "4000", TradeState.NOTPAY),
        ("offline", "6002", TradeState.NOTPAY),
    ],
)
def test_a_page_is_told_how_it_ended_and_not_always_the_truth(
    inside: Inside, side: AlipaySide, serve: Serve, will: AlipayPayerWill, code: str, state: TradeState
) -> None:
    alipay, page = inside()
    alipay.next_outcome = will
    page.goto(serve({"/": page_with({"tradeNO": side.make().transaction_id})}))
    page.click("#pay")
    assert said(page)["resultCode"] == code
    assert side.state() is state
    assert alipay.wait_for_call(page).result_code == code


def test_an_order_string_is_verified_before_anybody_is_asked(
    inside: Inside, side: AlipaySide, serve: Serve
) -> None:
    alipay, page = inside()
    good, spoilt = order_string(), order_string(biz_content='{"total_amount":"0.01"}')
    side.order_strings |= {good: side.intend(Product.APP), spoilt: side.intend(Product.APP)}
    page.goto(serve({"/": page_with({"orderStr": spoilt})}))
    page.click("#pay")
    assert alipay.wait_for_call(page).wrong == "the signature of orderStr does not hold"
    assert (said(page)["resultCode"], side.state()) == ("4000", None)
    page.goto(serve({"/": page_with({"orderStr": good})}))
    page.click("#pay")
    assert alipay.wait_for_call(page, count=2).result_code == "9000"
    assert '"alipay_trade_app_pay_response"' in said(page)["result"]
    assert side.state() is TradeState.SUCCESS


def test_an_order_string_that_the_gateway_refuses_fails(
    inside: Inside, side: AlipaySide, serve: Serve
) -> None:
    alipay, page = inside()
    side.intend(Product.APP)
    page.goto(serve({"/": page_with({"orderStr": order_string()})}))
    page.click("#pay")
    call = alipay.wait_for_call(page)
    assert (call.result_code, call.wrong, call.detail) == ("4000", "", "the gateway refused orderStr")
    assert side.state() is None


def test_a_trade_of_another_buyer_fails_with_the_platforms_reason(
    inside: Inside, side: AlipaySide, serve: Serve
) -> None:
    alipay, page = inside(buyer_id="2088999900001234")
    page.goto(serve({"/": page_with({"tradeNO": side.make().transaction_id})}))
    page.click("#pay")
    call = alipay.wait_for_call(page)
    assert (call.result_code, call.wrong) == ("4000", "")
    assert call.detail.startswith("ACQ.TRADE_BUYER_NOT_MATCH")


def test_a_page_that_calls_nothing_is_reported(inside: Inside, serve: Serve) -> None:
    alipay, page = inside()
    page.goto(serve({"/": page_with({"tradeNO": TRADE_NO})}))
    with pytest.raises(AssertionError, match="called tradePay 0 times instead of 1"):
        alipay.wait_for_call(page, patience_s=0.1)


def test_a_cashier_that_is_not_there_is_told_to_whoever_waits(inside: Inside, serve: Serve) -> None:
    gone = listen()
    address = base_url(gone)
    gone.close()
    alipay, page = inside(cashier=address)
    page.goto(serve({"/": page_with({"tradeNO": TRADE_NO})}))
    page.click("#pay")
    assert said(page)["resultCode"] == "6002"
    with pytest.raises(EnvironmentUnreachable, match="the cashier does not answer"):
        alipay.wait_for_call(page)
    alipay.forget()
    assert (alipay.calls, alipay.next_outcome) == ([], "pay")


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "nothing": ({}, "wants either tradeNO or orderStr"),
    "both": ({"tradeNO": TRADE_NO, "orderStr": "a=b"}, "wants either tradeNO or orderStr"),
    "another spelling": ({"tradeNo": TRADE_NO}, "wants either tradeNO or orderStr; tradeNo is not tradeNO"),
    "snake case": ({"trade_no": TRADE_NO}, "wants either tradeNO or orderStr; trade_no is not tradeNO"),
    "a number": ({"tradeNO": int(TRADE_NO)}, "tradeNO is not text"),
    "the merchant's number": ({"tradeNO": "GL1"}, "tradeNO is no number of Alipay's"),
    "no members": ({"orderStr": "{}"}, "orderStr is no line of name=value members"),
    "unsigned": ({"orderStr": order_string(sign="")}, "orderStr is not signed"),
    "of RSA": ({"orderStr": order_string(sign_type="RSA")}, "orderStr is not signed with RSA2"),
    "of the web": (
        {"orderStr": order_string(method="alipay.trade.wap.pay")},
        "the method of orderStr is not alipay.trade.app.pay",
    ),
    "an unknown charset": (
        {"orderStr": order_string(charset="none")},
        "orderStr is no line of name=value members",
    ),
}


@pytest.mark.parametrize("how", WRONG)
def test_what_needs_no_platform_is_refused_without_one(how: str) -> None:
    parameters, why = WRONG[how]
    assert why_no_payment(parameters, APP_KEY.public_key()) == why


def test_what_is_right_is_let_through() -> None:
    for parameters in (
        {"tradeNO": TRADE_NO},
        {"orderStr": order_string()},
        {"tradeNO": TRADE_NO, "orderStr": ""},
    ):
        assert why_no_payment(parameters, APP_KEY.public_key()) == ""
