"""Alipay by QR: from the merchant's page, through the picture on the screen, to a paid order."""

from __future__ import annotations

import pytest

from harness.browser.alipay_page import AlipayScannerPage
from harness.browser.payment_page import PaymentPage
from harness.core.control import Blame
from harness.core.errors import PlatformRefusal
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.plugin import DailyLimit, Endpoint, Journal, PlacedOrders, Settings, control
from scenarios.expectations import expect_paid, expect_unpaid
from scenarios.payments.test_at_the_endpoint import order_of

AMOUNT = Fen(1990)


@control("PAY-05", product=Product.NATIVE, provider=Provider.ALIPAY)
@pytest.mark.rehearsed
@pytest.mark.on_page
def test_alipays_code_on_the_screen_pays_the_order(
    shopper: PaymentPage,
    alipay_payer: AlipayScannerPage,
    endpoint: Endpoint,
    levers: LeversClient,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    with journal.step(f"the shopper orders ¥{price.yuan} by Alipay"):
        shopper.choose("alipay", "qr")
        shopper.amount(price.yuan)
        shopper.create()
        order = orders.find(shopper.order_number(), asked=price)
    returned = order.audit().code_url
    assert returned, "the platform issued no qr_code"
    with journal.step("the code is read off the screen"):
        shown = shopper.look_for_code(returned)
    journal.keep(
        shown.picture, zh="商户页面上的支付宝二维码", en="Alipay's code on the merchant's page", kind="qr"
    )
    code = shown.payment_code(returned)
    journal.observe(f"the payment's code decodes to {code!r}")
    assert code == returned, f"the screen shows {code!r}, the platform returned {returned!r}"
    with journal.step("the shopper claims to have paid"):
        shopper.confirm_paid()
    expect_unpaid(order, journal, after="a claim before the code was scanned")
    with journal.step("the payer scans, leaves, scans again and pays"):
        alipay_payer.open(endpoint.base_url, code)
        assert price.yuan in alipay_payer.amount_text(), f"Alipay asks for {alipay_payer.amount_text()}"
        alipay_payer.walk_away()
        expect_unpaid(order, journal, after="a payer who left")
        alipay_payer.open(endpoint.base_url, code)
        journal.picture(alipay_payer.page, zh="扫码后的支付宝收银台", en="Alipay's cashier after scanning")
        told = alipay_payer.pay()
        journal.picture(alipay_payer.page, zh="支付宝显示支付成功", en="Alipay says paid")
    journal.observe(f"Alipay says {told}")
    with journal.step("the merchant's page shows the payment"):
        shopper.wait_for_status("paid")
        journal.picture(
            shopper.page, zh="商户页面显示已支付（支付宝）", en="The merchant's page says paid (Alipay)"
        )
    delivered = order.audit().deliveries[0]
    journal.observe(f"the notify was answered HTTP {delivered.status} after {delivered.duration_s:.3f} s")
    assert delivered.accepted, f"the notify was answered HTTP {delivered.status} ({delivered.error})"
    expect_paid(order, journal)
    received = levers.ledger().paid.get(order.out_trade_no)
    assert received == price, f"¥{price.yuan} was to be paid, and the platform's ledger has {received} fen"


@control("PAY-06", provider=Provider.ALIPAY, sampled=True)
def test_no_word_of_the_shoppers_makes_an_alipay_order_paid(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place(AMOUNT.yuan)
    with journal.step("the shopper claims to have paid"):
        order.confirm()
    expect_unpaid(order, journal, after="a claim")
    with journal.step("the payer gives up"):
        order.opened()
        order.confirm()
    expect_unpaid(order, journal, after="a cancelled payment")
    order.pay()
    expect_paid(order, journal)


@control("PAY-05", product=Product.NATIVE, provider=Provider.ALIPAY, blame=Blame.ENDPOINT)
def test_a_code_is_made_and_there_is_no_trade_before_it_is_scanned(
    gateway: PaymentGateway, dialect_settings: Settings, daily_limit: DailyLimit, journal: Journal
) -> None:
    order = order_of(Product.NATIVE, dialect_settings, daily_limit)
    with journal.step("a code is asked for"):
        prepared = gateway.create(order)
    journal.observe(f"{order.out_trade_no}: {prepared.code_url}")
    assert prepared.code_url, "the order was answered without a qr_code"
    said = _said_of(order.out_trade_no, gateway)
    journal.observe(f"queried: {said}")
    assert said in ("ORDER_NOT_EXIST", "NOTPAY"), f"an order that nobody has opened is {said}"


def _said_of(number: str, gateway: PaymentGateway) -> str:
    try:
        return gateway.query(number).trade_state
    except PlatformRefusal as refusal:
        return refusal.code
