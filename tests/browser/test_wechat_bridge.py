"""The stand-in for WeChat verifies, asks the cashier, and tells the page: like WeChat, and on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from harness.browser.cashier_line import CashierLine
from harness.browser.devices import WECHAT_PHONE
from harness.browser.payment_page import PaymentPage
from harness.browser.phone_payment import pay_by_jsapi
from harness.browser.wechat_bridge import BridgeReady, PayerWill, WeChatStandIn, why_not_signed
from harness.core.errors import EnvironmentUnreachable
from harness.core.payment import Product, TradeState
from harness.processes.serving import base_url, listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import app_pay_sign
from tests.browser.conftest import Serve
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

NOTIFY_URL = "http://127.0.0.1:1/notify"

PAGE = """<!doctype html><meta charset=utf-8>
<button data-testid=payment-method-wechat>微信</button><button data-testid=payment-type-jsapi>JSAPI</button>
<input data-testid=custom-amount>
<button data-testid=create-payment-button onclick="create()">支付</button>
<p data-testid=payment-result hidden></p><p data-testid=payment-error hidden>超出限额</p>
<button data-testid=payment-bridge-button onclick="invoke()">再次打开</button>
<p data-testid=payment-bridge-result></p>
<script>
  const given = GIVEN;
  const result = document.querySelector("[data-testid=payment-result]");
  function say(text) { result.textContent = text; result.hidden = false; }
  function invoke() {
    WeixinJSBridge.invoke("getBrandWCPayRequest", given, (said) => {
      document.querySelector("[data-testid=payment-bridge-result]").textContent = said.err_msg;
      say(JSON.stringify(said));
    });
  }
  function create() {
    say("下单中");
    if (typeof WeixinJSBridge === "undefined") {
      document.addEventListener("WeixinJSBridgeReady", invoke);
    } else {
      invoke();
    }
  }
  AT_ONCE
</script>"""

Inside = Callable[..., tuple[WeChatStandIn, Page]]


@pytest.fixture
def side() -> CashierSide:
    """A platform that knows the merchant's public key."""
    return CashierSide(merchant_key=KEY.public_key())


@pytest.fixture
def inside(chromium: Browser, side: CashierSide) -> Iterator[Inside]:
    """Makes phones with WeChat, whose pages find the bridge."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(side.app, listen()))

        def make(*, ready: BridgeReady = "before", openid: str = SHOPPER) -> tuple[WeChatStandIn, Page]:
            context = chromium.new_context(**WECHAT_PHONE)
            stack.callback(context.close)
            wechat = WeChatStandIn(
                context,
                address,
                merchant_public_key=keys.public_pem(KEY.public_key()),
                openid=openid,
                ready=ready,
            )
            return wechat, context.new_page()

        yield make


def ordered(side: CashierSide, **changes: Any) -> dict[str, Any]:
    return parameters(side.order(Product.JSAPI, notify_url=NOTIFY_URL).prepay_id, **changes)


def shop_of(page: Page, serve: Serve, given: dict[str, Any], at_once: str = "") -> PaymentPage:
    text = PAGE.replace("GIVEN", json.dumps(given)).replace("AT_ONCE", at_once)
    shop = PaymentPage(page, serve({"/payment": text}), patience_s=5.0)
    shop.open()
    return shop


def wait_until_told(shop: PaymentPage) -> dict[str, str]:
    """What the page's own callback was given."""
    shop.page.wait_for_function(
        "() => document.querySelector('[data-testid=payment-result]').textContent[0] === '{'"
    )
    said: dict[str, str] = json.loads(shop.result_text())
    return said


@pytest.mark.parametrize(
    ("will", "ending", "state"),
    [
        ("pay", "ok", TradeState.SUCCESS),
        ("cancel", "cancel", TradeState.NOTPAY),
        ("fail", "fail", TradeState.NOTPAY),
    ],
)
def test_the_payers_will_reaches_the_platform_and_the_page(
    inside: Inside, side: CashierSide, serve: Serve, will: PayerWill, ending: str, state: TradeState
) -> None:
    wechat, page = inside()
    given = ordered(side)
    shop = shop_of(page, serve, given)
    call = pay_by_jsapi(shop, wechat, "19.90", will)
    assert (call.ending, call.unsigned) == (ending, "")
    assert call.parameters == given
    assert call.page_url == f"{shop.base_url}/payment"
    assert wait_until_told(shop)["err_msg"] == f"get_brand_wcpay_request:{ending}"
    assert side.state is state


@pytest.mark.parametrize("ready", ["before", "after"])
def test_a_page_that_asks_and_else_waits_copes_with_both_moments(
    inside: Inside, side: CashierSide, serve: Serve, ready: BridgeReady
) -> None:
    wechat, page = inside(ready=ready)
    shop = shop_of(page, serve, ordered(side), at_once="create();")
    assert wechat.wait_for_call(page).ending == "ok"
    assert wait_until_told(shop)["err_msg"].endswith(":ok")
    assert len(wechat.calls) == 1


@pytest.mark.parametrize(
    ("ready", "careless"),
    [("after", "invoke();"), ("before", "document.addEventListener('WeixinJSBridgeReady', invoke);")],
    ids=["does-not-wait", "only-waits"],
)
def test_a_page_that_knows_one_moment_only_is_found_out(
    inside: Inside, side: CashierSide, serve: Serve, ready: BridgeReady, careless: str
) -> None:
    wechat, page = inside(ready=ready)
    shop_of(page, serve, ordered(side), at_once=careless)
    with pytest.raises(
        AssertionError, match=r"called getBrandWCPayRequest 0 times instead of 1 within 0.5 s"
    ):
        wechat.wait_for_call(page, patience_s=0.5)
    assert side.state is TradeState.NOTPAY


def test_the_signature_is_refused_before_the_cashier_is_asked(
    inside: Inside, side: CashierSide, serve: Serve
) -> None:
    wechat, page = inside()
    prepay_id = side.order(Product.JSAPI, notify_url=NOTIFY_URL).prepay_id
    bare = app_pay_sign(KEY, appid=APPID, timestamp=TIMESTAMP, nonce=NONCE, prepay_id=prepay_id)
    shop = shop_of(page, serve, parameters(prepay_id, paySign=bare))
    call = pay_by_jsapi(shop, wechat, "19.90")
    assert call.unsigned.startswith("paySign does not hold over")
    assert wait_until_told(shop) == {
        "err_msg": "get_brand_wcpay_request:fail",
        "err_desc": "支付验证签名失败",
    }
    assert side.kinds == ["created"]


def test_the_cashiers_own_reason_reaches_page_and_record(
    inside: Inside, side: CashierSide, serve: Serve
) -> None:
    wechat, page = inside(openid=FRIEND)
    call = pay_by_jsapi(shop_of(page, serve, ordered(side)), wechat, "19.90")
    assert (call.ending, call.unsigned, call.reason) == ("fail", "", "下单账号与支付账号不一致")
    assert side.state is TradeState.NOTPAY


def test_a_cancelled_payment_can_be_opened_again_with_the_same_parameters(
    inside: Inside, side: CashierSide, serve: Serve
) -> None:
    wechat, page = inside()
    shop = shop_of(page, serve, ordered(side))
    assert pay_by_jsapi(shop, wechat, "19.90", "cancel").ending == "cancel"
    assert shop.bridge_text() == "get_brand_wcpay_request:cancel"
    wechat.next_outcome = "pay"
    shop.open_bridge()
    assert wechat.wait_for_call(page, count=2).ending == "ok"
    assert [call.ending for call in wechat.calls] == ["cancel", "ok"]


def test_a_refused_order_is_told_in_the_pages_words(inside: Inside, side: CashierSide, serve: Serve) -> None:
    wechat, page = inside()
    shop = shop_of(page, serve, ordered(side))
    page.evaluate("create = () => { document.querySelector('[data-testid=payment-error]').hidden = false; }")
    with pytest.raises(AssertionError, match="the order was refused: 超出限额"):
        pay_by_jsapi(shop, wechat, "190.90")
    assert wechat.calls == []


def test_anything_but_a_payment_is_not_on_offer(inside: Inside, side: CashierSide, serve: Serve) -> None:
    wechat, page = inside()
    shop_of(page, serve, ordered(side))
    said = page.evaluate(
        """() => new Promise((done) =>
            WeixinJSBridge.invoke("sendAppMessage", {}, (said) => done(said.err_msg)))"""
    )
    assert said == "system:function_not_exist"
    assert wechat.calls == []


def test_a_cashier_that_nothing_serves_is_the_environments(chromium: Browser, serve: Serve) -> None:
    listener = listen()
    context = chromium.new_context(**WECHAT_PHONE)
    wechat = WeChatStandIn(
        context,
        base_url(listener),
        merchant_public_key=keys.public_pem(KEY.public_key()),
        openid=SHOPPER,
    )
    listener.close()
    shop = shop_of(context.new_page(), serve, parameters("wx2014"))
    with pytest.raises(EnvironmentUnreachable, match="the cashier does not answer"):
        pay_by_jsapi(shop, wechat, "19.90")
    assert wait_until_told(shop)["err_msg"] == "get_brand_wcpay_request:fail"
    context.close()


def test_calls_will_and_trouble_of_one_scenario_are_forgotten_before_the_next(
    inside: Inside, side: CashierSide, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    wechat, page = inside()
    shop = shop_of(page, serve, ordered(side))
    with monkeypatch.context() as nowhere:
        nowhere.setattr(
            wechat, "_cashier", CashierLine("http://127.0.0.1:1", "/", user_agent="MicroMessenger")
        )
        with pytest.raises(EnvironmentUnreachable):
            pay_by_jsapi(shop, wechat, "19.90", "cancel")
    wechat.forget()
    page.evaluate("() => invoke()")
    assert wechat.wait_for_call(page).ending == "ok"


def test_a_page_that_gives_nothing_is_told_that_it_failed(
    inside: Inside, side: CashierSide, serve: Serve
) -> None:
    wechat, page = inside()
    shop_of(page, serve, ordered(side))
    page.evaluate("() => WeixinJSBridge.invoke('getBrandWCPayRequest')")
    assert wechat.wait_for_call(page).unsigned == (
        "appId, timeStamp, nonceStr, package, signType, paySign: missing, empty or not text"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, ""),
        ({"extra": "ignored"}, ""),
        ({"timeStamp": 1763900000}, "timeStamp: missing, empty or not text"),
        ({"timeStamp": "1763900000000"}, "timeStamp is not Unix seconds"),
        ({"signType": "MD5"}, "signType is 'MD5' instead of 'RSA'"),
        ({"nonceStr": "x" * 33}, "nonceStr is longer than 32 characters"),
        ({"package": "wx2014"}, "package does not begin with prepay_id="),
        ({"appId": "wx0"}, "paySign does not hold over appId, timeStamp, nonceStr and package, a line each"),
        ({"paySign": "?"}, "paySign does not hold over appId, timeStamp, nonceStr and package, a line each"),
    ],
)
def test_every_flaw_of_the_parameters_is_named(change: dict[str, Any], problem: str) -> None:
    assert why_not_signed(parameters("wx2014", **change), KEY.public_key()) == problem
