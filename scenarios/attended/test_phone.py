"""A phone pays a real order: what the platform says of it, what the merchant, and what the person saw."""

from __future__ import annotations

import pytest

from harness.core.control import Blame
from harness.core.payment import Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.plugin import Journal, PhonePayments, Prerequisite, control, needs, with_phone
from harness.plugin.attended.ordering import PRODUCTS
from scenarios.attended.expectations import expect_paid_as_asked, expect_seen


def _paid(name: str, asked: str, product: Product, provider: Provider, *more: pytest.MarkDecorator) -> object:
    """A way to pay, as the controls tell them apart."""
    way = next(way for way, each in PRODUCTS.items() if each is product)
    marks = [control(asked, product=product, provider=provider, blame=Blame.ENDPOINT), with_phone(way), *more]
    return pytest.param(asked, way, id=name, marks=marks)


WAYS = [
    _paid("h5", "PAY-01", Product.H5, Provider.WECHAT),
    _paid("qr", "PAY-02", Product.NATIVE, Provider.WECHAT),
    _paid(
        "jsapi",
        "PAY-03",
        Product.JSAPI,
        Provider.WECHAT,
        needs(Prerequisite.OPENID, "set it to the openid that a tester has under your appid"),
    ),
    _paid("alipays-h5", "PAY-04", Product.H5, Provider.ALIPAY),
    _paid("alipays-qr", "PAY-05", Product.NATIVE, Provider.ALIPAY),
]
EDITION = needs(Prerequisite.EXPERIENCE, "it is about what the experience edition shows")
LOOKED_AT = [
    pytest.param("EXP-01", id="limit", marks=[control("EXP-01", experience=True), EDITION]),
    pytest.param(
        "EXP-04", id="payee", marks=[control("EXP-04", experience=True, blame=Blame.ENDPOINT), EDITION]
    ),
    pytest.param("PAY-13", id="status", marks=control("PAY-13", classic=False, provider=Provider.WECHAT)),
]
"""What a person sees in the app of somebody who pays there."""


@pytest.mark.parametrize(("asked", "way"), WAYS)
def test_a_phone_pays(
    asked: str,
    way: str,
    phone: PhonePayments,
    gateway: PaymentGateway,
    apiv3_gateway: PaymentGateway,
    journal: Journal,
) -> None:
    payment = phone.pay(way, gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask(asked, payment, journal))


@control("CBK-01", blame=Blame.AMBIGUOUS)
@with_phone()
def test_the_merchant_hears_of_a_payment_by_phone(
    phone: PhonePayments, dialect: str, journal: Journal
) -> None:
    payment = phone.paid_on(dialect)[-1]
    number, watched = payment.ordered.number, payment.watched
    if watched.unseen:
        journal.observe(f"the merchant's books cannot be seen: {watched.unseen}")
        journal.limit("that it is credited rests on the person's word alone: let [observer] tell it")
        expect_seen(phone.ask("CBK-01", payment, journal))
        return
    told = watched.merchant.summary if watched.merchant is not None else "nothing"
    journal.observe(f"{number}: the merchant's books say {told}")
    assert watched.merchant_s is not None, (
        f"the platform says paid, and {watched.waited_s - (watched.paid_s or 0):.0f} s later the merchant's "
        f"books say {told}: does its notify_url lead to the app from outside, and is the callback taken over?"
    )
    late = watched.merchant_s - (watched.paid_s or 0)
    journal.observe(f"the merchant's books had it {late:.1f} s after the platform's answer said so")
    journal.limit("the callback itself is not seen at a real platform: the books are, and the person's log")
    assert watched.merchant is not None
    assert watched.merchant.paid_once, f"the payment was booked as {told}"
    expect_seen(phone.ask("CBK-01", payment, journal))


@control("PAY-12", classic=False, provider=Provider.WECHAT)
@with_phone()
def test_an_order_paid_by_phone_went_over_mcp(phone: PhonePayments, dialect: str, journal: Journal) -> None:
    payments = phone.paid_on(dialect)
    told = [each.ordered for each in payments if each.ordered.over_mcp is not None]
    if not told:
        journal.limit(
            "that it went over MCP rests on the person's word alone: the app's answer does not say it"
        )
        expect_seen(phone.ask("PAY-12", payments[-1], journal))
        return
    journal.limit(
        "a real platform shows no audit trail: marker and request id are the app's, the query is ours"
    )
    for each in told:
        journal.observe(f"{each.number}: mcpEnabled={each.over_mcp}, request {each.request_id or 'none'}")
        assert each.over_mcp, "the merchant does not say that the order went over MCP"
        assert each.request_id, "the merchant names no mcpRequestId"


@pytest.mark.parametrize("asked", LOOKED_AT)
@with_phone()
def test_what_the_app_shows_is_seen(asked: str, phone: PhonePayments, dialect: str, journal: Journal) -> None:
    expect_seen(phone.ask(asked, phone.paid_on(dialect)[-1], journal))
