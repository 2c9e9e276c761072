"""Refunds in the envelope dialect: asked for, looked up, within ceilings, told of (envelope facts 2, 3)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from harness.callbacks.callback import Issuer
from harness.callbacks.envelope.genuine import compose, signed
from harness.core.payment import RefundStatus
from harness.levers.models import Fault
from harness.signing.envelope import Verifier
from tests.simulator.envelope_side import ENDPOINT, EnvelopeSide
from tests.simulator.merchant_side import NUMBER, REFUND, Answer

ASK = f"{ENDPOINT}/wechat/payment/refund"
QUERY = f"{ASK}/query"


def ask(envelope: EnvelopeSide, **changes: Any) -> Answer:
    given = {
        "outTradeNo": NUMBER,
        "outRefundNo": REFUND,
        "refundAmount": 1000,
        "refundReason": "行程取消",
        "paymentMethod": "wechat",
        **changes,
    }
    return envelope.send(ASK, envelope.signed(**given))


def query(envelope: EnvelopeSide, number: str = REFUND, **more: Any) -> Answer:
    return envelope.send(QUERY, envelope.signed(outRefundNo=number, paymentMethod="wechat", **more))


@pytest.fixture
def paid(envelope: EnvelopeSide) -> EnvelopeSide:
    """The merchant, with a paid order of ¥19.90."""
    envelope.create()
    envelope.side.pay()
    return envelope


def test_a_refund_is_processing_then_success_and_both_are_signed(paid: EnvelopeSide) -> None:
    answer = ask(paid)
    assert paid.genuine(answer)
    told = answer.json["data"]
    assert (told["status"], told["refundAmount"], told["outRefundNo"]) == ("processing", 1000, REFUND)
    assert ask(paid).json["data"] == told
    paid.simulator.clock.advance(timedelta(minutes=5))
    done = query(paid)
    assert paid.genuine(done)
    assert done.json["data"]["status"] == "success"
    assert done.json["data"]["refundTime"].endswith("+08:00")


@pytest.mark.parametrize("ends", ["CLOSED", "ABNORMAL"])
def test_what_did_not_arrive_is_failed_and_says_how(paid: EnvelopeSide, ends: str) -> None:
    paid.simulator.faults.add(Fault(operation="refund", action="refund_ends", value=ends))
    ask(paid)
    paid.simulator.clock.advance(timedelta(minutes=5))
    told = query(paid).json["data"]
    assert (told["status"], told["refundStatus"]) == ("failed", ends)


@pytest.mark.parametrize(
    "changes",
    [
        {"refundAmount": 10.0},
        {"refundAmount": "1000"},
        {"refundAmount": 0},
        {"refundAmount": None},
        {"outRefundNo": None},
        {"outRefundNo": "x" * 65},
        {"refundReason": "茶" * 27},
        {"paymentMethod": "alipay"},
    ],
    ids=str,
)
def test_a_bad_request_is_refused_and_moves_nothing(paid: EnvelopeSide, changes: dict[str, Any]) -> None:
    answer = ask(paid, **changes)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert paid.simulator.account.audit(NUMBER).refunds == ()


def test_the_platforms_refusals_and_the_ceiling_keep_their_codes(paid: EnvelopeSide) -> None:
    paid.create(outTradeNo="order-of-much", totalAmount=50_000)
    paid.side.pay("order-of-much")
    assert ask(paid, outTradeNo="order-of-much", refundAmount=10_001).code == "RULE_LIMIT"
    assert ask(paid, outTradeNo="nobodys").code == "RESOURCE_NOT_EXISTS"
    ask(paid)
    assert ask(paid, refundAmount=999).code == "INVALID_REQUEST"
    assert ask(paid, outRefundNo="r2", refundAmount=990).code == "FREQUENCY_LIMITED"
    assert query(paid, "r2").code == "RESOURCE_NOT_EXISTS"
    assert query(paid, outTradeNo="order-of-much").code == "RESOURCE_NOT_EXISTS"
    assert query(paid, outTradeNo=NUMBER).status == 200


def test_an_accepted_refund_may_be_answered_as_if_it_were_not(paid: EnvelopeSide) -> None:
    paid.simulator.faults.add(Fault(operation="refund", action="status_after_acceptance", value=500))
    assert ask(paid).code == "SYSTEM_ERROR"
    assert query(paid).json["data"]["status"] == "processing"


def test_how_it_ended_is_told_in_signed_members(paid: EnvelopeSide) -> None:
    ask(paid)
    refund = paid.simulator.account.refunds.end(REFUND, RefundStatus.SUCCESS)
    identity = paid.side.identity
    issuer = Issuer("", identity.merchant_key, identity.apiv3_key, identity.mcp.platform_key)
    body = compose(issuer, paid.simulator.wires.refund_told(refund), event_type="REFUND.SUCCESS")
    told = json.loads(signed(issuer, body).body)
    Verifier(identity.mcp.platform_key.public_key()).verify(told)
    assert (told["notifyType"], told["status"]) == ("refund", "SUCCESS")
    assert (told["outRefundNo"], told["refundAmount"], told["totalAmount"]) == (REFUND, 1000, 1990)
    assert refund.request.notify_url == paid.side.account.find(NUMBER).request.notify_url
