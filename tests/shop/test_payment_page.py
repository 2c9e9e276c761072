"""The page in a real browser: what it offers, what it draws, and that it never decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from harness.browser.devices import DESKTOP, PHONE
from harness.browser.payment_page import PaymentPage
from harness.levers.models import Fault
from tests.shop.browsing import at_the_payment_page
from tests.shop.conftest import Trade


@pytest.fixture(params=["desktop", "phone"])
def shopper(request: pytest.FixtureRequest, chromium: Browser, trade: Trade) -> Iterator[PaymentPage]:
    """A shopper who has logged in, at a desk and on a phone; a page error fails the test."""
    device = {"desktop": DESKTOP, "phone": PHONE}[request.param]
    with at_the_payment_page(chromium, trade, device) as shop:
        yield shop


def order(shop: PaymentPage, yuan: str) -> str:
    shop.choose("wechat", "qr")
    shop.amount(yuan)
    shop.create()
    return shop.order_number()


def assert_shows_the_code(shop: PaymentPage, trade: Trade, number: str) -> None:
    issued = trade.levers.audit(number).code_url
    assert issued
    looks = (shop.look_for_code(issued) for _ in range(5))  # a page that moves meanwhile is looked at again
    shown = next((each for each in looks if each.in_part), None) or shop.look_for_code(issued)
    assert (shown.in_part, shown.elsewhere) == ((issued,), ())


def test_the_code_on_the_screen_is_the_platforms_code(shopper: PaymentPage, trade: Trade) -> None:
    number = order(shopper, "19.90")
    assert_shows_the_code(shopper, trade, number)
    assert shopper.amount_text() == "19.90"
    assert (shopper.status(), trade.books(number).amount) == ("pending", 1990)


def test_a_payment_shows_by_itself(shopper: PaymentPage, trade: Trade) -> None:
    number = order(shopper, "5")
    trade.levers.pay(out_trade_no=number)
    shopper.wait_for_status("paid")
    assert "已支付" in shopper.status_text()
    assert not shopper.offers("payment-qr")


def test_the_shoppers_word_is_checked(shopper: PaymentPage, trade: Trade) -> None:
    number = order(shopper, "5")
    with shopper.page.expect_response(re.compile("/confirm$")) as answered:
        shopper.confirm_paid()
    assert answered.value.json()["status"] == "pending"
    assert shopper.status() == "pending"
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    trade.levers.pay(out_trade_no=number)
    shopper.confirm_paid()
    shopper.wait_for_status("paid")


def test_a_double_click_is_one_order(shopper: PaymentPage, trade: Trade) -> None:
    before = len(trade.levers.orders())
    shopper.choose("wechat", "qr")
    shopper.amount("7")
    shopper.page.get_by_test_id("create-payment-button").dblclick()
    number = shopper.order_number()
    assert trade.levers.orders()[before:] == [number]


def test_paying_again_for_the_same_is_the_same_order_with_a_fresh_code(
    shopper: PaymentPage, trade: Trade
) -> None:
    number = order(shopper, "7")
    with shopper.page.expect_response(re.compile("/create-order$")):
        shopper.create()
    assert shopper.order_number() == number
    assert_shows_the_code(shopper, trade, number)


def test_a_refusal_is_said_on_the_page(shopper: PaymentPage) -> None:
    shopper.amount("100.01")
    shopper.create()
    assert "限额" in shopper.result_text()
    assert not shopper.offers("payment-qr")


def test_an_unknown_state_asks_nobody_to_pay(shopper: PaymentPage, trade: Trade) -> None:
    number = order(shopper, "5")
    trade.levers.add_fault(
        Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value="<b>FROZEN")
    )
    shopper.confirm_paid()
    shopper.wait_for_status("unknown")
    assert "<b>FROZEN" in shopper.result_text()
    assert not shopper.offers("payment-qr")


def test_only_what_works_is_offered(shopper: PaymentPage) -> None:
    page = shopper.page
    shopper.choose("wechat", "qr")
    for name in ("payment-method-wechat", "payment-type-qr"):
        expect(page.get_by_test_id(name)).to_be_enabled()
        expect(page.get_by_test_id(name)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("payment-method-alipay")).to_be_enabled()
    expect(page.get_by_test_id("payment-type-jsapi")).to_have_count(0)


def test_the_experience_edition_says_so(shopper: PaymentPage) -> None:
    warning = shopper.page.get_by_test_id("mcp-experience-warning")
    expect(warning).to_contain_text("体验版")
    expect(warning).to_contain_text("24小时")
    expect(shopper.page.get_by_test_id("mcp-indicator")).to_have_attribute("data-mcp", "off")


def test_nothing_is_loaded_from_elsewhere_and_nothing_sticks_out(shopper: PaymentPage, trade: Trade) -> None:
    order(shopper, "5")
    page = shopper.page
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert loaded
    assert all(str(name).startswith((trade.running.base_url, "data:")) for name in loaded)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
