"""A payer walks every way through Alipay's cashier in a real browser: phone, desk, and a scanned code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from starlette.responses import HTMLResponse

from harness.browser.alipay_page import AlipayDeskPage, AlipayPhonePage, AlipayScannerPage
from harness.browser.alipay_payment import start_page, start_wap
from harness.browser.devices import ALIPAY_PHONE, DESKTOP, PHONE
from harness.browser.payment_page import PaymentPage
from harness.core.payment import Product, TradeState
from harness.processes.serving import listen, serving
from harness.simulator.wire.alipay.debug_page import debug_page
from tests.browser.conftest import Serve
from tests.simulator.cashier.alipay_side import NUMBER, AlipaySide

HEAD = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
Device = Callable[[dict[str, Any]], BrowserContext]


@pytest.fixture
def device(chromium: Browser) -> Iterator[Device]:
    """Makes devices."""
    with ExitStack() as stack:

        def make(options: dict[str, Any]) -> BrowserContext:
            context = chromium.new_context(**options)
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture
def side() -> AlipaySide:
    return AlipaySide()


@pytest.fixture
def platform_url(side: AlipaySide) -> Iterator[str]:
    """Where its cashier answers."""
    with serving(side.app, listen()) as address:
        side.platform.is_reached_at(address)
        yield address


@pytest.fixture
def merchant(serve: Serve) -> str:
    """A merchant's pages."""
    return serve({"/return": HEAD + "<h1>订单</h1>", "/basket": HEAD + "<h1>购物车</h1>"})


def opened(side: AlipaySide, merchant: str, product: Product = Product.H5, **given: Any) -> str:
    """Where gateway.do sends a browser."""
    intent = side.intend(
        product, return_url=f"{merchant}/return?from=web", quit_url=f"{merchant}/basket", **given
    )
    assert intent.handle.h5_url is not None
    return intent.handle.h5_url


@pytest.fixture
def phone(side: AlipaySide, platform_url: str, merchant: str, device: Device) -> AlipayPhonePage:
    """A phone's own browser on the cashier."""
    tab = device(PHONE).new_page()
    tab.goto(opened(side, merchant))
    return AlipayPhonePage(tab)


def test_a_phone_goes_on_in_its_browser_pays_and_comes_back(
    phone: AlipayPhonePage, side: AlipaySide, merchant: str
) -> None:
    phone.wait()
    assert phone.amount_text() == "¥19.90"
    assert phone.deeplink().startswith("alipays://platformapi/startApp?")
    phone.go_on_in_browser()
    assert side.state() is None
    phone.log_in()
    assert side.state() is TradeState.NOTPAY
    assert phone.pay() == "支付成功"
    assert side.state() is TradeState.SUCCESS
    assert phone.back_to_merchant().startswith(f"{merchant}/return?from=web&charset=utf-8&")


def test_the_app_knows_its_payer_and_the_result_page_leads_back_by_itself(
    phone: AlipayPhonePage, merchant: str
) -> None:
    phone.open_app()
    assert phone.pay() == "支付成功"
    assert phone.wait_to_be_sent_back().startswith(f"{merchant}/return?")


def test_who_stays_on_the_result_page_is_never_sent_back(phone: AlipayPhonePage) -> None:
    phone.open_app()
    phone.pay()
    phone.stay()
    before = phone.page.url
    phone.page.wait_for_timeout(3500)
    assert phone.page.url == before
    assert phone.result_text() == "支付成功"


def test_the_way_out_leads_to_quit_url(phone: AlipayPhonePage, side: AlipaySide, merchant: str) -> None:
    phone.open_app()
    assert phone.cancel() == f"{merchant}/basket"
    assert side.state() is TradeState.NOTPAY


def test_a_wrong_password_is_told_and_the_right_one_pays(phone: AlipayPhonePage, side: AlipaySide) -> None:
    phone.open_app()
    assert phone.give_wrong_password().startswith("支付密码不正确，请重新输入")
    assert side.state() is TradeState.NOTPAY
    assert phone.pay() == "支付成功"


def test_whoever_walks_away_leaves_the_trade_as_it_is(phone: AlipayPhonePage, side: AlipaySide) -> None:
    phone.open_app()
    phone.walk_away()
    assert side.state() is TradeState.NOTPAY
    assert side.kinds == ["created", "opened"]


def test_another_buyer_is_kept_out(phone: AlipayPhonePage, side: AlipaySide) -> None:
    side.account.open(side.intend())
    phone.go_on_in_browser()
    phone.log_in_as_another()
    assert (phone.refusal_text(), phone.refusal_code()) == ("交易买家不匹配", "ACQ.TRADE_BUYER_NOT_MATCH")


def test_a_trade_closed_meanwhile_cannot_be_paid(phone: AlipayPhonePage, side: AlipaySide) -> None:
    phone.open_app()
    side.account.close(NUMBER)
    assert phone.pay() == "交易已经关闭"
    assert phone.refusal_code() == "ACQ.TRADE_HAS_CLOSE"


def test_the_desk_is_paid_by_the_phone_that_scanned_its_screen(
    side: AlipaySide, platform_url: str, merchant: str, device: Device
) -> None:
    tab = device(DESKTOP).new_page()
    tab.goto(opened(side, merchant, Product.PAGE))
    desk = AlipayDeskPage(tab)
    desk.wait()
    phone = AlipayScannerPage(device(ALIPAY_PHONE).new_page())
    phone.open(platform_url, desk.code())
    desk.wait_until_scanned()
    assert side.state() is TradeState.NOTPAY
    assert phone.pay() == "支付成功"
    assert not phone.part("cashier-return").is_visible()
    assert desk.wait_until_paid() == "支付成功"
    assert desk.back_to_merchant().startswith(f"{merchant}/return?from=web&")


def test_the_desk_draws_another_code_where_nobody_scans_for_long(
    side: AlipaySide, platform_url: str, merchant: str, device: Device
) -> None:
    tab = device(DESKTOP).new_page()
    tab.clock.install()
    tab.goto(opened(side, merchant, Product.PAGE))
    desk = AlipayDeskPage(tab)
    first = desk.code()
    picture = tab.locator("#picture path").last
    drawn = picture.get_attribute("d") or ""
    tab.clock.fast_forward(99_000)
    expect(picture).not_to_have_attribute("d", drawn)
    assert desk.code() != first


def test_the_desk_pays_with_a_login_of_its_own(
    side: AlipaySide, platform_url: str, merchant: str, device: Device
) -> None:
    tab = device(DESKTOP).new_page()
    tab.goto(opened(side, merchant, Product.PAGE))
    desk = AlipayDeskPage(tab)
    desk.log_in()
    assert desk.pay() == "支付成功"
    assert desk.back_to_merchant().startswith(f"{merchant}/return?")


def test_a_phone_pays_an_order_code(side: AlipaySide, platform_url: str, device: Device) -> None:
    phone = AlipayScannerPage(device(ALIPAY_PHONE).new_page())
    code = side.intend(Product.NATIVE, return_url="", quit_url="").handle.code_url or ""
    phone.open(platform_url, code)
    assert phone.cancel() == "已取消付款"
    phone.open(platform_url, code)
    assert phone.pay() == "支付成功"
    phone.open(platform_url, code)
    assert phone.refusal_text() == "交易已被支付"


SHOP = (
    HEAD
    + """
<button data-testid=payment-method-alipay>支付宝</button><button data-testid=payment-type-h5>手机</button>
<button data-testid=payment-type-page>网页</button><input data-testid=custom-amount>
<button data-testid=create-payment-button
  onclick="document.querySelector('[data-testid=payment-result]').hidden = false">支付</button>
<p data-testid=payment-result hidden><a data-testid=payment-h5-link href="CASHIER" TAB>去支付宝</a></p>
"""
)


@pytest.mark.parametrize("tab", ["", "target=_blank"])
def test_a_merchants_page_is_followed_to_the_cashier_of_a_phone(
    side: AlipaySide, platform_url: str, merchant: str, serve: Serve, device: Device, tab: str
) -> None:
    page = SHOP.replace("CASHIER", opened(side, merchant)).replace("TAB", tab)
    shop = PaymentPage(device(PHONE).new_page(), serve({"/payment": page}))
    shop.open()
    cashier = start_wap(shop, "19.90")
    cashier.open_app()
    assert cashier.pay() == "支付成功"
    assert cashier.back_to_merchant().startswith(f"{merchant}/return?")


def test_a_merchants_page_is_followed_to_the_cashier_of_a_desk(
    side: AlipaySide, platform_url: str, merchant: str, serve: Serve, device: Device
) -> None:
    page = SHOP.replace("CASHIER", opened(side, merchant, Product.PAGE))
    shop = PaymentPage(device(DESKTOP).new_page(), serve({"/payment": page}))
    shop.open()
    cashier = start_page(shop, "19.90")
    assert cashier.code().startswith("https://qr.alipay.com/upx")
    cashier.log_in()
    assert cashier.pay() == "支付成功"


def test_an_order_that_the_gateway_refuses_is_told_with_its_code(
    platform_url: str, serve: Serve, device: Device
) -> None:
    refused = HTMLResponse(
        debug_page("isv.invalid-signature", "验签出错"), headers={"Content-Type": "text/html;charset=GBK"}
    )
    address = serve({"/gateway.do": refused})
    shop = PaymentPage(
        device(PHONE).new_page(), serve({"/payment": SHOP.replace("CASHIER", f"{address}/gateway.do")})
    )
    shop.open()
    cashier = start_wap(shop, "19.90")
    assert cashier.refusal_text() == "调试错误，请回到请求来源地，重新发起请求。"
    assert cashier.refusal_code() == "invalid-signature"
