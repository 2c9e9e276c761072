"""Notifies of the envelope dialect: believed only when signed, in time and right to the fen."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback, compact
from harness.callbacks.envelope.attacks import ATTACKS
from harness.callbacks.envelope.genuine import build, notice, signed
from harness.merchant.answers import CallbackAnswer
from tests.shop.conftest import Trade, issuer_of

NEW_EVENTS = [attack for attack in ATTACKS if attack.control == "CBK-13"]
REFUSED = [attack for attack in ATTACKS if attack not in NEW_EVENTS]


def standing(trade: Trade, number: str) -> tuple[str, int, int]:
    books = trade.books(number)
    return (books.status, books.credits, books.paid_amount)


def deliver(trade: Trade, callback: Callback) -> CallbackAnswer:
    return trade.merchant.deliver(callback.headers, callback.body)


def genuine(trade: Trade, number: str) -> Callback:
    return build(issuer_of(trade.levers), trade.resource(number))


def changed(trade: Trade, number: str, **members: object) -> Callback:
    """A truly signed notify with members changed; None leaves one out."""
    said = {**notice(trade.resource(number)), **members}
    issuer = issuer_of(trade.levers)
    return signed(issuer, compact({name: value for name, value in said.items() if value is not None}))


def test_a_genuine_one_credits_once_however_often_it_comes(trade: Trade) -> None:
    number = trade.order("19.90")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: deliver(trade, genuine(trade, number)), range(10)))
    assert {answer.status for answer in answers} == {200}
    assert standing(trade, number) == ("paid", 1, 1990)


def test_both_dialects_of_one_payment_credit_it_once(trade: Trade) -> None:
    number = trade.order("19.90")
    assert deliver(trade, trade.callback(number)).status == 200
    assert deliver(trade, genuine(trade, number)).status == 200
    assert standing(trade, number) == ("paid", 1, 1990)


def test_an_event_that_nobody_knows_is_taken_over_and_changes_nothing(trade: Trade) -> None:
    (attack,) = NEW_EVENTS
    number = trade.order("19.90")
    assert deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number))).status == 200
    assert standing(trade, number) == ("pending", 0, 0)


@pytest.mark.parametrize("attack", REFUSED, ids=lambda attack: attack.id)
def test_an_attack_is_refused_and_the_genuine_one_accepted_afterwards(trade: Trade, attack: Attack) -> None:
    number = trade.order("19.90")
    answer = deliver(trade, attack.forge(issuer_of(trade.levers), trade.resource(number)))
    assert 400 <= answer.status < 500
    assert json.loads(answer.body)["code"] == "FAIL"
    assert standing(trade, number) == ("pending", 0, 0)
    assert deliver(trade, genuine(trade, number)).status == 200
    assert standing(trade, number) == ("paid", 1, 1990)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"totalAmount": 1989}, 400),
        ({"totalAmount": "1990"}, 400),
        ({"totalAmount": True}, 400),
        ({"totalAmount": None}, 400),
        ({"status": "NOTPAY"}, 400),
        ({"status": "paid"}, 400),
        ({"status": None}, 400),
        ({"outTradeNo": "GL20260101000000AAAA"}, 404),
        ({"outTradeNo": None}, 400),
        ({"transactionId": None, "paymentId": None}, 400),
        ({"paidTime": "yesterday"}, 400),
        ({"paidTime": "2026-01-01T12:00:00"}, 400),
    ],
)
def test_a_truly_signed_one_that_does_not_fit_never_credits(
    trade: Trade, members: dict[str, object], status: int
) -> None:
    number = trade.order("19.90")
    assert deliver(trade, changed(trade, number, **members)).status == status
    assert standing(trade, number) == ("pending", 0, 0)


def test_a_time_that_no_float_can_hold_is_refused(trade: Trade) -> None:
    number = trade.order("19.90")
    issuer = issuer_of(trade.levers)
    assert deliver(trade, build(issuer, trade.resource(number), timestamp=10**400)).status == 401
    assert standing(trade, number) == ("pending", 0, 0)


def test_a_notify_of_another_kind_is_acknowledged_and_changes_nothing(trade: Trade) -> None:
    number = trade.order("19.90")
    assert deliver(trade, changed(trade, number, notifyType="reserved")).status == 200
    assert standing(trade, number) == ("pending", 0, 0)


def test_a_refunds_notify_without_a_refund_in_it_is_refused(trade: Trade) -> None:
    number = trade.order("19.90")
    for members in ({}, {"refundAmount": "1990"}, {"refundAmount": 1990}):
        assert deliver(trade, changed(trade, number, notifyType="refund", **members)).status == 400
    assert standing(trade, number) == ("pending", 0, 0)


def test_a_classic_signature_header_makes_it_a_classic_callback(trade: Trade) -> None:
    number = trade.order("19.90")
    letter = genuine(trade, number)
    answer = trade.merchant.deliver((*letter.headers, ("Wechatpay-Signature", "a")), letter.body)
    assert answer.status == 401
    assert standing(trade, number) == ("pending", 0, 0)
