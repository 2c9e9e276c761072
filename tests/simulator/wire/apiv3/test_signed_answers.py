"""Every 2xx is signed with the key that the request asked for, no 4xx is; headers are the gateway's."""

from __future__ import annotations

import re

import pytest

from harness.core.errors import SignatureInvalid
from harness.core.payment import Product
from harness.signing.wechat_v3 import SCHEME
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

REQUEST_ID = re.compile(r"08[0-9A-F]{40}-\d+")


@pytest.mark.parametrize("product", list(Product))
def test_an_order_is_answered_with_a_signature_that_holds(merchant: MerchantSide, product: Product) -> None:
    answer = merchant.create(product)
    assert answer.status == 200
    merchant.verify(answer)


def test_a_query_is_answered_with_a_signature_that_holds(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.verify(merchant.query())


def test_a_close_is_answered_with_a_signature_over_an_empty_body(merchant: MerchantSide) -> None:
    merchant.create()
    answer = merchant.close()
    assert (answer.status, answer.body, answer.header("content-type")) == (204, b"", None)
    merchant.verify(answer)


def test_a_changed_byte_of_an_answer_no_longer_verifies(merchant: MerchantSide) -> None:
    answer = merchant.create()
    with pytest.raises(SignatureInvalid):
        merchant.verifier.verify(answer.headers, answer.body.replace(b"weixin", b"weixim"))


def test_the_request_header_chooses_public_key_or_certificate(merchant: MerchantSide) -> None:
    identity = merchant.simulator.identity
    merchant.create()
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={identity.mchid}"
    expected = {
        identity.public_key_id: identity.public_key_id,
        identity.certificate.serial: identity.certificate.serial,
        identity.certificate.serial.lower(): identity.certificate.serial,
    }
    for named, signed_with in expected.items():
        headers = merchant.headers("GET", target, b"", wechatpay_serial=named)
        answer = merchant.send("GET", target, headers=headers)
        assert answer.header("wechatpay-serial") == signed_with
        merchant.verify(answer)
    plain = merchant.headers("GET", target, b"", without=["wechatpay-serial"])
    answer = merchant.send("GET", target, headers=plain)
    assert answer.header("wechatpay-serial") == identity.certificate.serial
    merchant.verify(answer)


def test_a_platform_key_that_does_not_exist_is_refused(merchant: MerchantSide) -> None:
    headers = merchant.headers("GET", "/v3/certificates", b"", wechatpay_serial="PUB_KEY_ID_0")
    answer = merchant.send("GET", "/v3/certificates", headers=headers)
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert answer.json["message"] == "平台证书序列号Wechatpay-Serial错误"


def test_refusals_are_not_signed_and_carry_a_request_id(merchant: MerchantSide) -> None:
    answer = merchant.query()
    assert (answer.status, answer.code, answer.signed) == (404, "ORDER_NOT_EXIST", False)
    assert str(answer.header("request-id")).endswith("-268512771")


def test_a_success_carries_the_headers_of_the_live_gateway(merchant: MerchantSide) -> None:
    answer = merchant.create()
    assert answer.header("content-type") == "application/json; charset=utf-8"
    assert answer.header("content-length") == str(len(answer.body))
    assert answer.header("wechatpay-signature-type") == SCHEME
    assert answer.header("content-language") == "zh-CN"
    assert answer.header("cache-control") == "no-cache, must-revalidate"
    assert answer.header("x-content-type-options") == "nosniff"
    request_id = str(answer.header("request-id"))
    assert REQUEST_ID.fullmatch(request_id)
    assert request_id.endswith("-0")


def test_nonce_timestamp_and_request_id_are_fresh_each_time(merchant: MerchantSide) -> None:
    answers = [merchant.create() for _ in range(5)]
    assert len({answer.header("wechatpay-nonce") for answer in answers}) == 5
    assert len({answer.header("request-id") for answer in answers}) == 5


def test_messages_come_in_english_on_demand(merchant: MerchantSide) -> None:
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={merchant.signer.mchid}"
    headers = merchant.headers("GET", target, b"", accept_language="en")
    english = merchant.send("GET", target, headers=headers)
    assert english.json == {"code": "ORDER_NOT_EXIST", "message": "The order does not exist"}
    assert english.header("content-language") == "en"
    assert merchant.query().json["message"] == "订单不存在"


def test_answers_are_compact_utf8(merchant: MerchantSide) -> None:
    merchant.create(attach="乌龙 · 半斤")
    merchant.pay()
    body = merchant.query().body
    assert "乌龙 · 半斤".encode() in body
    assert b'": ' not in body
