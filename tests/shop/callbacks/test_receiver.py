"""Callbacks: only what is genuine, of ours and right to the fen credits an order, and only once."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as sampling
from hypothesis import strategies as st

from harness.callbacks.apiv3.attacks import ATTACKS
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.genuine import signed as sign
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback
from harness.core.clock import wire_now
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.shop.assembly import Shop
from harness.shop.callbacks.receiver import LARGEST_BODY
from harness.shop.order_record import OrderRecord
from harness.shop.payment_choices import PaymentType
from tests.shop.conftest import Trade, issuer_of

NEW_EVENTS = [attack for attack in ATTACKS if attack.control == "CBK-13"]
REFUSED = [attack for attack in ATTACKS if attack not in NEW_EVENTS]


def standing(trade: Trade, number: str) -> tuple[str, int, int]:
    books = trade.books(number)
    return (books.status, books.credits, books.paid_amount)


def test_a_genuine_callback_credits_at_once(trade: Trade) -> None:
    number = trade.order("19.90")
    genuine = trade.callback(number)
    answer = trade.merchant.deliver(genuine.headers, genuine.body)
    assert (answer.status, json.loads(answer.body)["code"]) == (200, "SUCCESS")
    assert answer.duration_s < 5.0
    assert standing(trade, number) == ("paid", 1, 1990)


def test_a_coupon_does_not_matter(trade: Trade) -> None:
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number, coupon=Fen(1000))
    assert standing(trade, number) == ("paid", 1, 1990)


def test_duplicates_one_after_another_are_acknowledged_and_change_nothing(trade: Trade) -> None:
    number = trade.order("19.90")
    answers = [trade.merchant.deliver(c.headers, c.body) for c in [trade.callback(number)] * 5]
    assert {answer.status for answer in answers} == {200}
    assert standing(trade, number) == ("paid", 1, 1990)


def test_twenty_at_once_have_one_effect(trade: Trade) -> None:
    number = trade.order("19.90")
    copies = [trade.callback(number) for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda c: trade.merchant.deliver(c.headers, c.body), copies))
    assert {answer.status for answer in answers} == {200}
    assert standing(trade, number) == ("paid", 1, 1990)


def test_an_event_that_nobody_knows_is_taken_over_and_changes_nothing(trade: Trade) -> None:
    (attack,) = NEW_EVENTS
    number = trade.order("19.90")
    sent = attack.forge(issuer_of(trade.levers), trade.resource(number))
    assert trade.merchant.deliver(sent.headers, sent.body).status == 200
    assert standing(trade, number) == ("pending", 0, 0)


@pytest.mark.parametrize("attack", REFUSED, ids=lambda attack: attack.id)
def test_an_attack_is_refused_and_the_genuine_one_accepted_afterwards(trade: Trade, attack: Attack) -> None:
    number = trade.order("19.90")
    forged = attack.forge(issuer_of(trade.levers), trade.resource(number))
    answer = trade.merchant.deliver(forged.headers, forged.body)
    assert 400 <= answer.status < 600
    assert json.loads(answer.body)["code"] == "FAIL"
    assert standing(trade, number) == ("pending", 0, 0)
    genuine = trade.callback(number)
    assert trade.merchant.deliver(genuine.headers, genuine.body).status == 200
    assert standing(trade, number) == ("paid", 1, 1990)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount": {"total": 1989, "payer_total": 1989, "currency": "CNY"}}, 400),
        ({"amount": {"total": 1991, "payer_total": 1991, "currency": "CNY"}}, 400),
        ({"amount": {"total": 1990, "payer_total": 1990, "currency": "USD"}}, 400),
        ({"amount": {"total": 1990}}, 400),
        ({"amount": {"total": "1990", "currency": "CNY"}}, 400),
        ({"amount": None}, 400),
        ({"mchid": "1900000001"}, 400),
        ({"appid": "wx0000000000000000"}, 400),
        ({"transaction_id": None}, 400),
        ({"out_trade_no": "GL20260101000000AAAA"}, 404),
        ({"out_trade_no": None}, 400),
        ({"trade_state": "NOTPAY"}, 400),
        ({"trade_state": "REFUND"}, 400),
        ({"trade_state": "success"}, 400),
        ({"trade_state": "PAID"}, 400),
    ],
)
def test_a_truly_signed_callback_that_does_not_fit_never_credits(
    trade: Trade, changes: dict[str, object], status: int
) -> None:
    number = trade.order("19.90")
    odd = trade.callback(number, **changes)
    assert trade.merchant.deliver(odd.headers, odd.body).status == status
    assert standing(trade, number) == ("pending", 0, 0)


def test_a_mismatch_is_put_before_a_person(trade: Trade) -> None:
    number = trade.order("19.90")
    odd = trade.callback(number, amount={"total": 1, "payer_total": 1, "currency": "CNY"})
    trade.merchant.deliver(odd.headers, odd.body)
    assert "金额不符" in trade.books(number).attention


def test_members_it_does_not_know_are_tolerated(trade: Trade) -> None:
    number = trade.order("19.90")
    new = trade.callback(number, brand_new={"a": [1, None]})
    assert trade.merchant.deliver(new.headers, new.body).status == 200
    assert standing(trade, number) == ("paid", 1, 1990)


def test_a_payment_that_calls_itself_a_refund_is_neither(trade: Trade) -> None:
    number = trade.order("19.90")
    other = build(issuer_of(trade.levers), trade.resource(number), event_type="REFUND.SUCCESS")
    assert trade.merchant.deliver(other.headers, other.body).status == 400
    assert standing(trade, number) == ("pending", 0, 0)


def test_an_event_of_another_kind_is_acknowledged_and_changes_nothing(trade: Trade) -> None:
    number = trade.order("19.90")
    resource = trade.resource(number)
    for kind in ("SOMETHING.NEW", "COMPLAINT.CREATE"):
        other = build(issuer_of(trade.levers), resource, event_type=kind)
        assert trade.merchant.deliver(other.headers, other.body).status == 200
    assert standing(trade, number) == ("pending", 0, 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml><return_code>SUCCESS</return_code></xml>", b"[" * 50_000, b"\xff\xfe", b"{}" * 1_000_000],
    ids=["empty", "v2-xml", "nested", "no-text", "two-megabytes"],
)
def test_rubbish_is_refused_and_the_shop_stays_up(trade: Trade, body: bytes) -> None:
    number = trade.order("19.90")
    genuine = trade.callback(number)
    answer = trade.merchant.deliver(genuine.headers, body)
    assert answer.status in (401, 413)
    assert trade.merchant.deliver(genuine.headers, genuine.body).status == 200


def test_the_largest_allowed_body_is_read_and_one_byte_more_is_not(trade: Trade) -> None:
    assert trade.merchant.deliver((), b"x" * LARGEST_BODY).status == 401
    assert trade.merchant.deliver((), b"x" * (LARGEST_BODY + 1)).status == 413


@pytest.mark.parametrize("signed", [b"", b"[]", b"null", b'{"event_type":"TRANSACTION.SUCCESS"}'])
def test_a_truly_signed_body_that_is_no_notice_is_refused_or_ignored(
    still_shop: Shop, levers: LeversClient, signed: bytes
) -> None:
    odd = sign(issuer_of(levers), signed)
    assert still_shop.callbacks.receive(odd.headers, odd.body).status == 400


def test_the_answer_does_not_wait_for_slow_work(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    number = trade.order("19.90")
    released = threading.Event()
    monkeypatch.setattr(trade.running.shop.confirmations, "_write", lambda _: released.wait(30))
    genuine = trade.callback(number)
    try:
        assert trade.merchant.deliver(genuine.headers, genuine.body).accepted
        assert trade.running.shop.confirmations.letter(number) is None
    finally:
        released.set()
    trade.running.shop.confirmations.wait_until_idle()


@pytest.fixture
def genuine(still_shop: Shop, levers: LeversClient) -> tuple[str, Callback]:
    """An order in a shop that serves nobody, and its genuine callback."""
    record = still_shop.book.latest_or_new(
        "shopper@example.com",
        "a",
        reusable=lambda record: True,
        make=lambda generation: OrderRecord(
            out_trade_no="GL20260101000000AAAA",
            account="shopper@example.com",
            order_id="a",
            generation=generation,
            goods="custom",
            description="日票",
            amount=Fen(1990),
            kind=PaymentType.QR,
            time_expire=wire_now(),
            created=wire_now(),
        ),
    )
    keys = levers.keys()
    resource: dict[str, object] = {
        "mchid": keys.mchid,
        "appid": keys.appid,
        "out_trade_no": record.out_trade_no,
        "transaction_id": "4200000000202601010000000001",
        "trade_state": "SUCCESS",
        "success_time": "2026-01-01T12:00:00+08:00",
        "amount": {"total": 1990, "payer_total": 1990, "currency": "CNY"},
    }
    return record.out_trade_no, build(issuer_of(levers), resource)


def kept(shop: Shop, number: str) -> tuple[str, int]:
    record = shop.book.get(number)
    assert record is not None
    return (record.status, record.credits)


@sampling(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_one_changed_byte_is_refused(
    still_shop: Shop, genuine: tuple[str, Callback], data: st.DataObject
) -> None:
    number, callback = genuine
    at = data.draw(st.integers(0, len(callback.body) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = callback.body[:at] + bytes([callback.body[at] ^ flip]) + callback.body[at + 1 :]
    assert still_shop.callbacks.receive(callback.headers, changed).status == 401
    assert kept(still_shop, number) == ("pending", 0)


@sampling(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_signature_header_is_refused(
    still_shop: Shop, genuine: tuple[str, Callback], data: st.DataObject
) -> None:
    number, callback = genuine
    signing = [i for i, (name, _) in enumerate(callback.headers) if name.startswith("Wechatpay-")]
    which = data.draw(st.sampled_from(signing))
    name, value = callback.headers[which]
    printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=400)
    headers = list(callback.headers)
    headers[which] = (name, data.draw(printable.filter(lambda other: other != value)))
    assert still_shop.callbacks.receive(headers, callback.body).status == 401
    assert kept(still_shop, number) == ("pending", 0)


def test_the_unchanged_one_is_accepted(still_shop: Shop, genuine: tuple[str, Callback]) -> None:
    number, callback = genuine
    assert still_shop.callbacks.receive(callback.headers, callback.body).status == 200
    assert kept(still_shop, number) == ("paid", 1)
