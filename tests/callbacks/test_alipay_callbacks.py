"""Alipay's notify is genuine, each forged one is refused by a complete verifier or says something else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from harness.callbacks.alipay.form_body import encoded, members_of, pairs_of
from harness.callbacks.alipay.genuine import alipay_key, build, compose, signed
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import every_form, form_of
from harness.callbacks.harm import harm_of
from harness.core.errors import HarnessError, SignatureInvalid
from harness.signing import keys
from harness.signing.alipay import SIGN, NotifyVerifier, notify_text, sign_notify

if TYPE_CHECKING:
    from tests.callbacks.conftest import Inbox

FORM = form_of("alipay")
TRULY_SIGNED = [each for each in FORM.attacks.ATTACKS if each.may_be_acknowledged]
READ_DIFFERENTLY = {"alipay-boundary-moved", "alipay-number-twice-first", "alipay-number-twice-last"}
"""Whether the signature holds is a question of who reads the members, and how."""
HARMLESS = [each for each in FORM.attacks.ATTACKS if each.harmless]
FORGED = [each for each in FORM.attacks.ATTACKS if not each.may_be_acknowledged and not each.harmless]
SAYS_ANOTHER_STATE = {
    "alipay-other-key-says-closed": "TRADE_CLOSED",
    "alipay-other-key-says-refunded": "TRADE_CLOSED",
    "alipay-state-reworded": "TRADE_FINISHED",
}
MEMBERS = {
    *("notify_time", "notify_type", "notify_id", "charset", "version", "sign_type", "sign", "app_id"),
    *("auth_app_id", "trade_no", "out_trade_no", "trade_status", "total_amount", "receipt_amount"),
    *("invoice_amount", "buyer_pay_amount", "point_amount", "fund_bill_list", "gmt_create", "gmt_payment"),
    *("subject", "buyer_id", "seller_id"),
}
"""Of the notify of a payment (facts alipay 3.2)."""


def each(attacks: list[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=lambda attack: attack.id)


def accepts(issuer: Issuer, callback: Callback) -> bool:
    """What a complete verifier says: a form, each member once, and all of it signed by Alipay."""
    kind = dict(callback.headers)["Content-Type"]
    pairs = pairs_of(callback.body)
    members = dict(pairs)
    if not kind.startswith("application/x-www-form-urlencoded") or len(members) != len(pairs):
        return False
    try:
        verifier = NotifyVerifier(alipay_key(issuer).public_key())
        verifier.verify(members, charset="gbk" if members.get("charset") == "GBK" else "utf-8")
    except SignatureInvalid:
        return False
    return True


def test_there_is_much_to_refuse_and_some_to_credit() -> None:
    assert len(FORM.attacks.ATTACKS) >= 90
    assert len(FORM.variations) >= 12
    assert {each.control for each in FORM.attacks.ATTACKS} == {
        *("CBK-02", "CBK-06", "CBK-07", "CBK-09", "CBK-10", "CBK-13", "CBK-14", "CBK-15")
    }


def test_a_genuine_one_has_the_members_of_a_live_one_and_verifies(
    issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    callback = build(issuer, alipay_resource)
    members = members_of(callback.body)
    assert members.keys() == MEMBERS
    assert members.items() >= alipay_resource.items()
    assert (members["notify_type"], members["version"], members["sign_type"]) == (
        "trade_status_sync",
        "1.0",
        "RSA2",
    )
    assert (members["gmt_payment"], members["total_amount"]) == ("2026-11-23 12:30:00", "19.90")
    assert accepts(issuer, callback)


def test_its_body_is_encoded_as_a_live_one_is() -> None:
    body = encoded({"gmt_create": "2026-11-05 14:04:58", "subject": "海", "fund_bill_list": '[{"a":"1,2"}]'})
    assert body == (
        b"gmt_create=2026-11-05+14%3A04%3A58&subject=%E6%B5%B7&fund_bill_list=%5B%7B%22a%22%3A%221%2C2%22%7D%5D"
    )


def test_what_is_signed_is_the_text_of_the_published_sample(issuer: Issuer) -> None:
    body = b"gmt_create=2026-11-05+14%3A04%3A58&charset=utf-8&b=%5B%22x%22%5D&a=1%2B1&sign_type=RSA2&sign=x"
    assert notify_text(members_of(body)) == 'a=1+1&b=["x"]&charset=utf-8&gmt_create=2026-11-05 14:04:58'


def test_deliveries_of_one_event_share_all_but_time_and_signature(
    issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    body = compose(issuer, alipay_resource)
    first, second = (
        signed(issuer, body, at=datetime(2026, 11, 23, 4, minute, tzinfo=UTC)) for minute in (30, 34)
    )
    one, other = members_of(first.body), members_of(second.body)
    assert (one["notify_time"], other["notify_time"]) == ("2026-11-23 12:30:00", "2026-11-23 12:34:00")
    assert {name for name in one if one[name] != other[name]} == {"notify_time", SIGN}
    assert re.fullmatch(r"\d{10}222\d{6}00421\d{10}", one["notify_id"])
    assert members_of(build(issuer, alipay_resource).body)["notify_id"] != one["notify_id"]


def test_the_order_of_members_is_another_one_for_another_event(
    issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    orders = {tuple(name for name, _ in pairs_of(build(issuer, alipay_resource).body)) for _ in range(5)}
    assert len(orders) == 5


def test_only_alipays_key_signs_it(issuer: Issuer, alipay_resource: dict[str, str]) -> None:
    without = Issuer(issuer.serial, issuer.private_key, issuer.apiv3_key, issuer.mcp_private_key)
    with pytest.raises(HarnessError, match="key that Alipay signs"):
        build(without, alipay_resource)
    assert "RSA" not in repr(issuer)


@each(FORGED)
def test_a_complete_verifier_refuses_it(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    assert not accepts(issuer, attack.forge(issuer, alipay_resource))


@each([attack for attack in FORGED if attack.control != "CBK-14"])
def test_it_carries_the_payment_so_accepting_it_would_credit_money(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    body = attack.forge(issuer, alipay_resource).body
    assert b"order-20261123-001" in body
    assert SAYS_ANOTHER_STATE.get(attack.id, "TRADE_SUCCESS").encode() in body


@each([attack for attack in TRULY_SIGNED if attack.id not in READ_DIFFERENTLY])
def test_its_signature_holds_and_what_it_says_is_wrong(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    forged = attack.forge(issuer, alipay_resource)
    assert accepts(issuer, forged)
    members = members_of(forged.body)
    assert any(members.get(name) != value for name, value in alipay_resource.items()) or (
        members.keys() & {"refund_fee", "out_biz_no"}
    )


@each(
    [
        attack
        for control in ("CBK-02", "CBK-06")
        for attack in FORM.attacks_for(control)
        if "-says-" not in attack.id and attack.id != "alipay-other-key-of-another-app"
    ]
)
def test_all_but_the_signature_is_the_original_itself(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    original = attack.original(issuer, alipay_resource)
    before, after = (members_of(each.body) for each in (original.callback, attack.change(original)))
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {SIGN, "sign_type"}


@each(HARMLESS)
def test_who_takes_what_is_harmless_reads_what_alipay_said(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    original = attack.original(issuer, alipay_resource)
    forged = attack.change(original)
    assert not accepts(issuer, forged), "it is irregular"
    assert b"19.90" in forged.body
    genuine = members_of(original.callback.body)
    assert genuine["trade_no"].encode() in forged.body


@each(list(FORM.variations))
def test_a_rare_shape_is_signed_and_tells_of_the_same_payment(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    sent = attack.forge(issuer, alipay_resource)
    assert accepts(issuer, sent)
    members = members_of(sent.body)
    same = ("out_trade_no", "trade_no", "app_id", "seller_id")
    assert [members[name] for name in same] == [alipay_resource[name] for name in same]


@each(FORGED[:20])
def test_it_arrives_over_http_as_it_was_forged(
    attack: Attack, issuer: Issuer, alipay_resource: dict[str, str], inbox: Inbox
) -> None:
    forged = attack.forge(issuer, alipay_resource)
    httpx.post(inbox.url, headers=list(forged.headers), content=forged.body, trust_env=False, timeout=5)
    headers, body = inbox.received[-1]
    assert body == forged.body
    assert dict(headers)["content-type"] == dict(forged.headers)["Content-Type"]


def test_a_replay_carries_the_earlier_payment_and_names_the_other_order(
    issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    earlier = {**alipay_resource, "out_trade_no": "order-paid-before"}
    for attack in FORM.attacks_for("CBK-15"):
        forged = attack.change(attack.original(issuer, alipay_resource, earlier))
        members = members_of(forged.body)
        assert alipay_resource["out_trade_no"] in members.values()
        assert (members["out_trade_no"] == "order-paid-before") is attack.may_be_acknowledged
        assert accepts(issuer, forged) is attack.may_be_acknowledged


def test_the_apps_own_key_signs_what_a_merchant_with_the_wrong_key_believes(
    issuer: Issuer, alipay_resource: dict[str, str]
) -> None:
    (attack,) = (each for each in FORM.attacks.ATTACKS if each.id == "alipay-apps-own-key")
    assert issuer.alipay_app_key is not None
    NotifyVerifier(issuer.alipay_app_key.public_key()).verify(
        members_of(attack.forge(issuer, alipay_resource).body)
    )


def test_names_are_its_own_and_every_attack_says_what_it_does() -> None:
    names = [each.id for form in every_form() for each in (*form.attacks.ATTACKS, *form.variations)]
    assert len(set(names)) == len(names)
    for attack in (*FORM.attacks.ATTACKS, *FORM.variations):
        assert re.fullmatch(r"alipay-[a-z0-9-]+", attack.id)
        assert attack.text.zh != attack.text.en
    assert len({each.text.en for each in FORM.attacks.ATTACKS}) == len(FORM.attacks.ATTACKS)


@pytest.mark.parametrize("control", sorted({each.control for each in FORM.attacks.ATTACKS}))
def test_what_a_forgery_could_do_is_told(control: str) -> None:
    assert len(harm_of(control).en.split()) >= 20


def test_text_of_gbk_is_signed_in_gbk(issuer: Issuer) -> None:
    key = keys.generate()
    members = {"charset": "GBK", "subject": "海岛一日游"}
    sign = sign_notify(key, members, charset="gbk")
    sent = {**members, "sign_type": "RSA2", "sign": sign}
    assert members_of(encoded(sent, "GBK")) == sent
    NotifyVerifier(key.public_key()).verify(sent, charset="gbk")
    with pytest.raises(SignatureInvalid):
        NotifyVerifier(key.public_key()).verify(sent, charset="utf-8")
