"""The page on a phone, to the end: out to the H5 cashier and back, and WeChat's bridge inside WeChat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from harness.browser.devices import WECHAT_PHONE, phone_at
from harness.browser.payment_page import PaymentPage
from harness.browser.phone_payment import pay_by_jsapi, start_h5
from harness.browser.wechat_bridge import BridgeReady, PayerWill, WeChatStandIn
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.embedded import RunningSimulator
from tests.shop.conftest import SHOPPER_IP, Trade, trading


def opened(page: Page, trade: Trade) -> PaymentPage:
    shop = PaymentPage(page, trade.running.base_url)
    shop.sign_in(trade.profile.credentials.email, trade.profile.credentials.password)
    shop.open()
    return shop


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone's own browser; a page error fails the test."""
    context = chromium.new_context(**phone_at(SHOPPER_IP))
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def test_h5_leads_to_wechat_and_the_way_back_shows_what_was_paid(phone: Page, mcp_trade: Trade) -> None:
    cashier = start_h5(opened(phone, mcp_trade), "19.90")
    cashier.open_wechat()
    cashier.pay()
    assert cashier.back_to_merchant().startswith(mcp_trade.running.base_url)
    expect(phone.get_by_test_id("payment-status")).to_have_attribute("data-status", "paid")
    number = phone.get_by_test_id("order-number").inner_text()
    books = mcp_trade.books(number)
    assert (books.status, books.credits, books.paid_amount) == ("paid", 1, 1990)
    expect(phone.get_by_test_id("payment-confirm-button")).to_be_hidden()


def test_h5_cancelled_stays_unpaid_and_i_have_paid_asks(phone: Page, mcp_trade: Trade) -> None:
    cashier = start_h5(opened(phone, mcp_trade), "5")
    cashier.open_wechat()
    cashier.cancel()
    cashier.back_to_merchant()
    number = phone.get_by_test_id("order-number").inner_text()
    with phone.expect_response("**/api/payment/confirm") as answered:
        phone.get_by_test_id("payment-confirm-button").click()
    assert answered.value.json()["status"] == "pending"
    expect(phone.get_by_test_id("payment-status")).to_have_attribute("data-status", "pending")
    mcp_trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    mcp_trade.levers.pay(out_trade_no=number)
    phone.get_by_test_id("payment-confirm-button").click()
    expect(phone.get_by_test_id("payment-status")).to_have_attribute("data-status", "paid")


def test_the_return_page_fits_the_phone(phone: Page, mcp_trade: Trade) -> None:
    cashier = start_h5(opened(phone, mcp_trade), "5")
    cashier.open_wechat()
    cashier.cancel()
    cashier.back_to_merchant()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_referrer_the_cashier_lets_nobody_through(
    phone: Page, mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, "h5-drops-referrer") as trade:
        assert start_h5(opened(phone, trade), "5").error_text() == "商家参数格式有误，请联系商家解决"


def test_a_return_that_counts_as_paid_shows_paid_after_a_cancel(
    phone: Page, mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, "h5-return-assumes-paid") as trade:
        cashier = start_h5(opened(phone, trade), "5")
        cashier.open_wechat()
        cashier.cancel()
        cashier.back_to_merchant()
        expect(phone.get_by_test_id("payment-status")).to_have_attribute("data-status", "paid")


InWeChat = Callable[[Trade, BridgeReady], tuple[PaymentPage, WeChatStandIn]]


@pytest.fixture
def in_wechat(chromium: Browser, simulator: RunningSimulator) -> Iterator[InWeChat]:
    """Opens a shop's page inside WeChat; a page error fails the test."""
    wrong: list[str] = []
    contexts = []

    def open_there(trade: Trade, ready: BridgeReady) -> tuple[PaymentPage, WeChatStandIn]:
        context = chromium.new_context(**WECHAT_PHONE)
        contexts.append(context)
        wechat = WeChatStandIn(
            context,
            simulator.base_url,
            merchant_public_key=trade.levers.keys().merchant_public_key_pem,
            openid=trade.environment["GOLIVE_TEST_OPENID"],
            ready=ready,
        )
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return opened(page, trade), wechat

    yield open_there
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("ready", ["before", "after"])
def test_paid_in_wechat_shows_paid_once_the_platform_says_so(
    in_wechat: InWeChat, mcp_trade: Trade, ready: BridgeReady
) -> None:
    shop, wechat = in_wechat(mcp_trade, ready)
    call = pay_by_jsapi(shop, wechat, "19.90")
    assert (call.unsigned, call.ending) == ("", "ok")
    shop.wait_for_status("paid")
    assert mcp_trade.books(shop.order_number()).credits == 1


@pytest.mark.parametrize(("will", "words"), [("cancel", "已取消"), ("fail", "支付未完成")])
def test_not_paid_in_wechat_is_said_and_can_be_tried_again(
    in_wechat: InWeChat, mcp_trade: Trade, will: PayerWill, words: str
) -> None:
    shop, wechat = in_wechat(mcp_trade, "before")
    pay_by_jsapi(shop, wechat, "5", will)
    result = shop.page.get_by_test_id("payment-bridge-result")
    expect(result).to_have_attribute("data-outcome", will)
    expect(result).to_contain_text(words)
    assert shop.status() == "pending"
    number = shop.order_number()
    wechat.next_outcome = "pay"
    shop.open_bridge()
    shop.wait_for_status("paid")
    assert (shop.order_number(), mcp_trade.books(number).credits) == (number, 1)


def test_a_wrong_fourth_line_is_refused_by_wechat(
    in_wechat: InWeChat, mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, "jsapi-wrong-fourth-line") as trade:
        shop, wechat = in_wechat(trade, "before")
        call = pay_by_jsapi(shop, wechat, "5")
        assert call.ending == "fail"
        assert "paySign" in call.unsigned
        assert shop.status() == "pending"


def lying_bridge(page: Page) -> None:
    """A bridge that says ok and pays nothing."""
    page.add_init_script(
        "window.WeixinJSBridge = { invoke: (name, given, done) =>"
        " done({ err_msg: 'get_brand_wcpay_request:ok' }) };"
    )


@contextmanager
def lied_to(chromium: Browser, trade: Trade) -> Iterator[PaymentPage]:
    context = chromium.new_context(**WECHAT_PHONE)
    try:
        page = context.new_page()
        lying_bridge(page)
        shop = opened(page, trade)
        shop.amount("5")
        with page.expect_response("**/api/payment/bridge"):
            shop.create()
        yield shop
    finally:
        context.close()


def test_an_ok_without_money_is_not_believed(chromium: Browser, mcp_trade: Trade) -> None:
    with lied_to(chromium, mcp_trade) as shop:
        assert shop.status() == "pending"
        assert "核实" in shop.result_text()
        assert mcp_trade.books(shop.order_number()).status == "pending"


def test_an_ok_that_counts_as_paid_shows_paid(
    chromium: Browser, mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers, "bridge-ok-is-paid") as trade, lied_to(chromium, trade) as shop:
        shop.wait_for_status("paid")
        assert trade.books(shop.order_number()).status == "paid"
