"""The envelope's signature is JavaScript's, byte for byte, and signs nothing inside objects.

The vectors are made by Node itself (see vectors/make_envelope_vectors.mjs).
"""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.signing import keys
from harness.signing.envelope import (
    canonical,
    in_time,
    md5,
    message,
    sign_rsa2,
    signed,
    verify_md5,
    verify_rsa2,
)

FILE: dict[str, Any] = json.loads((Path(__file__).parent / "vectors/envelope.json").read_text("utf-8"))
PRIVATE = keys.load_private_key(FILE["private_key"])
PUBLIC = keys.load_public_key(FILE["public_key"])
VECTORS = pytest.mark.parametrize("vector", FILE["vectors"], ids=lambda vector: vector["name"])

NAMES = st.text(max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.dictionaries(NAMES, VALUES, max_size=8)


@VECTORS
def test_the_signed_bytes_are_those_of_javascript(vector: dict[str, str]) -> None:
    assert message(json.loads(vector["json"])) == base64.b64decode(vector["canonical"])


@VECTORS
def test_both_signatures_are_those_of_node(vector: dict[str, str]) -> None:
    fields = json.loads(vector["json"])
    assert sign_rsa2(PRIVATE, fields) == vector["rsa2"]
    assert verify_rsa2(PUBLIC, fields, vector["rsa2"])
    assert md5(FILE["pay_key"], fields) == vector["md5"]
    assert verify_md5(FILE["pay_key"], fields, vector["md5"])


@given(fields=MESSAGES, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(fields: dict[str, object], shuffle: random.Random) -> None:
    members = list(fields.items())
    shuffle.shuffle(members)
    assert canonical(dict(members)) == canonical(fields)


@given(fields=MESSAGES, name=NAMES, empty=st.sampled_from([None, ""]))
def test_an_empty_member_is_as_good_as_none(fields: dict[str, object], name: str, empty: str | None) -> None:
    without = {key: value for key, value in fields.items() if key != name}
    assert canonical({**without, name: empty}) == canonical(without)


@given(fields=MESSAGES, one=st.dictionaries(NAMES, SCALARS), other=st.dictionaries(NAMES, SCALARS))
def test_nothing_inside_an_object_is_signed(
    fields: dict[str, object], one: dict[str, object], other: dict[str, object]
) -> None:
    assert canonical({**fields, "data": one}) == canonical({**fields, "data": other})


@given(fields=MESSAGES, before=st.text(min_size=1), after=st.text(min_size=1))
def test_every_text_at_the_top_level_is_signed(fields: dict[str, object], before: str, after: str) -> None:
    same = canonical({**fields, "code": before}) == canonical({**fields, "code": after})
    assert same is (before == after)


@given(fields=MESSAGES, sent=st.text())
def test_the_signature_does_not_sign_itself(fields: dict[str, object], sent: str) -> None:
    assert canonical({**fields, "signature": sent}) == canonical({**fields, "signature": None})


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_means_that_number(number: float) -> None:
    assert float(canonical({"n": number}).removeprefix("n=")) == number


@given(number=st.integers(-(2**53), 2**53))
def test_a_safe_integer_is_written_as_it_is(number: int) -> None:
    assert canonical({"n": number}) == f"n={number}"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
        (-0.0, "0"),
        (2**53 + 1, "9007199254740992"),
        (10**21, "1e+21"),
    ],
)
def test_what_no_integer_can_be_is_written_as_javascript_writes_its_doubles(number: float, text: str) -> None:
    assert canonical({"n": number}) == f"n={text}"


@pytest.mark.parametrize("nested", [[None], [[None]], [None, 1], [[], None]])
def test_null_in_a_list_is_empty(nested: list[object]) -> None:
    assert "null" not in canonical({"a": nested})


def test_members_are_sorted_by_utf_16_units_half_a_pair_included() -> None:
    names = ["\uffff", "\ud83d\ude00", "\ud800", "a"]
    fields = json.loads(json.dumps(dict.fromkeys(names, 1)))
    assert canonical(fields) == "a=1&\ud800=1&\U0001f600=1&\uffff=1"


@pytest.mark.parametrize("wrong", [None, "", "null", "!", "AAAA", 0, [], {}, "签名", "\ud800"])
def test_what_is_no_signature_is_refused(wrong: object) -> None:
    assert not verify_rsa2(PUBLIC, {"a": 1}, wrong)
    assert not verify_md5("key", {"a": 1}, wrong)


def test_a_signature_by_another_key_is_refused() -> None:
    fields: dict[str, object] = {"a": 1}
    assert not verify_rsa2(PUBLIC, fields, sign_rsa2(keys.generate(), fields))
    assert not verify_md5("theirs", fields, md5("ours", fields))


def test_a_signed_message_carries_its_own_signature() -> None:
    sent = signed(PRIVATE, {"b": 1, "signature": "old", "a": "x"})
    assert list(sent) == ["b", "a", "signature"]
    assert verify_rsa2(PUBLIC, sent, sent["signature"])
    assert not verify_rsa2(PUBLIC, {**sent, "b": 2}, sent["signature"])


@pytest.mark.parametrize(
    ("off_ms", "held"),
    [(0, True), (-300_000, True), (300_000, True), (-300_001, False), (300_001, False), (10**400, False)],
)
def test_a_message_is_in_time_within_five_minutes_of_now(
    off_ms: int, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ms = 1_795_420_800_000
    monkeypatch.setattr("harness.signing.envelope.time.time_ns", lambda: now_ms * 1_000_000 + 999_999)
    assert in_time(now_ms + off_ms) is held
