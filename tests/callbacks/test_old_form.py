"""A refund's notice in the XML of before says what today's says, and nobody without the v2 key reads it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from harness.callbacks.apiv3.genuine import OLD_FORM, compose
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.signing import keys

API_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NOTICE = {
    "mchid": "1900007291",
    "transaction_id": "4200000000202611050000000001",
    "out_trade_no": "order|1*2",
    "refund_id": "50300000002026110500000001",
    "out_refund_no": "part & rest",
    "refund_status": "SUCCESS",
    "success_time": "2026-11-05T14:03:07+08:00",
    "user_received_account": "支付用户零钱",
    "amount": {"total": 1990, "refund": 500, "payer_total": 1490, "payer_refund": 374},
}


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    key = keys.generate()
    return Issuer("PUB_KEY_ID_1", key, "k" * 32, key, api_key=API_KEY, appid="wx8888888888888888")


def told(issuer: Issuer, notice: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """The outer members, and those that are sealed, read as the v2 documents say."""
    body = compose(issuer, notice, event_type=f"REFUND.{notice['refund_status']}")
    outer = members(OLD_FORM.build(issuer, body).body)
    key = hashlib.md5(API_KEY.encode(), usedforsecurity=False).hexdigest().encode()
    reader = Cipher(algorithms.AES256(key), modes.ECB()).decryptor()  # noqa: S305 - the platform's choice
    plain = reader.update(base64.b64decode(outer["req_info"])) + reader.finalize()
    return outer, members(plain[: -plain[-1]])


def members(xml: bytes) -> dict[str, str]:
    return {each.tag: str(each.text) for each in ET.fromstring(xml)}  # noqa: S314 - our own


def test_it_names_the_merchant_and_bears_no_signature(issuer: Issuer) -> None:
    outer, _ = told(issuer, NOTICE)
    assert (outer["return_code"], outer["mch_id"], outer["appid"]) == ("SUCCESS", "1900007291", issuer.appid)
    assert "sign" not in outer
    callback = OLD_FORM.build(issuer, compose(issuer, NOTICE, event_type="REFUND.SUCCESS"))
    assert not [name for name, _ in callback.headers if name.lower().startswith("wechatpay-")]
    assert dict(callback.headers)["Content-Type"] == "text/xml"
    assert b"order|1*2" not in callback.body


def test_inside_it_says_the_same_under_the_names_of_then(issuer: Issuer) -> None:
    _, inner = told(issuer, NOTICE)
    assert inner["out_refund_no"] == "part & rest"
    assert (inner["total_fee"], inner["refund_fee"], inner["settlement_refund_fee"]) == ("1990", "500", "374")
    assert (inner["refund_status"], inner["success_time"]) == ("SUCCESS", "2026-11-05 14:03:07")
    assert inner["refund_recv_accout"] == "支付用户零钱"


@pytest.mark.parametrize(("status", "then"), [("CLOSED", "REFUNDCLOSE"), ("ABNORMAL", "CHANGE")])
def test_a_refund_that_did_not_arrive_has_the_word_of_then(issuer: Issuer, status: str, then: str) -> None:
    notice = {**NOTICE, "refund_status": status}
    del notice["success_time"]
    _, inner = told(issuer, notice)
    assert inner["refund_status"] == then
    assert "success_time" not in inner


def test_only_xml_that_says_success_ends_it() -> None:
    taken = OLD_FORM.rules.taken_over
    assert taken(200, b"<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>")
    assert not taken(200, b"")
    assert not taken(204, b"")
    assert not taken(401, b"SUCCESS")


def test_other_forms_had_none() -> None:
    assert form_of("apiv3").old_form is OLD_FORM
    assert form_of("envelope").old_form is None
    assert form_of("alipay").old_form is None
