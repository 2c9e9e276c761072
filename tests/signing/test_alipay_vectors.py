"""What Alipay signs, to the byte: check values of the facts' own samples."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from harness.core.errors import SignatureInvalid
from harness.signing import alipay, keys

REQUEST = {
    "version": "1.0",
    "app_id": "9021000199990001",
    "biz_content": '{"out_trade_no":"GL20261105000001","total_amount":"19.90","subject":"海岛一日游",'
    '"product_code":"FAST_INSTANT_TRADE_PAY"}',
    "charset": "utf-8",
    "format": "JSON",
    "method": "alipay.trade.page.pay",
    "notify_url": "https://shop.example/pay/alipay/notify",
    "return_url": "https://shop.example/pay/alipay/return?from=web",
    "sign_type": "RSA2",
    "timestamp": "2026-11-05 14:03:07",
    "app_auth_token": "",
    "sign": "not part of it",
}
NOTIFY = {
    "gmt_create": "2026-11-05 14:04:58",
    "charset": "utf-8",
    "gmt_payment": "2026-11-05 14:05:11",
    "notify_time": "2026-11-05 14:05:12",
    "subject": "海岛一日游",
    "sign": "…",
    "buyer_id": "2088999900004217",
    "invoice_amount": "19.90",
    "version": "1.0",
    "notify_id": "2026110500222140512004211400000391",
    "fund_bill_list": '[{"amount":"19.90","fundChannel":"ALIPAYACCOUNT"}]',
    "notify_type": "trade_status_sync",
    "out_trade_no": "GL20261105000001",
    "total_amount": "19.90",
    "trade_status": "TRADE_SUCCESS",
    "trade_no": "2026110522001404211400000107",
    "auth_app_id": "9021000199990001",
    "receipt_amount": "19.90",
    "point_amount": "0.00",
    "buyer_pay_amount": "19.90",
    "app_id": "9021000199990001",
    "sign_type": "RSA2",
    "seller_id": "2088999900000013",
}


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def test_a_request_signs_its_members_with_sign_type_and_without_empty_ones() -> None:
    text = alipay.text_to_sign(REQUEST)
    assert len(text.encode()) == 383
    assert sha256(text) == "7f6074d524f51a0cab66051ae0d9e93342ca24e9b149676deda18d6b4df631a6"


def test_a_notify_signs_its_members_without_sign_type() -> None:
    text = alipay.notify_text(NOTIFY)
    assert len(text.encode()) == 588
    assert sha256(text) == "7298870d3142971816853fadfa6d1b34d1e897611c0c61ebc1d5a86c56323434"


def test_a_v3_request_signs_four_lines() -> None:
    message = alipay.v3_request_message(
        "app_id=9021000199990001,nonce=5f0e5a64-7c0b-4a55-9c1f-3b1f0d6b2a10,timestamp=1793858587000",
        "POST",
        "/v3/alipay/trade/query",
        b'{"out_trade_no":"GL20261105000001"}',
    )
    assert len(message) == 155
    assert sha256(message) == "0c666de365ab9ccf908a0030a8d786e8c08b0e95f27bd5b450b7b1859eb71f34"


def test_a_v3_answer_signs_three_lines() -> None:
    body = b'{"trade_no":"2026110522001404211400000107"}'
    message = alipay.v3_answer_message("1793858587123", "0f3d9f0e7b2c4c5aa1f2", body)
    assert len(message) == 79
    assert sha256(message) == "769f1a6eeec117e9c17e67994e2b0fa6a92727ecbf1cb553c1b9e6a83fb23cb5"


def test_a_v3_authorization_is_taken_apart_as_it_was_sent() -> None:
    signed, members = alipay.v3_authorization(
        "ALIPAY-SHA256withRSA app_id=1,nonce=n,timestamp=2,expired_seconds=120,sign=ab+/c=="
    )
    assert signed == "app_id=1,nonce=n,timestamp=2,expired_seconds=120"
    assert members["sign"] == "ab+/c=="


@pytest.mark.parametrize(
    "header",
    ["", "Bearer x", "ALIPAY-SHA256withRSA ", "ALIPAY-SHA256withRSA app_id=1,app_id=2", "WECHAT a=b"],
)
def test_another_authorization_is_refused(header: str) -> None:
    with pytest.raises(alipay.MalformedAuthorization):
        alipay.v3_authorization(header)


def test_a_certificate_is_called_by_issuer_and_serial() -> None:
    key = keys.generate()
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "GoLive"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Simulator"),
            x509.NameAttribute(NameOID.COMMON_NAME, "GoLive Sim Issuing CA"),
        ]
    )
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(271828182845904523536)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    assert alipay.certificate_sn(certificate) == "10ad57ca682e9251ba352d3b35219509"
    assert alipay.root_certificate_sn([certificate, certificate]) == "_".join(
        ["10ad57ca682e9251ba352d3b35219509"] * 2
    )


def test_a_signed_notify_is_believed_and_a_changed_one_is_not() -> None:
    key = keys.generate()
    verifier = alipay.NotifyVerifier(key.public_key())
    members = NOTIFY | {"sign": alipay.sign_notify(key, NOTIFY)}
    verifier.verify(members)
    for changed in (
        members | {"total_amount": "19.91"},
        members | {"sign": ""},
        members | {"sign_type": "RSA"},
        {name: value for name, value in members.items() if name != "sign_type"},
        members | {"sign": alipay.sign_request(key, NOTIFY)},
    ):
        with pytest.raises(SignatureInvalid):
            verifier.verify(changed)


def test_a_request_holds_only_under_the_key_that_signed_it() -> None:
    key, other = keys.generate(), keys.generate()
    signed = REQUEST | {"sign": alipay.sign_request(key, REQUEST, charset="gbk")}
    assert alipay.verify_request(key.public_key(), signed, charset="gbk")
    assert not alipay.verify_request(key.public_key(), signed)
    assert not alipay.verify_request(other.public_key(), signed, charset="gbk")
