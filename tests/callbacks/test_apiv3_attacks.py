"""Every attack is refused by a complete verifier, arrives as forged, and would hurt if accepted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.callbacks.apiv3.attacks import ATTACKS
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import REQUIRED, SIGNATURE, SIGNATURE_TYPE, header, without_header
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.core.errors import SignatureInvalid
from harness.core.payment import TRADE_STATE_DESC
from harness.signing.wechat_v3 import PROBE_PREFIX, Verifier, decrypt_resource

if TYPE_CHECKING:
    from tests.callbacks.conftest import Inbox

FORM = form_of("apiv3")
ON_HEADERS = ("CBK-02", "CBK-03", "CBK-04", "CBK-05", "CBK-06")
"""What is wrong is in the signature's headers alone."""
UNVERIFIED = (*ON_HEADERS, "CBK-07")
STATES = {
    "other-key-says-closed": "CLOSED",
    "other-key-says-failed": "PAYERROR",
    "other-key-says-refunded": "REFUND",
}
"""Attacks that say something else than that the order is paid."""
CONTROLS = (*UNVERIFIED, "CBK-08", "CBK-09", "CBK-10", "CBK-13", "CBK-14", "CBK-15")
every_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)


def attacks_of(controls: tuple[str, ...]) -> list[Attack]:
    return [attack for attack in ATTACKS if attack.control in controls]


every_unverified = pytest.mark.parametrize("attack", attacks_of(UNVERIFIED), ids=lambda attack: attack.id)
every_on_headers = pytest.mark.parametrize("attack", attacks_of(ON_HEADERS), ids=lambda attack: attack.id)


@every_unverified
def test_a_complete_verifier_refuses_it(
    attack: Attack, issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    forged = attack.forge(issuer, resource)
    with pytest.raises(SignatureInvalid):
        verifier.verify(forged.headers, forged.body)


@every_on_headers
def test_it_carries_a_payment_so_accepting_it_would_credit_money(
    attack: Attack, issuer: Issuer, resource: dict[str, object]
) -> None:
    sealed = json.loads(attack.forge(issuer, resource).body)["resource"]
    says = json.loads(decrypt_resource(issuer.apiv3_key, sealed))
    state = STATES.get(attack.id, "SUCCESS")
    assert says == {**resource, "trade_state": state, "trade_state_desc": TRADE_STATE_DESC[state]}


def test_what_carries_no_payment_would_end_an_order() -> None:
    assert {attack.id for attack in ATTACKS if attack.id.startswith("other-key-says-")} == STATES.keys()


@every_attack
def test_it_arrives_over_http_as_it_was_forged(
    attack: Attack, issuer: Issuer, resource: dict[str, object], inbox: Inbox
) -> None:
    forged = attack.forge(issuer, resource)
    httpx.post(inbox.url, headers=list(forged.headers), content=forged.body, trust_env=False, timeout=5)
    headers, body = inbox.received[-1]
    assert body == forged.body
    assert signature_lines(headers) == signature_lines(forged.headers)


def signature_lines(headers: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers if name.lower().startswith("wechatpay-")]


@every_on_headers
def test_it_differs_from_the_genuine_callback_in_its_signature_headers_only(
    attack: Attack, issuer: Issuer, resource: dict[str, object]
) -> None:
    def others(lines: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        return [line for line in lines if not line[0].lower().startswith("wechatpay-")]

    forged, genuine = attack.forge(issuer, resource), build(issuer, resource)
    assert others(forged.headers) == others(genuine.headers)
    assert json.loads(forged.body).keys() == json.loads(genuine.body).keys()


def test_ids_are_kebab_case_and_unique() -> None:
    ids = [attack.id for attack in ATTACKS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each) for each in ids)


def test_every_attack_says_what_it_does_in_both_languages() -> None:
    for attack in ATTACKS:
        assert re.search(r"[\u4e00-\u9fff]", attack.text.zh), attack.id
        assert attack.text.en.isascii(), attack.id
        assert attack.text.en, attack.id
    assert len({attack.text.en for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("control", CONTROLS)
def test_each_control_has_its_attacks(control: str) -> None:
    attacks = FORM.attacks_for(control)
    assert attacks
    assert {attack.control for attack in attacks} == {control}


def test_every_attack_belongs_to_one_of_these_controls() -> None:
    assert sorted(each.id for control in CONTROLS for each in FORM.attacks_for(control)) == sorted(
        attack.id for attack in ATTACKS
    )


def test_a_control_without_attacks_has_none() -> None:
    assert FORM.attacks_for("CFG-01") == ()


def test_each_required_header_is_missing_empty_and_repeated_once() -> None:
    ids = {attack.id for attack in FORM.attacks_for("CBK-06")}
    for name in REQUIRED:
        word = name.removeprefix("Wechatpay-").lower()
        for flaw in ("missing", "empty", "twice", "twice-real-first", "twice-real-last"):
            assert f"{word}-{flaw}" in ids


def test_every_probe_starts_as_the_platforms_do(issuer: Issuer, resource: dict[str, object]) -> None:
    for attack in FORM.attacks_for("CBK-03"):
        assert header(attack.forge(issuer, resource), SIGNATURE).startswith(PROBE_PREFIX)


def test_a_missing_signature_type_alone_is_no_attack(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    callback = without_header(build(issuer, resource), SIGNATURE_TYPE)
    verifier.verify(callback.headers, callback.body)


def test_wrong_moments_fail_for_their_moment_alone(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    for attack in FORM.attacks_for("CBK-04"):
        forged = attack.forge(issuer, resource)
        with pytest.raises(SignatureInvalid, match="Wechatpay-Timestamp"):
            verifier.verify(forged.headers, forged.body)


amounts = st.integers(1, 100_000_000)
names = st.text(st.characters(codec="utf-8"), max_size=127)


@settings(max_examples=60, deadline=None)
@given(total=amounts, attach=names, attack=st.sampled_from(attacks_of(UNVERIFIED)))
def test_no_attack_verifies_whatever_it_carries(
    *,
    issuer: Issuer,
    verifier: Verifier,
    resource: dict[str, object],
    total: int,
    attach: str,
    attack: Attack,
) -> None:
    carried = {**resource, "attach": attach, "amount": {"total": total, "currency": "CNY"}}
    forged = attack.forge(issuer, carried)
    with pytest.raises(SignatureInvalid):
        verifier.verify(forged.headers, forged.body)
    genuine = build(issuer, carried)
    verifier.verify(genuine.headers, genuine.body)
