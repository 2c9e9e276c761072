"""Answers have the one form that every client takes: node first, texts only, `\\/`, signature last."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography import x509

from harness.signing.alipay import certificate_sn
from harness.simulator.account.alipay_certificates import YEARS
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import NUMBER, AlipaySide, told
from tests.simulator.merchant_side import MerchantSide


@pytest.fixture
def in_certificate_mode(identity: Identity) -> Iterator[AlipaySide]:
    owner = replace(identity, alipay=replace(identity.alipay, certified=True))
    merchant = MerchantSide(Simulator(identity=owner, experience=False))
    with merchant.runner:
        yield AlipaySide(merchant)


def test_a_success_is_signed_over_the_bytes_of_its_node(alipay: AlipaySide) -> None:
    answer = alipay.precreate()
    alipay.verify(answer)
    assert answer.name == "alipay_trade_precreate_response"
    assert answer.node.startswith(b'{"code":"10000","msg":"Success","out_trade_no":')
    assert b'"qr_code":"https:\\/\\/qr.alipay.com\\/bax' in answer.node
    assert answer.raw.status == 200
    assert answer.raw.header("content-type") == "text/html;charset=utf-8"
    assert answer.raw.header("trace_id")


def test_members_stand_in_the_platforms_order(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    members = list(alipay.query().members)
    assert members[:2] == ["code", "msg"]
    assert members[2:] == sorted(members[2:])
    missing = list(alipay.query("nobody").members)
    assert missing[:4] == ["code", "msg", "sub_code", "sub_msg"]
    assert missing[4:] == sorted(missing[4:])


def test_every_scalar_is_a_text_and_chinese_is_not_escaped(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay(coupon=100)
    members = alipay.query().members
    scalars = [value for value in members.values() if not isinstance(value, list)]
    assert all(isinstance(value, str) for value in scalars)
    assert members["fund_bill_list"] == [
        {"amount": "18.90", "fund_channel": "ALIPAYACCOUNT"},
        {"amount": "1.00", "fund_channel": "COUPON"},
    ]
    assert "交易不存在".encode() in alipay.query("nobody").node


def test_certificate_mode_names_the_platforms_certificate_between_node_and_signature(
    in_certificate_mode: AlipaySide,
) -> None:
    answer = in_certificate_mode.precreate()
    assert answer.certificate_sn == in_certificate_mode.identity.certificates.alipay_sn
    in_certificate_mode.verify(answer)


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"app_cert_sn": None}, "isv.missing-app-cert-sn"),
        ({"alipay_root_cert_sn": None}, "isv.missing-alipay-root-cert-sn"),
        ({"app_cert_sn": "0" * 32}, "isv.app-cert-not-exist"),
        ({"alipay_root_cert_sn": "0" * 32}, "isv.invalid-alipay-root-cert-sn"),
    ],
    ids=str,
)
def test_certificate_mode_wants_to_know_both_certificates(
    in_certificate_mode: AlipaySide, changes: dict[str, str | None], sub_code: str
) -> None:
    answer = in_certificate_mode.call("alipay.trade.query", {"out_trade_no": NUMBER}, **changes)
    assert answer.sub_code == sub_code


def test_an_expired_certificate_is_refused_and_a_key_does_not_expire(
    in_certificate_mode: AlipaySide, alipay: AlipaySide
) -> None:
    for side in (in_certificate_mode, alipay):
        side.merchant.simulator.clock.advance(YEARS)
    assert in_certificate_mode.query().sub_code == "isv.app-cert-expired"
    assert alipay.query().sub_code == "ACQ.TRADE_NOT_EXIST"


def test_an_unknown_certificate_of_the_platforms_can_be_fetched(in_certificate_mode: AlipaySide) -> None:
    wanted = in_certificate_mode.identity.certificates.alipay_sn
    answer = in_certificate_mode.call(
        "alipay.open.app.alipaycert.download", {"alipay_cert_sn": wanted}
    ).members
    pem = base64.b64decode(answer["alipay_cert_content"])
    assert certificate_sn(x509.load_pem_x509_certificate(pem)) == wanted


def test_other_methods_of_http_are_none_of_the_gateways(alipay: AlipaySide) -> None:
    assert alipay.merchant.send("PUT", "/gateway.do", b"", []).status == 405


def test_a_body_that_is_too_large_is_refused_unsigned(alipay: AlipaySide) -> None:
    headers = [(b"content-length", b"99999999")]
    assert told(alipay.merchant.send("POST", "/gateway.do", b"", headers)).sign == ""
