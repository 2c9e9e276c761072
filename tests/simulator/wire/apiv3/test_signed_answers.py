"""Every 2xx is signed with the key that the request asked for, no 4xx is; headers are the gateway's."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from harness.core.dialects import dialect
from harness.core.errors import SignatureInvalid
from harness.core.payment import Product
from harness.signing.wechat_v3 import SCHEME
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, Answer, MerchantSide

REQUEST_ID = re.compile(r"08[0-9A-F]{40}-\d+")


@pytest.mark.parametrize("product", dialect("apiv3").products)
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


@pytest.mark.parametrize("named", ["PUB_KEY_ID_0", "5" * 40, "the merchant's own", "nonsense"])
def test_a_name_that_is_no_platform_key_counts_as_none(merchant: MerchantSide, named: str) -> None:
    """Two SDKs send the serial of the merchant's own certificate with everything."""
    identity = merchant.simulator.identity
    merchant.create()
    serial = identity.merchant_serial if named == "the merchant's own" else named
    query = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={identity.mchid}"
    order = json.dumps(merchant.order()).encode()
    for method, target, body in (
        ("GET", "/v3/certificates", b""),
        ("GET", query, b""),
        ("POST", f"{TRANSACTIONS}/native", order),
    ):
        headers = merchant.headers(method, target, body, wechatpay_serial=serial)
        answer = merchant.send(method, target, body, headers)
        assert (answer.status, answer.header("wechatpay-serial")) == (200, identity.certificate.serial)
        merchant.verify(answer)


def test_a_name_that_is_no_platform_key_cannot_have_encrypted_anything(merchant: MerchantSide) -> None:
    serial = merchant.simulator.identity.merchant_serial

    def echo(**more: str) -> Answer:
        body = json.dumps({"echo_message": "x", **more}).encode()
        headers = merchant.headers("POST", "/v3/security/echo", body, wechatpay_serial=serial)
        return merchant.send("POST", "/v3/security/echo", body, headers)

    assert echo().status == 200
    sealed = echo(encrypted_echo_message="AAAA")
    assert sealed.status == 400
    assert sealed.json == {"code": "PARAM_ERROR", "message": "平台证书序列号Wechatpay-Serial错误"}


@pytest.mark.parametrize(
    ("mode", "signs"),
    [
        (KeyMode.CERTIFICATE, {"public": "certificate", "certificate": "certificate", None: "certificate"}),
        (KeyMode.SWITCHING, {"public": "public", "certificate": "certificate", None: "certificate"}),
        (KeyMode.PUBLIC_KEY, {"public": "public", "certificate": "public", None: "public"}),
    ],
)
def test_the_accounts_mode_decides_what_signs(
    identity: Identity, mode: KeyMode, signs: dict[str | None, str]
) -> None:
    side = MerchantSide(Simulator(identity=replace(identity, key_mode=mode), experience=False))
    serials = {"public": identity.public_key_id, "certificate": identity.certificate.serial}
    with side.runner:
        for named, signer in signs.items():
            body = json.dumps(side.order()).encode()
            changed = {} if named is None else {"wechatpay_serial": serials[named]}
            without = ["wechatpay-serial"] if named is None else []
            headers = side.headers("POST", f"{TRANSACTIONS}/native", body, without=without, **changed)
            answer = side.send("POST", f"{TRANSACTIONS}/native", body, headers)
            assert answer.header("wechatpay-serial") == serials[signer]
            side.verify(answer)
        certificates = side.send("GET", "/v3/certificates")
    assert certificates.status == (404 if mode is KeyMode.PUBLIC_KEY else 200)


def test_another_account_of_the_same_platform_has_the_same_mode(identity: Identity) -> None:
    simulator = Simulator(identity=replace(identity, key_mode=KeyMode.PUBLIC_KEY))
    assert simulator.add_account(experience=True).key_mode is KeyMode.PUBLIC_KEY


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
