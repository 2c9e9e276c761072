"""How little the gateway to the envelope believes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.core.errors import (
    SignatureInvalid,
    TargetFailure,
)
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.signing.keys import generate
from tests.gateways.envelope.conftest import NUMBER, PAID, Endpoint, Message


def without(*names: str) -> Callable[[Message], Message]:
    """Strips members."""
    return lambda answer: {name: value for name, value in answer.items() if name not in names}


@pytest.mark.parametrize(
    "spoil",
    [
        without("signature"),
        lambda answer: answer | {"signature": ""},
        lambda answer: answer | {"signature": None},
        lambda answer: answer | {"signature": 7},
        lambda answer: answer | {"signature": "AAAA"},
        lambda answer: answer | {"code": "0001"},
        lambda answer: answer | {"message": "tampered"},
        lambda answer: answer | {"extra": "member"},
        without("data"),
        lambda answer: b"",
        lambda answer: b"not json",
        lambda answer: b"[]",
    ],
    ids=[
        "stripped",
        "blank",
        "null",
        "a number",
        "another",
        "other code",
        "other message",
        "a member more",
        "a member less",
        "empty",
        "no JSON",
        "a list",
    ],
)
def test_an_unsigned_or_tampered_answer_is_not_believed(
    gateway: EnvelopeGateway, endpoint: Endpoint, exchanges: list[Exchange], spoil: Callable[[Message], Any]
) -> None:
    endpoint.data, endpoint.spoil = PAID, spoil
    with pytest.raises(SignatureInvalid) as caught:
        gateway.query(NUMBER)
    assert caught.value.remedy
    assert [exchange.verified for exchange in exchanges] == [False]


@pytest.mark.parametrize(
    "before",
    [
        lambda answer: answer | {"requestId": "MCP_1_aaaaaa"},
        without("requestId"),
        without("timestamp"),
        lambda answer: answer | {"timestamp": answer["timestamp"] - 301_000},
        lambda answer: answer | {"timestamp": answer["timestamp"] + 301_000},
        lambda answer: answer | {"timestamp": 10**400},
        lambda answer: answer | {"timestamp": str(answer["timestamp"])},
        lambda answer: answer | {"timestamp": True},
    ],
    ids=["other request", "no request", "no time", "old", "early", "beyond any float", "text", "boolean"],
)
def test_a_signed_answer_to_another_request_or_of_another_time_is_not_believed(
    gateway: EnvelopeGateway, endpoint: Endpoint, before: Callable[[Message], Message]
) -> None:
    endpoint.data, endpoint.before = PAID, before
    with pytest.raises(SignatureInvalid):
        gateway.query(NUMBER)


def test_an_answer_signed_by_another_key_is_not_believed(
    gateway: EnvelopeGateway, endpoint: Endpoint
) -> None:
    endpoint.data, endpoint.key = PAID, generate()
    with pytest.raises(SignatureInvalid):
        gateway.query(NUMBER)


def test_an_answer_about_another_merchants_order_is_refused(
    gateway: EnvelopeGateway, endpoint: Endpoint
) -> None:
    endpoint.data = PAID | {"merchantId": "1900000109"}
    with pytest.raises(TargetFailure, match="another merchant account"):
        gateway.query(NUMBER)
    endpoint.data = PAID | {"merchantId": ""}
    assert gateway.query(NUMBER).total == Fen(1990)


def test_data_is_not_covered_by_the_signature_and_the_gateway_says_so(
    gateway: EnvelopeGateway, endpoint: Endpoint
) -> None:
    endpoint.data = PAID
    endpoint.spoil = lambda answer: answer | {"data": PAID | {"totalFee": 1}}
    assert gateway.query(NUMBER).total == Fen(1)
    endpoint.data, endpoint.spoil = None, lambda answer: answer
    assert "data is signed" in gateway.probe().detail
    assert "data is signed" in gateway.status().detail
