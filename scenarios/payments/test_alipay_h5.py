"""Alipay by H5: a phone is sent to the cashier, and coming back proves nothing (facts alipay 3.7, 4)."""

from __future__ import annotations

import pytest

from harness.browser.alipay_page import AlipayPhonePage
from harness.browser.payment_page import PaymentPage
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.merchant.profile import MerchantProfile
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid, expect_unpaid

AMOUNT = Fen(1990)


@control("PAY-04", product=Product.H5, provider=Provider.ALIPAY)
@pytest.mark.rehearsed
@pytest.mark.on_page
def test_h5_leads_to_alipay_and_the_return_page_never_assumes(
    phone_shopper: PaymentPage, orders: PlacedOrders, profile: MerchantProfile, journal: Journal
) -> None:
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    before = orders.numbers()
    with journal.step("the shopper orders by Alipay and arrives at its cashier"):
        phone_shopper.prefer("alipay", "h5")
        phone_shopper.amount(price.yuan)
        phone_shopper.create()
        phone_shopper.follow_h5()
        cashier = AlipayPhonePage(phone_shopper.page, patience_s=phone_shopper.patience_s)
        cashier.wait()
    (number,) = orders.numbers() - before
    order = orders.find(number, asked=price)
    address = cashier.page.url
    journal.picture(cashier.page, zh="支付宝手机收银台", en="Alipay's cashier on a phone")
    assert cashier.deeplink().startswith("alipays://"), "the cashier does not start Alipay"
    assert price.yuan in cashier.amount_text(), f"Alipay asks for {cashier.amount_text()}"
    with journal.step("the shopper logs in, and goes back without paying"):
        cashier.go_on_in_browser()
        cashier.log_in()
        cashier.cancel()
    expect_unpaid(order, journal, after="coming back without paying")
    if (way_back := profile.paths.payment_return) is not None:
        with journal.step("the return page is opened as if it had been paid"):
            claimed = (
                f"out_trade_no={number}&total_amount={price.yuan}&trade_no={'2' * 28}&sign=x&sign_type=RSA2"
            )
            phone_shopper.page.goto(f"{profile.base_url}{way_back}?{claimed}")
        expect_unpaid(order, journal, after="a return that nobody sent")
    with journal.step("then the shopper goes there again, and pays"):
        cashier.page.goto(address)
        cashier.wait()
        cashier.open_app()
        told = cashier.pay()
        journal.picture(cashier.page, zh="支付宝支付成功（H5）", en="Alipay says paid (H5)")
        cashier.back_to_merchant()
        phone_shopper.wait_for_status("paid")
    journal.picture(phone_shopper.page, zh="付款后从支付宝返回", en="Back from Alipay after having paid")
    assert told == "支付成功", f"Alipay says {told}"
    expect_paid(order, journal)
