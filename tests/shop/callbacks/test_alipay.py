"""Alipay's notifies: only what Alipay signed, of our application and account, credits an order, and once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.callbacks.alipay.form_body import letter, members_of
from harness.callbacks.alipay.genuine import compose, signed, told
from harness.callbacks.attack import Attack
from harness.callbacks.forms import form_of
from harness.callbacks.mutations import Series
from harness.core.money import Fen
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.callbacks.alipay import NoAlipay, open_reader
from harness.shop.practices import Practices
from tests.shop.alipay_desk import TAKEN, Desk, desk, wechat_alone

FORM = form_of("alipay")
KNOWN_EVENTS = {
    "alipay-state-closed",
    "alipay-state-waiting",
    "alipay-closed-unpaid",
    "alipay-refunded-in-part",
    "alipay-refunded-in-part-with-amounts",
    "alipay-refunded-in-full",
    "alipay-event-of-tomorrow",
}
"""Truly signed, and of no use to this shop: answered so that they are not sent again."""
TAKEN_OVER = {*KNOWN_EVENTS, "alipay-replay-under-another-number"}
"""The last is a notify of the earlier order once more, which is nothing new to this shop."""
MUTATIONS = 1200


@pytest.fixture(scope="module")
def shop() -> Iterator[Desk]:
    with desk(Practices()) as opened:
        yield opened


def each(attacks: tuple[Attack, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=lambda attack: attack.id)


def test_a_genuine_one_is_credited_and_answered_with_seven_letters(shop: Desk) -> None:
    number = shop.order()
    reply = shop.receive(shop.genuine(number))
    assert (reply.status, reply.body, reply.media_type) == (200, b"success", "text/plain")
    assert shop.standing(number) == ("paid", 1, 1990)


def test_twenty_at_once_and_a_resend_are_credited_once(shop: Desk) -> None:
    number = shop.order()
    body = compose(shop.issuer, shop.resource(number))
    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda _: shop.takes(signed(shop.issuer, body)), range(20)))
    assert all(taken)
    assert shop.takes(shop.genuine(number)), "another notify of the same event"
    assert shop.standing(number) == ("paid", 1, 1990)


@each(FORM.attacks.ATTACKS)
def test_an_attack_credits_nothing_and_the_genuine_one_is_taken_afterwards(
    shop: Desk, attack: Attack
) -> None:
    number, earlier = shop.order(), shop.order()
    assert shop.takes(shop.genuine(earlier))
    original = attack.original(shop.issuer, shop.resource(number), shop.resource(earlier))
    assert shop.takes(attack.change(original)) is (attack.id in TAKEN_OVER)
    assert shop.standing(number) == ("pending", 0, 0)
    assert shop.standing(earlier) == ("paid", 1, 1990)
    assert shop.takes(shop.genuine(number))
    assert shop.standing(number) == ("paid", 1, 1990)


@each(FORM.variations)
def test_a_genuine_one_in_a_rare_shape_is_credited(shop: Desk, attack: Attack) -> None:
    number = shop.order()
    assert shop.takes(attack.forge(shop.issuer, shop.resource(number)))
    assert shop.standing(number) == ("paid", 1, 1990)


def test_no_mutation_is_believed(shop: Desk) -> None:
    assert FORM.mutations is not None
    number = shop.order()
    genuine = shop.genuine(number)
    series = Series(FORM.mutations, 7)
    believed = [each.said for each in series.take(genuine, MUTATIONS) if shop.takes(each.of(genuine))]
    assert believed == []
    assert shop.standing(number) == ("pending", 0, 0)
    assert shop.takes(genuine)


def test_a_refund_changes_nothing_of_an_order_that_was_credited(shop: Desk) -> None:
    number = shop.order()
    assert shop.takes(shop.genuine(number))
    for attack in (each for each in FORM.attacks.ATTACKS if each.id in KNOWN_EVENTS):
        assert shop.takes(attack.forge(shop.issuer, shop.resource(number)))
    assert shop.standing(number) == ("paid", 1, 1990)


def test_money_is_compared_as_a_number_and_to_the_fen(shop: Desk) -> None:
    number = shop.order(Fen(2000))
    members = {
        **members_of(compose(shop.issuer, shop.resource(number))),
        "notify_time": "2026-11-05 14:05:12",
    }
    assert not shop.takes(told(shop.issuer, {**members, "total_amount": "20.001"}))
    assert not shop.takes(told(shop.issuer, {**members, "total_amount": "19.99"}))
    assert shop.standing(number) == ("pending", 0, 0)
    assert shop.takes(told(shop.issuer, {**members, "total_amount": "20"}))
    assert shop.standing(number) == ("paid", 1, 2000)


def test_an_empty_member_is_not_signed_and_does_no_harm(shop: Desk) -> None:
    number = shop.order()
    members = {**members_of(shop.genuine(number).body), "passback_params": ""}
    assert shop.takes(letter(members))
    assert shop.standing(number) == ("paid", 1, 1990)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form"]
)
def test_only_a_form_is_read_as_one(shop: Desk, kind: str) -> None:
    number = shop.order()
    genuine = shop.genuine(number)
    reply = shop.receiver.receive((("Content-Type", kind),), genuine.body)
    assert (reply.status, reply.body) != TAKEN
    assert shop.standing(number) == ("pending", 0, 0)


def test_a_merchant_without_alipay_reads_no_form(shop: Desk) -> None:
    reader = open_reader(Settings.load(EnvFile.of(dict(wechat_alone()))), Practices())
    genuine = shop.genuine(shop.order())
    assert isinstance(reader, NoAlipay)
    assert not reader.recognises(genuine.headers, genuine.body)
