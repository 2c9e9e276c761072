"""A genuine callback looks like the platform's on the wire, verifies, and opens to what was paid."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.callbacks.apiv3.genuine import build, compose, payment_resource, signed
from harness.callbacks.apiv3.header_lines import NONCE, SIGNATURE, TIMESTAMP, header, with_header
from harness.callbacks.callback import Callback, Issuer
from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.signing.wechat_v3 import Verifier, decrypt_resource

if TYPE_CHECKING:
    from tests.callbacks.conftest import Inbox


def opened(issuer: Issuer, callback: Callback) -> Any:
    return json.loads(decrypt_resource(issuer.apiv3_key, json.loads(callback.body)["resource"]))


def test_it_verifies_and_opens_to_the_resource(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    callback = build(issuer, resource)
    verifier.verify(callback.headers, callback.body)
    assert opened(issuer, callback) == resource


def test_its_body_has_the_members_of_a_live_one_in_their_order(
    issuer: Issuer, resource: dict[str, object]
) -> None:
    body = build(issuer, resource).body
    parsed = json.loads(body)
    assert list(parsed) == ["id", "create_time", "resource_type", "event_type", "summary", "resource"]
    assert list(parsed["resource"]) == [
        "original_type",
        "algorithm",
        "ciphertext",
        "associated_data",
        "nonce",
    ]
    assert parsed["resource_type"] == "encrypt-resource"
    assert parsed["event_type"] == "TRANSACTION.SUCCESS"
    assert parsed["summary"] == "支付成功"
    assert parsed["resource"]["original_type"] == parsed["resource"]["associated_data"] == "transaction"
    assert len(parsed["resource"]["nonce"]) == 12
    assert parsed["create_time"].endswith("+08:00")
    assert str(uuid.UUID(parsed["id"])) == parsed["id"]


def test_its_body_is_compact_utf_8(issuer: Issuer, resource: dict[str, object]) -> None:
    body = build(issuer, resource).body
    assert "支付成功".encode() in body
    assert json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode() == body


@pytest.mark.parametrize(
    ("event_type", "original_type", "summary"),
    [
        ("REFUND.SUCCESS", "refund", "退款成功"),
        ("REFUND.ABNORMAL", "refund", "退款异常"),
        ("SECURITY_ECHO.SUCCESS", "security", "回调通知成功"),
    ],
)
def test_other_events_name_their_own_resource(
    issuer: Issuer, event_type: str, original_type: str, summary: str
) -> None:
    parsed = json.loads(build(issuer, {"a": 1}, event_type=event_type).body)
    assert parsed["resource"]["original_type"] == parsed["resource"]["associated_data"] == original_type
    assert parsed["summary"] == summary


def test_the_headers_arrive_as_the_platform_sends_them(
    issuer: Issuer, resource: dict[str, object], verifier: Verifier, inbox: Inbox
) -> None:
    callback = build(issuer, resource)
    httpx.post(inbox.url, headers=list(callback.headers), content=callback.body, trust_env=False, timeout=5)
    headers, body = inbox.received[-1]
    arrived = dict(headers)
    assert arrived["user-agent"] == "Mozilla/4.0"
    assert arrived["accept"] == "*/*"
    assert arrived["content-type"] == "application/json"
    assert arrived["pragma"] == arrived["cache-control"] == "no-cache"
    assert arrived["connection"] == "close"
    assert int(arrived["content-length"]) == len(body)
    verifier.verify(headers, body)


def test_names_in_another_letter_case_still_verify(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    callback = build(issuer, resource)
    verifier.verify([(name.upper(), value) for name, value in callback.headers], callback.body)


def test_the_same_body_is_signed_afresh_for_each_delivery(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    body = compose(issuer, resource)
    moment = int(time.time())
    attempts = [signed(issuer, body, timestamp=moment + late) for late in (0, 1, 2)]
    for one, next_one in pairwise(attempts):
        assert one.body == next_one.body
        for name in (TIMESTAMP, NONCE, SIGNATURE):
            assert header(one, name) != header(next_one, name)
    for attempt in attempts:
        verifier.verify(attempt.headers, attempt.body)


def test_the_timestamp_is_now_unless_one_is_given(issuer: Issuer, resource: dict[str, object]) -> None:
    before = int(time.time())
    fresh = int(header(build(issuer, resource), TIMESTAMP))
    assert before <= fresh <= int(time.time())
    assert header(build(issuer, resource, timestamp=1554208460), TIMESTAMP) == "1554208460"


def test_number_and_nonce_can_be_chosen(issuer: Issuer, resource: dict[str, object]) -> None:
    callback = build(issuer, resource, notification_id="EV-1", nonce="N" * 32)
    assert json.loads(callback.body)["id"] == "EV-1"
    assert header(callback, NONCE) == "N" * 32


def test_a_coupon_lowers_what_the_payer_gave_and_is_itemised(resource: dict[str, object]) -> None:
    amount = resource["amount"]
    assert isinstance(amount, dict)
    assert amount["payer_total"] == amount["total"] == 1990
    assert "promotion_detail" not in resource
    with_coupon = payment_resource(
        mchid="1900007291",
        appid="wx2421b1c4370ec43b",
        out_trade_no="order-20261123-002",
        transaction_id="4200001234202611231234567891",
        total=Fen(1990),
        payer_total=Fen(1490),
        openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        success_time=datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
        attach="桌号 7",
    )
    assert with_coupon["amount"] == {
        "total": 1990,
        "payer_total": 1490,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    assert isinstance(with_coupon["promotion_detail"], list)
    assert [coupon["amount"] for coupon in with_coupon["promotion_detail"]] == [500]
    assert with_coupon["attach"] == "桌号 7"


def test_the_resource_writes_time_in_the_platforms_zone(resource: dict[str, object]) -> None:
    assert resource["success_time"] == "2026-11-23T12:30:00+08:00"


def test_a_header_that_is_not_there_is_added_by_editing(issuer: Issuer, resource: dict[str, object]) -> None:
    callback = build(issuer, resource)
    with pytest.raises(KeyError):
        header(callback, "Request-ID")
    assert header(with_header(callback, "Request-ID", "08F2-0"), "request-id") == "08F2-0"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(resource=st.dictionaries(st.text("abcdef_", min_size=1), json_values, max_size=6))
def test_whatever_it_carries_comes_out_again(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object]
) -> None:
    callback = build(issuer, resource)
    verifier.verify(callback.headers, callback.body)
    assert opened(issuer, callback) == resource


@given(offset=st.integers(-86_400, 86_400))
def test_it_verifies_at_its_own_moment_and_300_seconds_around(
    issuer: Issuer, verifier: Verifier, resource: dict[str, object], offset: int
) -> None:
    moment = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    callback = build(issuer, resource, timestamp=int(moment.timestamp()))
    late = moment + timedelta(seconds=offset)
    if abs(offset) <= 300:
        verifier.verify(callback.headers, callback.body, now=late)
    else:
        with pytest.raises(SignatureInvalid):
            verifier.verify(callback.headers, callback.body, now=late)
