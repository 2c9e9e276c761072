"""A phone pays a real order: what the platform says of it, what the merchant, and what the person saw."""

from __future__ import annotations

from harness.core.control import Blame
from harness.core.payment import Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.plugin import Journal, PhonePayments, Prerequisite, control, needs, with_phone
from scenarios.attended.expectations import expect_paid_as_asked, expect_seen


@control("PAY-01", product=Product.H5, provider=Provider.WECHAT, blame=Blame.ENDPOINT)
@with_phone("h5")
def test_a_phone_pays_by_h5(
    phone: PhonePayments, gateway: PaymentGateway, apiv3_gateway: PaymentGateway, journal: Journal
) -> None:
    payment = phone.pay("h5", gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask("PAY-01", payment, journal))


@control("PAY-02", product=Product.NATIVE, provider=Provider.WECHAT, blame=Blame.ENDPOINT)
@with_phone("qr")
def test_a_phone_pays_by_qr(
    phone: PhonePayments, gateway: PaymentGateway, apiv3_gateway: PaymentGateway, journal: Journal
) -> None:
    payment = phone.pay("qr", gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask("PAY-02", payment, journal))


@control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT, blame=Blame.ENDPOINT)
@needs(Prerequisite.OPENID, "set it to the openid that a tester has under your appid")
@with_phone("jsapi")
def test_a_phone_pays_by_jsapi(
    phone: PhonePayments, gateway: PaymentGateway, apiv3_gateway: PaymentGateway, journal: Journal
) -> None:
    payment = phone.pay("jsapi", gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask("PAY-03", payment, journal))


@control("PAY-04", product=Product.H5, provider=Provider.ALIPAY, blame=Blame.ENDPOINT)
@with_phone("h5")
def test_a_phone_pays_by_alipays_h5(
    phone: PhonePayments, gateway: PaymentGateway, apiv3_gateway: PaymentGateway, journal: Journal
) -> None:
    payment = phone.pay("h5", gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask("PAY-04", payment, journal))


@control("PAY-05", product=Product.NATIVE, provider=Provider.ALIPAY, blame=Blame.ENDPOINT)
@with_phone("qr")
def test_a_phone_pays_by_alipays_qr(
    phone: PhonePayments, gateway: PaymentGateway, apiv3_gateway: PaymentGateway, journal: Journal
) -> None:
    payment = phone.pay("qr", gateway, apiv3_gateway, journal)
    expect_paid_as_asked(payment, journal)
    expect_seen(phone.ask("PAY-05", payment, journal))


@control("CBK-01", blame=Blame.AMBIGUOUS)
@with_phone()
def test_the_merchant_hears_of_a_payment_by_phone(
    phone: PhonePayments, dialect: str, journal: Journal
) -> None:
    payment = phone.paid_on(dialect)
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


@control("EXP-04", experience=True, blame=Blame.ENDPOINT)
@needs(Prerequisite.EXPERIENCE, "it is about what the experience edition shows")
@with_phone()
def test_a_phone_names_the_experience_editions_payee(
    phone: PhonePayments, dialect: str, journal: Journal
) -> None:
    payment = phone.paid_on(dialect)
    expect_seen(phone.ask("EXP-04", payment, journal))
