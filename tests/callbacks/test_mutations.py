"""Mutations are distinct, never inert, had again by their seed, and refused by a complete verifier."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from harness.callbacks.alipay.form_body import pairs_of
from harness.callbacks.attack import differs
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import Form, every_form
from harness.callbacks.mutations import Mutation, Series, mutation, replaced, same_signature, upper_bound
from harness.core.errors import SignatureInvalid
from harness.signing.alipay import NotifyVerifier
from harness.signing.envelope import verify_rsa2
from harness.signing.wechat_v3 import Verifier

if TYPE_CHECKING:
    from tests.callbacks.conftest import Told

FORMS = [form for form in every_form() if form.mutations is not None]
every = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.row.id)
COUNT = 1000


def taken(form: Form, genuine: Callback, first: int = 7) -> list[Mutation]:
    assert form.mutations is not None
    series = Series(form.mutations, first)
    return [each for _ in range(10) for each in series.take(genuine, COUNT // 10)]


def is_refused(issuer: Issuer, verifier: Verifier, callback: Callback) -> bool:
    if any(name == "Wechatpay-Serial" for name, _ in callback.headers) or len(callback.headers) > 6:
        try:
            verifier.verify(callback.headers, callback.body)
        except SignatureInvalid:
            return True
        return False
    if any("x-www-form-urlencoded" in value for _, value in callback.headers):
        return not alipay_believes(issuer, callback)
    members = json.loads(callback.body)
    return not verify_rsa2(issuer.mcp_private_key.public_key(), members, members.get("signature"))


def alipay_believes(issuer: Issuer, callback: Callback) -> bool:
    assert issuer.alipay_private_key is not None
    verifier = NotifyVerifier(issuer.alipay_private_key.public_key())
    pairs = pairs_of(callback.body)
    try:
        verifier.verify(dict(pairs))
    except SignatureInvalid:
        return False
    return len(dict(pairs)) == len(pairs)


def test_every_form_can_be_mutated() -> None:
    assert {form.row.id for form in FORMS} >= {"alipay", "apiv3", "envelope"}


@every
def test_a_thousand_are_distinct_and_none_is_the_genuine_callback(
    form: Form, issuer: Issuer, told_in: Told
) -> None:
    genuine = form.genuine.build(issuer, told_in(form.row.id))
    found = taken(form, genuine)
    assert len({each.said for each in found}) == COUNT
    assert len({each.seed for each in found}) == COUNT
    assert all(differs(each.of(genuine), genuine) for each in found)


@every
def test_a_complete_verifier_refuses_each(
    form: Form, issuer: Issuer, verifier: Verifier, told_in: Told
) -> None:
    genuine = form.genuine.build(issuer, told_in(form.row.id))
    assert not is_refused(issuer, verifier, genuine)
    believed = [
        each.said for each in taken(form, genuine) if not is_refused(issuer, verifier, each.of(genuine))
    ]
    assert believed == []


@every
def test_a_mutation_is_had_again_by_its_seed(form: Form, issuer: Issuer, told_in: Told) -> None:
    assert form.mutations is not None
    genuine = form.genuine.build(issuer, told_in(form.row.id))
    for each in taken(form, genuine)[:100]:
        again = mutation(form.mutations.draw, each.seed)
        assert (again.said, again.of(genuine)) == (each.said, each.of(genuine))


@every
def test_the_same_seed_changes_another_genuine_callback_too(
    form: Form, issuer: Issuer, told_in: Told
) -> None:
    first = form.genuine.build(issuer, told_in(form.row.id))
    other = form.genuine.build(issuer, {**told_in(form.row.id), "out_trade_no": "order-20261123-002"})
    assert all(differs(each.of(other), other) for each in taken(form, first) if len(each.edits) == 1)


def test_what_fails_is_shrunk_to_the_edit_that_matters() -> None:
    (form,) = (each for each in FORMS if each.row.id == "apiv3")
    assert form.mutations is not None
    many = next(
        each for each in (mutation(form.mutations.draw, seed) for seed in range(1000)) if len(each.edits) == 3
    )
    culprit = many.edits[1]
    assert many.shrunk(lambda each: culprit in each.edits).edits == (culprit,)
    assert many.shrunk(lambda each: False) == many


def test_the_bound_is_the_exact_one_and_close_to_three_by_n() -> None:
    assert upper_bound(0) == 1.0
    assert upper_bound(1000) == pytest.approx(0.00299, abs=0.00001)
    assert all(upper_bound(one) > upper_bound(more) for one, more in pairwise((1, 10, 100, 1000)))


def test_one_letter_is_replaced_by_another_one() -> None:
    for at in (0.0, 0.5, 0.99):
        changed = replaced("0000", at, "0123456789")
        assert sum(one != other for one, other in zip(changed, "0000", strict=True)) == 1
    assert replaced("", 0.3, "ab") == "a"


def test_a_signature_spelt_laxly_is_the_same_signature() -> None:
    assert same_signature("QUJD RA==", "QUJDRA")
    assert same_signature("QUJDRA==", "QUJDRB==")
    assert not same_signature("QUJDRA==", "QUJERA==")
