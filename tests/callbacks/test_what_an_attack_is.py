"""An attack is its order's own genuine callback with one thing changed, and that change arrives."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import SIGNATURE, header, with_header
from harness.callbacks.attack import Attack, differs
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import every_form

if TYPE_CHECKING:
    from tests.callbacks.conftest import Told

EVERY = [
    pytest.param(form.row.id, attack, id=attack.id)
    for form in every_form()
    for attack in form.attacks.ATTACKS
]
ON_SIGNATURES = ("CBK-02", "CBK-03", "CBK-04", "CBK-05", "CBK-06", "CBK-17")
OF_SIGNATURES = [
    pytest.param(attack, id=attack.id)
    for form in every_form()
    if form.row.id in ("apiv3", "envelope")
    for control in ON_SIGNATURES
    for attack in form.attacks_for(control)
]
COMPOSED = {"id", "create_time", "resource"}
"""What is other in a notification that says something else."""
SIGNED = {"signature", "timestamp"}


@pytest.mark.parametrize(("form", "attack"), EVERY)
def test_it_differs_on_the_wire_from_what_it_starts_from(
    form: str, attack: Attack, issuer: Issuer, told_in: Told
) -> None:
    original = attack.original(issuer, told_in(form))
    assert differs(attack.change(original), original.callback)


@pytest.mark.parametrize("attack", OF_SIGNATURES)
def test_all_but_what_is_attacked_is_the_original_itself(
    attack: Attack, issuer: Issuer, resource: dict[str, object]
) -> None:
    original = attack.original(issuer, resource)
    forged = attack.change(original)
    if attack.control == "CBK-17":
        before, after = json.loads(original.callback.body), json.loads(forged.body)
        inside = after.get("data", {})  # what is moved elsewhere is changed in its place only
        kept = [name for name in before if after.get(name, inside.get(name)) == before[name]]
        assert len(before.keys() - SIGNED - set(kept)) <= 1
    else:
        before, after = json.loads(original.callback.body), json.loads(forged.body)
        retold = COMPOSED if "-says-" in attack.id else set()
        assert {name for name in before.keys() | after.keys() if before[name] != after[name]} <= retold
        if not retold:
            assert forged.body == original.callback.body
        changed = {name.lower() for name, value in set(original.callback.headers) ^ set(forged.headers)}
        assert {name for name in changed if not name.startswith("wechatpay-")} == set()


@pytest.mark.parametrize(
    "spelling",
    [
        lambda callback: with_header(callback, SIGNATURE, f" {header(callback, SIGNATURE)}\t"),
        lambda callback: with_header(callback, SIGNATURE.upper(), header(callback, SIGNATURE)),
        lambda callback: replace(callback, headers=tuple(reversed(callback.headers))),
    ],
    ids=["blanks around the value", "letters of the name", "order of the lines"],
)
def test_what_http_does_away_with_is_no_difference(
    spelling: object, issuer: Issuer, resource: dict[str, object]
) -> None:
    callback = build(issuer, resource)
    assert callable(spelling)
    assert not differs(spelling(callback), callback)


def test_a_header_given_twice_differs_and_only_its_exact_double_is_harmless() -> None:
    twice = [
        attack
        for form in every_form()
        for attack in form.attacks.ATTACKS
        if "-twice" in attack.id and form.row.id == "apiv3"
    ]
    harmless = {attack.id for attack in twice if attack.harmless}
    assert harmless == {attack.id for attack in twice if attack.id.endswith("-twice")}
    assert len(harmless) == 4
