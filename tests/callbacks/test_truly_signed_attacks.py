"""Attacks that the platform itself signed: only who reads on refuses them; each is wrong in one thing."""

from __future__ import annotations

import json

import pytest

from harness.callbacks.apiv3.attacks import ATTACKS, VARIATIONS
from harness.callbacks.attack import Attack, differs
from harness.callbacks.callback import Issuer
from harness.callbacks.envelope.attacks import ATTACKS as ENVELOPE_ATTACKS
from harness.callbacks.envelope.attacks import VARIATIONS as ENVELOPE_VARIATIONS
from harness.callbacks.harm import harm_of
from harness.core.errors import SignatureInvalid
from harness.core.payment import TradeState
from harness.signing import envelope
from harness.signing.wechat_v3 import Verifier, decrypt_resource

Resource = dict[str, object]


def of(control: str, attacks: tuple[Attack, ...] = ATTACKS) -> list[Attack]:
    return [attack for attack in attacks if attack.control == control]


def each(attacks: list[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=lambda attack: attack.id)


def opened(issuer: Issuer, body: bytes) -> Resource:
    told: Resource = json.loads(decrypt_resource(issuer.apiv3_key, json.loads(body)["resource"]))
    return told


@each([*of("CBK-08"), *of("CBK-09"), *of("CBK-10"), *of("CBK-14")])
def test_its_signature_holds(attack: Attack, issuer: Issuer, verifier: Verifier, resource: Resource) -> None:
    forged = attack.forge(issuer, resource)
    verifier.verify(forged.headers, forged.body)


@each([attack for attack in of("CBK-08") if "algorithm" not in attack.id])
def test_a_spoilt_seal_does_not_open(attack: Attack, issuer: Issuer, resource: Resource) -> None:
    with pytest.raises(SignatureInvalid):
        opened(issuer, attack.forge(issuer, resource).body)


@each([*of("CBK-09"), *of("CBK-10")])
def test_one_member_of_the_payment_is_wrong(attack: Attack, issuer: Issuer, resource: Resource) -> None:
    told = opened(issuer, attack.forge(issuer, resource).body)
    wrong = {name for name in resource if told.get(name) != resource[name]} - {"trade_state_desc"}
    assert len(wrong) == 1
    assert attack.may_be_acknowledged


@pytest.mark.parametrize(("attacks", "prefix"), [(ATTACKS, ""), (ENVELOPE_ATTACKS, "envelope-")])
def test_every_state_but_success_is_tried_and_one_that_is_unknown(
    attacks: tuple[Attack, ...], prefix: str
) -> None:
    tried = {attack.id for attack in of("CBK-10", attacks)}
    others = {state.value.lower() for state in TradeState if state is not TradeState.SUCCESS}
    assert {f"{prefix}state-{state}" for state in (*others, "unknown", "missing")} <= tried


@each([*of("CBK-09", ENVELOPE_ATTACKS), *of("CBK-10", ENVELOPE_ATTACKS)])
def test_an_envelope_is_signed_over_what_is_wrong(attack: Attack, issuer: Issuer, resource: Resource) -> None:
    members = json.loads(attack.forge(issuer, resource).body)
    key = issuer.mcp_private_key.public_key()
    assert envelope.verify_rsa2(key, members, members["signature"])


@each([*of("CBK-15"), *of("CBK-15", ENVELOPE_ATTACKS)])
def test_a_replay_carries_the_earlier_payment_and_names_the_other_order_beside_it(
    attack: Attack, issuer: Issuer, resource: Resource
) -> None:
    earlier = {**resource, "out_trade_no": "order-paid-before"}
    forged = attack.change(attack.original(issuer, resource, earlier))
    assert str(resource["out_trade_no"]).encode() in forged.body
    if "resource" in json.loads(forged.body):
        assert opened(issuer, forged.body) == earlier
    else:
        assert json.loads(forged.body)["outTradeNo"] == "order-paid-before"


@each([*VARIATIONS])
def test_a_rare_shape_is_signed_and_tells_of_the_same_payment(
    attack: Attack, issuer: Issuer, verifier: Verifier, resource: Resource
) -> None:
    original = attack.original(issuer, resource)
    sent = attack.change(original)
    verifier.verify(sent.headers, sent.body)
    assert opened(issuer, sent.body).items() >= resource.items()
    assert differs(sent, original.callback)


@each([*ENVELOPE_VARIATIONS])
def test_a_rare_envelope_is_signed_and_tells_of_the_same_payment(
    attack: Attack, issuer: Issuer, resource: Resource
) -> None:
    members = json.loads(attack.forge(issuer, resource).body)
    assert envelope.verify_rsa2(issuer.mcp_private_key.public_key(), members, members["signature"])
    assert (members["outTradeNo"], members["totalAmount"]) == (resource["out_trade_no"], 1990)


@pytest.mark.parametrize("control", sorted({each.control for each in (*ATTACKS, *ENVELOPE_ATTACKS)}))
def test_what_a_forgery_could_do_is_told_in_both_languages(control: str) -> None:
    told = harm_of(control)
    assert len(told.en.split()) >= 20
    assert len(told.zh) >= 30
    assert told.en != told.zh
