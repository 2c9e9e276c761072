"""Whatever bytes arrive, the answer is the platform's, and the next request is served."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.simulator.wire.kit.body import LIMIT
from tests.simulator.merchant_side import TRANSACTIONS, MerchantSide

NATIVE = f"{TRANSACTIONS}/native"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{}{}",
        b"\xef\xbb\xbf{}",
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"amount": {"total": ' + b"9" * 5_000 + b"}}",
        b'{"\\ud800": 1}',
        b"\x00" * 100,
    ],
    ids=lambda body: str(body[:12]),
)
def test_a_broken_body_is_a_parameter_error(merchant: MerchantSide, body: bytes) -> None:
    for path in (NATIVE, "/v3/security/echo", f"{TRANSACTIONS}/out-trade-no/order-1/close"):
        answer = merchant.send("POST", path, body)
        assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert merchant.create().status == 200


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"description": "\xc3"}', "{}".encode("utf-16")])
def test_a_body_in_no_utf8_is_an_invalid_request(merchant: MerchantSide, body: bytes) -> None:
    for path in (NATIVE, "/v3/security/echo"):
        answer = merchant.send("POST", path, body)
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_deep_nesting_inside_an_ignored_member_is_survived(merchant: MerchantSide) -> None:
    for depth in (100, 500, 900, 990, 2_000, 20_000):
        nested = b'{"goods_detail":[],"x":' + b"[" * depth + b"]" * depth + b',"y":"' + b"z" * 7000 + b'"}'
        whole = b'{"mchid":"%s","detail":%s}' % (merchant.signer.mchid.encode(), nested)
        answer = merchant.send("POST", NATIVE, whole)
        assert (answer.status, answer.code) == (400, "PARAM_ERROR")


def test_an_announced_body_beyond_the_limit_is_refused_unread(merchant: MerchantSide) -> None:
    headers = merchant.headers("POST", NATIVE, b"{}", content_length=str(LIMIT + 1))
    answer = merchant.send_parts("POST", NATIVE, [], headers)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_an_unannounced_body_is_read_up_to_the_limit_only(merchant: MerchantSide) -> None:
    parts = [b" " * 65_536] * 100
    headers = merchant.headers("POST", NATIVE, b"{}", without=["content-length"])
    waiting = list(parts)
    answer = merchant.send_parts("POST", NATIVE, waiting, headers)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


def test_a_body_just_within_the_limit_is_read_whole(merchant: MerchantSide) -> None:
    body = b" " * LIMIT
    answer = merchant.send_parts(
        "POST", NATIVE, [body[:1000], body[1000:]], merchant.headers("POST", NATIVE, body)
    )
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")


def test_a_content_length_that_is_no_number_is_refused(merchant: MerchantSide) -> None:
    headers = merchant.headers("POST", NATIVE, b"{}", content_length="many")
    assert merchant.send("POST", NATIVE, b"{}", headers).code == "INVALID_REQUEST"


@pytest.mark.parametrize("number", [b"1e999", b"-1e999"])
def test_a_number_beyond_every_float_is_refused_in_json(merchant: MerchantSide, number: bytes) -> None:
    order = json.dumps(merchant.order() | {"amount": {"total": "number"}}).encode()
    answer = merchant.send("POST", NATIVE, order.replace(b'"number"', number))
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert "value" not in answer.json["detail"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300))
def test_any_signed_bytes_get_an_answer_in_the_platforms_shape(merchant: MerchantSide, body: bytes) -> None:
    answer = merchant.send("POST", NATIVE, body)
    assert answer.status == 400
    assert set(answer.json) <= {"code", "message", "detail"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=200))
def test_any_authorization_gets_a_401(merchant: MerchantSide, header: str) -> None:
    headers = merchant.headers("POST", NATIVE, b"{}", authorization=header)
    assert merchant.send("POST", NATIVE, b"{}", headers).status == 401


MEMBERS = [
    "amount",
    "appid",
    "attach",
    "description",
    "detail",
    "goods_tag",
    "limit_pay",
    "mchid",
    "notify_url",
    "out_trade_no",
    "scene_info",
    "settle_info",
    "support_fapiao",
    "time_expire",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(MEMBERS),
    value=JSON,
)
def test_any_value_in_any_member_is_taken_or_refused_in_the_platforms_shape(
    merchant: MerchantSide, name: str, value: object
) -> None:
    body = json.dumps({**merchant.order(), name: value}, allow_nan=True).encode()
    answer = merchant.send("POST", NATIVE, body)
    assert answer.status in (200, 400, 403)
    if answer.status == 200:
        merchant.verify(answer)
    else:
        assert set(answer.json) <= {"code", "message", "detail"}
