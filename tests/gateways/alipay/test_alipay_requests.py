"""What leaves for Alipay: members where they are read, signed as sent, money exact, times of Beijing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from harness.core.clock import BEIJING, wire_now
from harness.core.errors import ConfigurationError, UnsafeRequest, UsageError
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder
from harness.gateways.alipay.gateway import AlipayGateway, alipay_of
from harness.settings.model import AlipayCertificates, AlipaySettings, Settings
from harness.signing.alipay import verify_request
from tests.gateways.alipay.conftest import NUMBER, TRADE, Asked, asked_by

if TYPE_CHECKING:
    from tests.gateways.alipay.conftest import FakeAlipay

ORDER = Order(
    out_trade_no=NUMBER,
    product=Product.NATIVE,
    amount=Fen(1990),
    description="海岛一日游",
    notify_url="https://shop.example/pay/alipay/notify",
    time_expire=datetime(2026, 11, 5, 6, 33, 7, tzinfo=UTC),
)
LINKS = {
    Product.H5: ("h5_url", "alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    Product.PAGE: ("page_url", "alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}


def signed(asked: Asked, account: AlipaySettings) -> bool:
    return verify_request(account.private_key.public_key(), asked.members)


def test_a_code_is_asked_for_with_everything_but_the_contents_in_the_address(
    client: AlipayGateway, alipay: FakeAlipay, account: AlipaySettings
) -> None:
    alipay.answers(out_trade_no=NUMBER, qr_code="https://qr.alipay.com/bax01234k7m2q9t4w8xy00a1")
    prepared = client.create(ORDER)
    assert prepared.code_url == "https://qr.alipay.com/bax01234k7m2q9t4w8xy00a1"
    assert prepared.dialect == "alipay"
    (asked,) = alipay.asked
    assert signed(asked, account)
    assert set(asked.body) == {"biz_content"}
    assert asked.query["charset"] == "utf-8"
    assert asked.query["method"] == "alipay.trade.precreate"
    assert (asked.query["version"], asked.query["sign_type"]) == ("1.0", "RSA2")
    assert asked.query["notify_url"] == ORDER.notify_url
    assert "return_url" not in asked.query
    sent = datetime.strptime(asked.query["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    assert abs(sent - wire_now()) < timedelta(seconds=5)
    assert asked.content == {
        "out_trade_no": NUMBER,
        "total_amount": "19.90",
        "subject": "海岛一日游",
        "product_code": "QR_CODE_OFFLINE",
        "time_expire": "2026-11-05 14:33:07",
    }


@pytest.mark.parametrize("product", LINKS)
def test_a_browser_is_given_a_signed_address_and_nothing_is_sent(
    client: AlipayGateway,
    alipay: FakeAlipay,
    account: AlipaySettings,
    exchanges: list[Exchange],
    product: Product,
) -> None:
    handle, method, code = LINKS[product]
    link = getattr(client.create(replace(ORDER, product=product)), handle)
    assert (alipay.asked, exchanges) == ([], [])
    assert link.startswith(f"{account.gateway_url}?")
    asked = asked_by(link)
    assert signed(asked, account)
    assert (asked.query["method"], asked.content["product_code"]) == (method, code)
    assert asked.query["return_url"] == account.return_url
    assert asked.content["subject"] == "海岛一日游"


def link_of(account: AlipaySettings, **changes: object) -> Asked:
    client = AlipayGateway(account)
    order = replace(ORDER, product=Product.H5, **changes)  # type: ignore[arg-type]
    return asked_by(client.create(order).h5_url or "")


def test_without_a_return_page_none_is_signed(account: AlipaySettings) -> None:
    assert "return_url" not in link_of(replace(account, return_url=None)).query


def test_an_app_is_given_its_order_as_one_signed_text(
    client: AlipayGateway, alipay: FakeAlipay, account: AlipaySettings
) -> None:
    told = client.create(replace(ORDER, product=Product.APP)).order_string
    assert told is not None
    assert "\n" not in told
    asked = asked_by(f"https://alipay.example/?{told}")
    assert signed(asked, account)
    assert asked.query["method"] == "alipay.trade.app.pay"
    assert alipay.asked == []


@pytest.mark.parametrize(
    ("payer", "member"),
    [("2088999900004217", "buyer_id"), ("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5", "buyer_open_id")],
)
def test_the_bridge_is_given_the_trade_of_its_payer(
    client: AlipayGateway, alipay: FakeAlipay, account: AlipaySettings, payer: str, member: str
) -> None:
    alipay.answers(out_trade_no=NUMBER, trade_no=TRADE)
    assert client.create(replace(ORDER, product=Product.JSAPI, openid=payer)).trade_no == TRADE
    (asked,) = alipay.asked
    assert asked.query["method"] == "alipay.trade.create"
    assert asked.content["product_code"] == "JSAPI_PAY"
    assert asked.content["op_app_id"] == account.app_id
    assert asked.content[member] == payer


def test_a_payment_by_the_bridge_needs_its_payer(client: AlipayGateway, alipay: FakeAlipay) -> None:
    with pytest.raises(UsageError, match="the payer's user number or open id"):
        client.create(replace(ORDER, product=Product.JSAPI))
    assert alipay.asked == []


@pytest.mark.parametrize(
    ("fen", "yuan"), [(1, "0.01"), (30, "0.30"), (1990, "19.90"), (10_000_000_000, "100000000.00")]
)
def test_money_is_exact(account: AlipaySettings, fen: int, yuan: str) -> None:
    assert link_of(account, amount=Fen(fen)).content["total_amount"] == yuan


def test_signs_a_subject_must_not_hold_stand_in_it_in_their_wide_form(account: AlipaySettings) -> None:
    subject = link_of(account, description="茶/杯 = 1+1 & 更多" * 40).content["subject"]
    assert isinstance(subject, str)
    assert not re.search("[/=&]", subject)
    assert subject.startswith("茶／杯 ＝ 1+1 ＆ 更多")
    assert len(subject) == 256


def test_what_goes_along_is_encoded_and_comes_back_as_it_was(
    client: AlipayGateway, alipay: FakeAlipay, account: AlipaySettings
) -> None:
    sent = link_of(account, attach="a=1&b=茶").content["passback_params"]
    assert sent == "a%3D1%26b%3D%E8%8C%B6"
    alipay.answers(out_trade_no=NUMBER, trade_no=TRADE, trade_status="WAIT_BUYER_PAY", passback_params=sent)
    assert client.query(NUMBER).attach == "a=1&b=茶"


def test_certificate_mode_names_its_certificates_and_signs_their_names(account: AlipaySettings) -> None:
    names = AlipayCertificates(app_cert_sn="7a" * 16, alipay_cert_sn="8b" * 16, root_cert_sn="9c_0d")
    asked = link_of(replace(account, certificates=names))
    assert (asked.query["app_cert_sn"], asked.query["alipay_root_cert_sn"]) == ("7a" * 16, "9c_0d")
    assert signed(asked, account)


def test_a_refund_is_asked_for_under_its_own_number(client: AlipayGateway, alipay: FakeAlipay) -> None:
    alipay.answers(out_trade_no=NUMBER, trade_no=TRADE, fund_change="Y", refund_fee="5.00")
    client.refund(
        RefundOrder(
            out_refund_no="GLR-1",
            out_trade_no=NUMBER,
            refund=Fen(500),
            total=Fen(1990),
            notify_url="",
            reason="坏",
        )
    )
    (asked,) = alipay.asked
    assert asked.content == {
        "out_trade_no": NUMBER,
        "refund_amount": "5.00",
        "out_request_no": "GLR-1",
        "refund_reason": "坏",
    }
    assert "notify_url" not in asked.query


def test_plain_http_leaves_this_machine_to_nobody(account: AlipaySettings) -> None:
    with pytest.raises(UnsafeRequest):
        AlipayGateway(replace(account, gateway_url="http://openapi.alipay.com/gateway.do"))


def test_settings_without_alipay_have_no_gateway(account: AlipaySettings) -> None:
    settings = Settings.__new__(Settings)
    object.__setattr__(settings, "alipay", None)
    with pytest.raises(ConfigurationError, match="no Alipay"):
        alipay_of(settings)
    object.__setattr__(settings, "alipay", account)
    assert alipay_of(settings) is account
