"""H5: the URL opens in a phone's own browser, WeChat starts, and coming back proves nothing (facts 7.5)."""

from __future__ import annotations

import pytest

from harness.browser.payment_page import PaymentPage
from harness.browser.phone_payment import start_h5
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid, expect_unpaid

AMOUNT = Fen(1990)


@control("PAY-01", product=Product.H5, provider=Provider.WECHAT)
@pytest.mark.rehearsed
def test_h5_starts_wechat_and_the_return_page_never_assumes(
    phone_shopper: PaymentPage,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    before = orders.numbers()
    with journal.step("the shopper orders by H5 and arrives at the middle page"):
        cashier = start_h5(phone_shopper, price.yuan)
    (number,) = orders.numbers() - before
    order = orders.find(number, asked=price)
    address = cashier.page.url
    journal.picture(cashier.page, zh="H5 中间页", en="The H5 middle page")
    refused = cashier.error_text()
    journal.observe(f"middle page: {refused or cashier.deeplink()}")
    assert not refused, f"the middle page lets nobody through: {refused} ({cashier.error_cause()})"
    assert cashier.deeplink().startswith("weixin://wap/pay?"), "the middle page does not start WeChat"
    with journal.step("WeChat opens, and the shopper goes back without paying"):
        cashier.open_wechat()
        assert price.yuan in cashier.amount_text(), f"WeChat asks for {cashier.amount_text()}"
        journal.picture(cashier.page, zh="微信收银台（H5）", en="WeChat's cashier (H5)")
        cashier.cancel()
        cashier.back_to_merchant()
    phone_shopper.wait_for_status("pending")
    journal.picture(phone_shopper.page, zh="未付款返回", en="Back without having paid")
    phone_shopper.confirm_paid()
    expect_unpaid(order, journal, after="coming back without paying, 我已支付 pressed,")
    with journal.step("then the shopper goes there again, and pays"):
        cashier.arrive_from(phone_shopper.page.url, address)
        cashier.open_wechat()
        told = cashier.pay()
        journal.picture(cashier.page, zh="微信内支付成功（H5）", en="WeChat says paid (H5)")
        cashier.back_to_merchant()
        phone_shopper.wait_for_status("paid")
    journal.picture(phone_shopper.page, zh="付款后返回", en="Back after having paid")
    assert told == "支付成功", f"WeChat says {told}"
    expect_paid(order, journal)
