"""The V3 style does the same things; successes are signed, errors are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import NOTIFY_URL, NUMBER, AlipaySide, order
from tests.simulator.merchant_side import TRANSACTIONS, MerchantSide


def test_an_order_lives_on_both_styles(alipay: AlipaySide) -> None:
    created = alipay.v3("create", order(buyer_id=alipay.identity.buyer_id, notify_url=NOTIFY_URL))
    assert created.status == 200
    alipay.verify_v3(created)
    alipay.pay()
    found = alipay.v3("query", {"out_trade_no": NUMBER})
    alipay.verify_v3(found)
    assert found.json["trade_status"] == "TRADE_SUCCESS"
    assert "code" not in found.json
    assert found.json["trade_no"] == created.json["trade_no"]
    assert alipay.query().members["trade_no"] == created.json["trade_no"]
    assert alipay.account.find(NUMBER).request.notify_url == NOTIFY_URL


def test_precreate_close_refund_and_its_query(alipay: AlipaySide) -> None:
    assert alipay.v3("precreate", order()).json["qr_code"].startswith("https://qr.alipay.com/bax")
    alipay.pay()
    biz = {"out_trade_no": NUMBER, "refund_amount": "5.00", "out_request_no": "R1"}
    assert alipay.v3("refund", biz).json["fund_change"] == "Y"
    found = alipay.v3("fastpay/refund/query", {"out_trade_no": NUMBER, "out_request_no": "R1"})
    assert found.json["refund_status"] == "REFUND_SUCCESS"
    closed = alipay.v3("close", {"out_trade_no": NUMBER})
    assert (closed.status, closed.json["code"]) == (400, "ACQ.TRADE_STATUS_ERROR")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"app_id": "9021000000000000"}, "invalid-app-id"),
        ({"app_id": ""}, "missing-app-id"),
        ({"timestamp": ""}, "missing-timestamp"),
        ({"timestamp": "yesterday"}, "invalid-timestamp"),
        ({"timestamp": "1793858587000"}, "illegal-timestamp"),
        ({"nonce": ""}, "invalid-parameter"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_unsigned(alipay: AlipaySide, changed: dict[str, str], code: str) -> None:
    answer = alipay.v3("query", {"out_trade_no": NUMBER}, **changed)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert answer.json["links"][0]["desc"] == "解决方案"
    assert answer.header("alipay-signature") is None
    assert answer.header("alipay-trace-id")


def test_without_authorization_the_timestamp_is_missed(alipay: AlipaySide) -> None:
    answer = alipay.merchant.send("POST", "/v3/alipay/trade/query", b"{}", [])
    assert (answer.status, answer.json["code"]) == (400, "missing-timestamp")


def test_a_nonce_comes_once(alipay: AlipaySide) -> None:
    assert alipay.v3("query", {"out_trade_no": NUMBER}, nonce="n1").json["code"] == "ACQ.TRADE_NOT_EXIST"
    assert alipay.v3("query", {"out_trade_no": NUMBER}, nonce="n1").json["code"] == "invalid-parameter"


def test_another_body_than_was_signed_is_refused(alipay: AlipaySide) -> None:
    genuine = alipay.v3("query", {"out_trade_no": NUMBER})
    assert genuine.json["code"] == "ACQ.TRADE_NOT_EXIST"
    headers = [(b"authorization", b"ALIPAY-SHA256withRSA app_id=%s" % alipay.identity.app_id.encode())]
    answer = alipay.merchant.send("POST", "/v3/alipay/trade/query", b"{}", headers)
    assert answer.json["code"] == "missing-timestamp"
    assert alipay.v3("query", b"no json").json["code"] == "illegal-json"


def test_wechats_v3_keeps_its_paths(merchant: MerchantSide, alipay: AlipaySide) -> None:
    merchant.create()
    assert merchant.query().status == 200
    assert merchant.send("POST", f"{TRANSACTIONS}/page", b"{}").status == 404
    assert alipay.merchant.send("POST", "/v3/alipay/trade/steal", b"{}", []).status == 404


@pytest.fixture
def in_certificate_mode(identity: Identity) -> Iterator[AlipaySide]:
    owner = replace(identity, alipay=replace(identity.alipay, certified=True))
    merchant = MerchantSide(Simulator(identity=owner, experience=False))
    with merchant.runner:
        yield AlipaySide(merchant)


def test_certificate_mode_names_the_platforms_certificate(in_certificate_mode: AlipaySide) -> None:
    answer = in_certificate_mode.v3("precreate", order())
    in_certificate_mode.verify_v3(answer)
    assert answer.header("alipay-sn") == in_certificate_mode.identity.certificates.alipay_sn
