"""Alipay in the envelope dialect: fen in, yuan back in a query, everything signed by Alipay's own key."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from harness.callbacks.callback import Issuer
from harness.callbacks.envelope.genuine import compose, signed
from harness.levers.models import Fault
from harness.signing.envelope import SIGNATURE, Verifier, sign_rsa2, verify_rsa2
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.merchant_side import Answer

NUMBER, REFUND = "GL20261129000001", "R1"
ENDPOINT = "/alipay/mcp/v1"
HEALTH = f"{ENDPOINT}/alipay/health"
CREATE = f"{ENDPOINT}/alipay/payment/create"
QUERY = f"{ENDPOINT}/alipay/payment/query"
ASK = f"{ENDPOINT}/alipay/payment/refund"


class Side(EnvelopeSide):
    """The same merchant, at Alipay's endpoint: the application's key signs, and the seller is named."""

    def signed(self, **members: object) -> dict[str, Any]:
        alipay = self.side.identity.alipay
        plain = self.message(**{"merchantId": alipay.seller_id, **members})
        return {**plain, SIGNATURE: sign_rsa2(alipay.app_key, plain)}

    def say(self, target: str, **members: object) -> Answer:
        alipay = self.side.identity.alipay
        message = self.signed(paymentMethod="alipay", **members)
        return self.send(target, message, x_merchant_id=alipay.seller_id, x_app_id=alipay.app_id)

    def create(self, kind: str = "h5", **members: object) -> Answer:
        given = {
            "outTradeNo": NUMBER,
            "totalAmount": 1990,
            "subject": "龙井 250 克",
            "paymentType": kind,
            "notifyUrl": "http://127.0.0.1:1/callbacks/alipay",
            "timeoutExpress": "30m",
            "goodsType": "1",
        }
        return self.say(CREATE, **{**given, **members})

    def query(self, **members: object) -> Answer:
        return self.say(QUERY, **{"outTradeNo": NUMBER, **members})

    def refund(self, amount: int = 990, number: str = REFUND, of: str = NUMBER) -> Answer:
        return self.say(ASK, outTradeNo=of, outRefundNo=number, refundAmount=amount, refundReason="行程取消")

    def query_refund(self, number: str = REFUND) -> Answer:
        return self.say(f"{ASK}/query", outTradeNo=NUMBER, outRefundNo=number)

    def genuine(self, answer: Answer) -> bool:
        key = self.side.identity.alipay.platform_key.public_key()
        return verify_rsa2(key, answer.json, answer.json.get(SIGNATURE))

    @property
    def account(self) -> Any:
        seller = self.side.identity.alipay.seller_id
        return self.simulator.platform.alipay_accounts[seller]

    def pay(self, number: str = NUMBER) -> None:
        self.simulator.platform.pay(self.account.find(number))


@pytest.fixture
def alipays(envelope: EnvelopeSide) -> Side:
    return Side(envelope.side)


def test_health_says_ten_thousand(alipays: Side) -> None:
    answer = alipays.say(HEALTH)
    assert (answer.status, answer.json["code"]) == (200, "10000")
    assert alipays.genuine(answer)


@pytest.mark.parametrize(
    ("kind", "member", "begins"), [("h5", "paymentUrl", "http"), ("qr", "qrCode", "https://qr.")]
)
def test_an_order_is_a_link_or_a_code(alipays: Side, kind: str, member: str, begins: str) -> None:
    answer = alipays.create(kind)
    assert alipays.genuine(answer)
    told = answer.json["data"]
    assert told[member].startswith(begins)
    audit = alipays.account.audit(NUMBER)
    assert (audit.dialect, audit.total) == ("alipay-envelope", 1990)
    assert alipays.query().json["code"] == "ACQ.TRADE_NOT_EXIST"
    alipays.pay()
    for asked in ({}, {"outTradeNo": None, "paymentId": told["paymentId"]}):
        assert alipays.query(**asked).json["data"]["tradeStatus"] == "TRADE_SUCCESS"


def test_a_query_answers_texts_in_yuan(alipays: Side) -> None:
    alipays.create()
    alipays.pay()
    told = alipays.query().json["data"]
    assert (told["totalAmount"], told["receiptAmount"]) == ("19.90", "19.90")
    assert told["buyerInfo"]["buyerUserId"].startswith("2088")
    assert told["gmtPayment"]
    assert alipays.query(paymentId=told["tradeNo"]).json["data"] == told
    assert alipays.query(outTradeNo="GL0", paymentId=told["tradeNo"]).json["code"] == "ACQ.TRADE_NOT_EXIST"


@pytest.mark.parametrize(
    "changes",
    [
        {"totalAmount": 19.9},
        {"totalAmount": "1990"},
        {"totalAmount": 0},
        {"totalAmount": 100_000_001},
        {"outTradeNo": "a-b"},
        {"subject": "a=b"},
        {"subject": None},
        {"paymentType": "jsapi"},
        {"productCode": "QUICK_MSECURITY_PAY"},
        {"timeoutExpress": "16d"},
        {"notifyUrl": "ftp://shop.example"},
    ],
    ids=str,
)
def test_a_bad_order_is_refused_without_effect(alipays: Side, changes: dict[str, Any]) -> None:
    answer = alipays.create(**changes)
    assert answer.status == 400
    assert alipays.genuine(answer)
    assert not alipays.account.orders()


def test_wechats_keys_and_another_application_open_nothing(alipays: Side, envelope: EnvelopeSide) -> None:
    order = {"outTradeNo": NUMBER, "totalAmount": 1, "subject": "x", "paymentType": "h5"}
    seller = alipays.side.identity.alipay.seller_id
    by_wechats = envelope.signed(merchantId=seller, paymentMethod="alipay", **order)
    assert envelope.send(CREATE, by_wechats, x_merchant_id=seller).status == 401
    assert envelope.send(CREATE, envelope.signed(paymentMethod="alipay", **order)).status == 401
    ours = alipays.signed(paymentMethod="alipay", **order)
    assert alipays.send(CREATE, ours, x_merchant_id=seller, x_app_id="9021000000000000").status == 401
    assert alipays.send(CREATE, ours, x_merchant_id=seller, authorization="Bearer wrong").status == 401
    assert not alipays.account.orders()


def test_a_refund_is_given_back_once_and_found_again(alipays: Side) -> None:
    alipays.create()
    alipays.pay()
    answer = alipays.refund()
    assert alipays.genuine(answer)
    told = answer.json["data"]
    assert (told["status"], told["refundAmount"], told["outRefundNo"]) == ("success", 990, REFUND)
    assert alipays.refund().json["data"] == alipays.query_refund().json["data"] == told
    assert alipays.refund(989).json["code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert alipays.query_refund("R2").json["code"] == "RESOURCE_NOT_EXISTS"
    assert [each.refund for each in alipays.account.audit(NUMBER).refunds] == [990]


def test_no_number_of_calls_crosses_the_ceilings_of_agents(alipays: Side) -> None:
    for number in range(12):
        alipays.create(outTradeNo=f"GL{number}", totalAmount=10_100)
        alipays.pay(f"GL{number}")
    assert alipays.refund(10_001, of="GL0").json["code"] == "ACQ.AGENT_REFUND_LIMIT"
    for number in range(10):
        assert alipays.refund(10_000, of=f"GL{number}").json["code"] == "10000"
    assert alipays.refund(1, of="GL11").json["code"] == "ACQ.AGENT_REFUND_LIMIT"
    alipays.simulator.clock.advance(timedelta(days=1))
    assert alipays.refund(1, of="GL11").json["code"] == "10000"


def test_faults_lie_about_a_trade(alipays: Side) -> None:
    alipays.create()
    lie = Fault(operation="query", action="trade_state", value="TRADE_ODD", dialect="alipay-envelope")
    alipays.simulator.faults.add(lie)
    assert alipays.query().json["data"]["tradeStatus"] == "TRADE_ODD"


def test_a_payment_is_told_of_by_alipays_key_and_in_its_word(alipays: Side) -> None:
    alipays.create()
    alipays.pay()
    identity = alipays.side.identity
    wire = alipays.simulator.wires["alipay-envelope"]
    issuer: Issuer = alipays.simulator.accounts.issuer(identity.alipay.seller_id)
    callback = signed(issuer, compose(issuer, wire.told(alipays.account.find(NUMBER))))
    notice = json.loads(callback.body)
    Verifier(identity.alipay.platform_key.public_key()).verify(notice)
    assert (notice["status"], notice["totalAmount"], notice["outTradeNo"]) == ("TRADE_SUCCESS", 1990, NUMBER)


def test_nobody_is_told_that_an_order_is_over(alipays: Side) -> None:
    alipays.create()
    wire = alipays.simulator.wires["alipay-envelope"]
    assert wire.over_told(alipays.account.find(NUMBER)) is None
