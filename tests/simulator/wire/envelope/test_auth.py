"""Who the envelope wire lets in: each refusal says what is wrong, in an envelope, without effect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.signing import keys
from harness.signing.envelope import SIGNATURE, WINDOW_MS, md5, sign_rsa2
from tests.simulator.envelope_side import CREATE, ENDPOINT, HEALTH, QUERY, EnvelopeSide, now_ms
from tests.simulator.merchant_side import NUMBER, Answer


def refused(envelope: EnvelopeSide, answer: Answer) -> tuple[int, str]:
    """The refusal, which must be genuine, in an envelope, and without effect."""
    assert set(answer.json) == {"code", "message", "requestId", "timestamp", SIGNATURE}
    assert envelope.genuine(answer)
    assert envelope.orders() == []
    return answer.status, answer.code


def test_a_correct_request_is_let_in(envelope: EnvelopeSide) -> None:
    answer = envelope.create()
    assert (answer.status, answer.code) == (200, "0000")
    assert envelope.genuine(answer)
    assert abs(answer.json["timestamp"] - now_ms()) < WINDOW_MS


def test_a_blank_merchant_in_the_body_is_taken_from_the_header(envelope: EnvelopeSide) -> None:
    body = envelope.signed(**envelope.order(), merchantId="")
    assert envelope.send(CREATE, body).code == "0000"


@pytest.mark.parametrize(
    ("in_body", "in_header", "said"),
    [
        ("1900000000", None, "unknown merchant"),
        ("", "1900000000", "unknown merchant"),
        ("", None, "unknown merchant"),
        ("1900000000", "ours", "merchant mismatch"),
        ("ours", "1900000000", "merchant mismatch"),
    ],
)
def test_another_merchant_is_refused(
    envelope: EnvelopeSide, in_body: str, in_header: str | None, said: str
) -> None:
    ours = envelope.simulator.identity.mchid
    named = {"ours": ours}
    body = envelope.signed(**envelope.order(), merchantId=named.get(in_body, in_body))
    header = None if in_header is None else named.get(in_header, in_header)
    answer = envelope.send(CREATE, body, x_merchant_id=header)
    assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")
    assert said in answer.json["message"]


@pytest.mark.parametrize("path", [CREATE, QUERY, HEALTH])
@pytest.mark.parametrize("blank", [None, ""])
def test_an_unsigned_request_is_refused(envelope: EnvelopeSide, path: str, blank: str | None) -> None:
    body = envelope.message(**envelope.order())
    answer = envelope.send(path, body if blank is None else {**body, SIGNATURE: blank})
    assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")
    assert "signature missing" in answer.json["message"]


@pytest.mark.parametrize("forged", ["AAAA", "!", True, 7, ["x"], {"x": 1}])
def test_a_signature_that_is_none_is_refused(envelope: EnvelopeSide, forged: object) -> None:
    answer = envelope.send(CREATE, {**envelope.message(**envelope.order()), SIGNATURE: forged})
    assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")


def test_a_signature_by_a_stranger_or_in_the_weak_mode_is_refused(envelope: EnvelopeSide) -> None:
    plain = envelope.message(**envelope.order())
    for forged in (sign_rsa2(keys.generate(), plain), md5(envelope.simulator.identity.api_key, plain)):
        answer = envelope.send(CREATE, {**plain, SIGNATURE: forged})
        assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")
        assert "signature verification failed" in answer.json["message"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("totalAmount", 1),
        ("outTradeNo", "order-20261123-002"),
        ("subject", "x"),
        ("notifyUrl", "http://127.0.0.1:2/thief"),
        ("paymentType", "app"),
        ("requestId", "PAY_1_another"),
        ("openid", "oAnother"),
        ("added", 1),
    ],
)
def test_a_member_changed_after_signing_is_noticed(
    envelope: EnvelopeSide, member: str, value: object
) -> None:
    answer = envelope.send(CREATE, {**envelope.signed(**envelope.order()), member: value})
    assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")


def test_what_lies_inside_an_object_is_not_signed_which_is_this_dialects_weakness(
    envelope: EnvelopeSide,
) -> None:
    body = envelope.signed(**envelope.order("h5"), extraParams={"attach": "ours"})
    body["extraParams"] = {"attach": "theirs"}
    assert envelope.send(CREATE, body).code == "0000"
    assert envelope.simulator.account.find(NUMBER).request.attach == "theirs"


@pytest.mark.parametrize(
    "off", [-WINDOW_MS - 1000, WINDOW_MS + 5000, -86_400_000, pytest.param(10**400, id="beyond any float")]
)
def test_a_stale_timestamp_is_refused(envelope: EnvelopeSide, off: int) -> None:
    answer = envelope.send(CREATE, envelope.signed(**envelope.order(), timestamp=now_ms() + off))
    assert refused(envelope, answer) == (401, "AUTHENTICATION_FAILED")
    assert "stale timestamp" in answer.json["message"]


@pytest.mark.parametrize("off", [-WINDOW_MS + 5000, WINDOW_MS - 5000])
def test_a_timestamp_within_the_window_is_taken(envelope: EnvelopeSide, off: int) -> None:
    assert envelope.send(CREATE, envelope.signed(**envelope.order(), timestamp=now_ms() + off)).code == "0000"


@pytest.mark.parametrize("timestamp", ["1790000000000", 1.5, True, None, []])
def test_a_timestamp_that_is_no_integer_is_refused(envelope: EnvelopeSide, timestamp: object) -> None:
    answer = envelope.send(CREATE, envelope.signed(**envelope.order(), timestamp=timestamp))
    assert refused(envelope, answer) == (400, "INVALID_REQUEST")


def test_the_api_key_is_not_needed_and_a_wrong_one_is_refused(envelope: EnvelopeSide) -> None:
    body = envelope.signed(**envelope.order())
    wrong = envelope.send(CREATE, body, authorization="Bearer wrong")
    assert refused(envelope, wrong) == (401, "AUTHENTICATION_FAILED")
    right = f"Bearer {envelope.simulator.identity.mcp_api_key}"
    assert envelope.send(CREATE, body, authorization=right).code == "0000"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"version":NaN}', b"[" * 100_000],
    ids=lambda body: repr(body[:16]),
)
def test_a_broken_body_is_refused(envelope: EnvelopeSide, body: bytes) -> None:
    assert refused(envelope, envelope.send(CREATE, body)) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("depth", [200, 400, 800])
def test_a_deeply_nested_body_is_refused_and_not_choked_on(envelope: EnvelopeSide, depth: int) -> None:
    nested = json.loads("[" * 150 + "]" * 150)
    body = json.dumps({**envelope.signed(**envelope.order()), "x": nested})
    deeper = body.replace("[" * 150, "[" * depth).replace("]" * 150, "]" * depth)
    status, code = refused(envelope, envelope.send(CREATE, deeper.encode()))
    assert (status, code) in {(400, "INVALID_REQUEST"), (401, "AUTHENTICATION_FAILED")}


def test_an_oversized_body_is_refused_announced_or_not(envelope: EnvelopeSide) -> None:
    body = json.dumps({"x": "y" * (1024 * 1024)}).encode()
    assert refused(envelope, envelope.send(CREATE, body)) == (413, "INVALID_REQUEST")
    parts = [body[:1000], body[1000:]]
    headers = envelope.headers(body, content_length=None)
    assert refused(envelope, envelope.side.send_parts("POST", CREATE, parts, headers)) == (
        413,
        "INVALID_REQUEST",
    )


@pytest.mark.parametrize(
    ("members", "headers"),
    [
        ({"version": "2.0"}, {}),
        ({"version": None}, {}),
        ({}, {"x_mcp_version": "2.0"}),
        ({"requestId": None}, {}),
        ({"requestId": ""}, {}),
        ({"requestId": "a" * 65}, {}),
        ({"requestId": "a b"}, {}),
        ({"merchantId": 1900000000}, {}),
    ],
)
def test_a_malformed_envelope_is_refused(
    envelope: EnvelopeSide, members: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = envelope.send(CREATE, envelope.signed(**{**envelope.order(), **members}), **headers)
    assert refused(envelope, answer) == (400, "INVALID_REQUEST")


def test_another_content_type_is_refused(envelope: EnvelopeSide) -> None:
    answer = envelope.send(CREATE, envelope.signed(**envelope.order()), content_type="text/plain")
    assert refused(envelope, answer) == (415, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "path",
    [
        f"{ENDPOINT}/wechat/payment/reverse",
        f"{ENDPOINT}/alipay/payment/create",
        f"{ENDPOINT}/alipay/health",
        f"{ENDPOINT}/",
        f"{ENDPOINT}/wechat/payment/create/",
        f"{ENDPOINT}/health",
    ],
)
def test_an_operation_there_is_not_answers_404_in_an_envelope(envelope: EnvelopeSide, path: str) -> None:
    answer = envelope.send(path, envelope.signed(**envelope.order()))
    assert refused(envelope, answer) == (404, "INVALID_REQUEST")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_refused(envelope: EnvelopeSide, method: str) -> None:
    answer = envelope.send(CREATE, envelope.signed(**envelope.order()), method=method)
    assert refused(envelope, answer) == (405, "INVALID_REQUEST")


def test_a_probe_finds_somebody_and_health_wants_the_merchant(envelope: EnvelopeSide) -> None:
    probe = envelope.side.send("HEAD", f"{ENDPOINT}/health", b"", [])
    assert (probe.status, probe.body) == (200, b"")
    health = envelope.send(HEALTH, envelope.signed())
    assert (health.code, health.json["data"]["status"]) == ("0000", "UP")


def test_no_refusal_tells_a_secret(envelope: EnvelopeSide) -> None:
    identity = envelope.simulator.identity
    said = envelope.send(CREATE, envelope.message(**envelope.order()), authorization="Bearer x").body.decode()
    secrets = (identity.mcp_api_key, identity.apiv3_key, identity.levers_token, identity.api_key)
    assert not [secret for secret in secrets if secret in said]
