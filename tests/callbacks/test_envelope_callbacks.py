"""The envelope's notification is genuine, and every forged one is refused by a complete verifier."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from harness.callbacks.apiv3.attacks import ATTACKS as CLASSIC_ATTACKS
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.envelope.attacks import ATTACKS
from harness.callbacks.envelope.genuine import build, compose, notice, signed
from harness.signing import keys
from harness.signing.envelope import SIGNATURE, WINDOW_MS, verify_rsa2

if TYPE_CHECKING:
    from tests.callbacks.conftest import Inbox

UNVERIFIED = [attack for attack in ATTACKS if attack.control in ("CBK-07", "CBK-17")]
STATES = {
    "envelope-other-key-says-closed": "CLOSED",
    "envelope-other-key-says-failed": "PAYERROR",
    "envelope-other-key-says-refunded": "REFUND",
}
"""Attacks that say something else than that the order is paid."""
every_attack = pytest.mark.parametrize("attack", UNVERIFIED, ids=lambda attack: attack.id)


def accepts(issuer: Issuer, callback: Callback) -> bool:
    """What a complete verifier says: signed by the platform, now, and a payment at the top level."""
    members = json.loads(callback.body)
    timestamp = members.get("timestamp")
    return (
        verify_rsa2(issuer.mcp_private_key.public_key(), members, members.get(SIGNATURE))
        and isinstance(timestamp, int)
        and abs(time.time() * 1000 - timestamp) <= WINDOW_MS
        and members.get("status") == "SUCCESS"
    )


def test_a_genuine_notification_is_accepted_and_tells_the_payment(
    issuer: Issuer, resource: dict[str, object]
) -> None:
    callback = build(issuer, resource)
    assert accepts(issuer, callback)
    told = json.loads(callback.body)
    assert (told["notifyType"], told["outTradeNo"], told["totalAmount"], told["status"]) == (
        "payment",
        "order-20261123-001",
        1990,
        "SUCCESS",
    )
    assert told["transactionId"] == told["paymentId"] == "4200001234202611231234567890"
    assert told["paidTime"] == "2026-11-23T12:30:00+08:00"
    assert not any(name.lower().startswith("wechatpay-") for name, _ in callback.headers)


def test_a_note_and_the_payer_travel_where_nothing_is_signed(resource: dict[str, object]) -> None:
    assert notice({**resource, "attach": "桌号 7"})["extraData"] == {
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "attach": "桌号 7",
    }


def test_each_delivery_is_signed_afresh(issuer: Issuer, resource: dict[str, object]) -> None:
    body = compose(issuer, resource)
    first, second = (json.loads(signed(issuer, body, timestamp=moment).body) for moment in (1, 2))
    assert first[SIGNATURE] != second[SIGNATURE]
    assert "timestamp" not in json.loads(body)


@every_attack
def test_a_complete_verifier_refuses_it(attack: Attack, issuer: Issuer, resource: dict[str, object]) -> None:
    assert not accepts(issuer, attack.forge(issuer, resource))


@every_attack
def test_it_carries_the_payment_so_accepting_it_would_credit_money(
    attack: Attack, issuer: Issuer, resource: dict[str, object]
) -> None:
    body = attack.forge(issuer, resource).body.decode()
    assert f'"status":"{STATES.get(attack.id, "SUCCESS")}"' in body
    assert "order-20261123-001" in body
    assert "4200001234202611231234567890" in body


@every_attack
def test_it_arrives_over_http_as_it_was_forged(
    attack: Attack, issuer: Issuer, resource: dict[str, object], inbox: Inbox
) -> None:
    forged = attack.forge(issuer, resource)
    httpx.post(inbox.url, headers=list(forged.headers), content=forged.body, trust_env=False, timeout=5)
    assert inbox.received[-1][1] == forged.body


def test_the_window_is_what_the_stale_ones_leave(issuer: Issuer, resource: dict[str, object]) -> None:
    now = int(time.time() * 1000)
    assert accepts(issuer, build(issuer, resource, timestamp=now - WINDOW_MS + 5000))
    assert accepts(issuer, build(issuer, resource, timestamp=now + WINDOW_MS - 5000))


def test_every_attack_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [attack.id for attack in (*CLASSIC_ATTACKS, *ATTACKS)]
    assert len(set(names)) == len(names)
    for attack in ATTACKS:
        assert re.fullmatch(r"envelope-[a-z0-9-]+", attack.id)
        assert attack.text.zh
        assert attack.text.en


def test_only_the_mcp_platforms_key_counts(issuer: Issuer, resource: dict[str, object]) -> None:
    other = replace(issuer, mcp_private_key=keys.generate())
    assert accepts(other, build(other, resource))
    assert not accepts(issuer, build(other, resource))
    assert accepts(issuer, build(replace(issuer, private_key=other.mcp_private_key), resource))
