"""QR: from the merchant's page in a real browser, through the picture on the screen, to a paid order."""

from __future__ import annotations

import pytest

from harness.browser.cashier_page import CashierPage
from harness.browser.payment_page import PaymentPage
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.levers.client import LeversClient
from harness.merchant.gap import ProfileGap
from harness.plugin import Endpoint, Journal, PlacedOrders, control
from scenarios.expectations import expect_paid, expect_unpaid

AMOUNT = Fen(1990)


@control("PAY-02", product=Product.NATIVE, provider=Provider.WECHAT)
@pytest.mark.rehearsed
@pytest.mark.on_page
def test_the_code_on_the_screen_pays_the_order(
    shopper: PaymentPage,
    payer: CashierPage,
    endpoint: Endpoint,
    levers: LeversClient,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    price = orders.price_of(AMOUNT)
    order = orders.find(order_on_the_page(shopper, orders, journal), asked=price)
    returned = order.audit().code_url
    assert returned, "the platform issued no code_url"
    with journal.step("the code is read off the screen"):
        shown = shopper.look_for_code(returned)
    journal.keep(shown.picture, zh="商户页面上的二维码", en="The code on the merchant's page", kind="qr")
    code = shown.payment_code(returned)
    journal.observe(
        f"the payment's code decodes to {code!r}; other codes on the page: {len(shown.elsewhere)}"
    )
    assert code, "the screen shows no code of this payment"
    assert code == returned, f"the screen shows {code!r}, the platform returned {returned!r}"
    with journal.step("the payer scans and pays"):
        payer.open(endpoint.base_url, code)
        assert price.yuan in payer.amount_text(), f"the cashier asks for {payer.amount_text()}"
        journal.picture(payer.page, zh="扫码后的收银台", en="The cashier after scanning")
        told = payer.pay()
        journal.picture(payer.page, zh="付款人看到支付成功", en="The payer is told it worked")
    journal.observe(f"the cashier says {told}")
    with journal.step("the merchant's page shows the payment"):
        shopper.wait_for_status("paid")
        journal.picture(shopper.page, zh="商户页面显示已支付", en="The merchant's page says paid")
    delivered = order.audit().deliveries[0]
    journal.observe(f"the callback was answered HTTP {delivered.status} after {delivered.duration_s:.3f} s")
    assert delivered.accepted, f"the callback was answered HTTP {delivered.status} ({delivered.error})"
    expect_paid(order, journal)
    received = levers.ledger().paid.get(order.out_trade_no)
    assert received == price, f"¥{price.yuan} was to be paid, and the platform's ledger has {received} fen"


@control("PAY-06", provider=Provider.WECHAT)
@pytest.mark.on_page
def test_the_shoppers_word_never_makes_an_order_paid(
    shopper: PaymentPage,
    payer: CashierPage,
    endpoint: Endpoint,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    order = orders.find(order_on_the_page(shopper, orders, journal))
    code_url = order.audit().code_url
    assert code_url, "the platform issued no code_url"
    with journal.step("the shopper claims to have paid"):
        claim(shopper, journal)
    expect_unpaid(order, journal, after="a claim")
    with journal.step("the payer gives up"):
        payer.open(endpoint.base_url, code_url)
        payer.cancel()
        claim(shopper, journal)
    expect_unpaid(order, journal, after="a cancelled payment")
    with journal.step("the payer pays after all"):
        payer.open(endpoint.base_url, code_url)
        payer.pay()
        shopper.wait_for_status("paid")
    expect_paid(orders.find(order.out_trade_no, asked=orders.price_of(AMOUNT)), journal)


@control("PAY-02", product=Product.NATIVE)
@pytest.mark.rehearsed
@pytest.mark.by_request
def test_the_code_that_ordering_shows_pays_the_order(
    orders: PlacedOrders, levers: LeversClient, journal: Journal
) -> None:
    order = orders.place(AMOUNT.yuan)
    returned = order.audit().code_url
    assert returned, "the platform issued no code_url"
    refused = order.refused_after_all
    assert not refused, f"the platform took the order, and the shopper was answered {refused}"
    shown = order.codes_shown()
    journal.observe(f"the answer shows {sorted(shown)}; the platform issued {returned!r}")
    if not shown:
        raise ProfileGap(
            "the answer to the order shows no code: neither a text, nor a picture in the page",
            where="order.qr",
            remedy="if a script draws it, name the page: paths.payment, and [test_ids] qr",
        )
    assert returned in shown, f"ordering shows {sorted(shown)}, the platform returned {returned!r}"
    levers.pay(code_url=returned)
    delivered = order.audit().deliveries[0]
    assert delivered.accepted, f"the callback was answered HTTP {delivered.status} ({delivered.error})"
    expect_paid(order, journal)


@control("PAY-06")
@pytest.mark.by_request
def test_the_shoppers_claim_alone_never_makes_an_order_paid(
    orders: PlacedOrders, levers: LeversClient, journal: Journal
) -> None:
    order = orders.place(AMOUNT.yuan)
    with journal.step("the shopper claims to have paid"):
        order.confirm()
    expect_unpaid(order, journal, after="a claim")
    with journal.step("the payer gives up"):
        levers.pay(out_trade_no=order.out_trade_no, outcome="cancel")
        order.confirm()
    expect_unpaid(order, journal, after="a cancelled payment")
    order.pay()
    expect_paid(order, journal)


def order_on_the_page(shopper: PaymentPage, orders: PlacedOrders, journal: Journal) -> str:
    """Order by hand, as a shopper at a desk; returns the out_trade_no the page shows."""
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    with journal.step(f"the shopper orders ¥{price.yuan}"):
        shopper.choose("wechat", "qr")
        shopper.amount(price.yuan)
        shopper.create()
        return shopper.order_number()


def claim(shopper: PaymentPage, journal: Journal) -> None:
    """Press 我已支付 and wait for the merchant's answer to it."""
    with shopper.page.expect_response(lambda answer: answer.request.method == "POST"):
        shopper.confirm_paid()
    journal.picture(shopper.page, zh="声称已支付之后", en="After claiming to have paid")
