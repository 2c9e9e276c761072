"""An endpoint of the envelope dialect whose answers a test may spoil, and a gateway to it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.core.exchange import Exchange
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.envelope.mapping import WeChatOperations
from harness.processes.serving import listen, serving
from harness.settings.model import WeChatSettings
from harness.signing.envelope import signed
from tests.gateways.mcp_settings import mcp_settings
from tests.gateways.payment_service import (
    Disturbance,
    disturbed,
)

Message = dict[str, Any]
NUMBER = "GL20260101000000AAAA"
PAID: Message = {
    "outTradeNo": NUMBER,
    "tradeState": "SUCCESS",
    "totalFee": 1990,
    "cashFee": 990,
    "timeEnd": "20260101120000",
    "transactionId": "4200001234202601010000000001",
    "buyerInfo": {"openid": "oUpF8uMuAJO", "nickname": "x"},
}


@dataclass
class Endpoint:
    """Answers every envelope with `data`, signed, after `spoil` had its way with the answer."""

    key: RSAPrivateKey
    data: Message | None = None
    code: str = "0000"
    status: int = 200
    before: Callable[[Message], Message] = lambda answer: answer
    """Changes what is signed."""
    spoil: Callable[[Message], Any] = lambda answer: answer
    """Changes what was signed."""
    received: list[tuple[str, dict[str, str], Message]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                await send({"type": f"{(await receive())['type']}.complete"})
            return
        request = Request(scope, receive)
        asked = json.loads(await request.body())
        self.received.append((request.url.path, dict(request.headers), asked))
        answer: Message = {
            "code": self.code,
            "message": "words",
            "requestId": asked["requestId"],
            "timestamp": time.time_ns() // 1_000_000,
        }
        if self.data is not None:
            answer["data"] = self.data
        told = self.spoil(signed(self.key, self.before(answer)))
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        await Response(body, self.status)(scope, receive, send)


@pytest.fixture
def endpoint(platform_key: RSAPrivateKey) -> Endpoint:
    return Endpoint(platform_key)


@pytest.fixture
def line(endpoint: Endpoint) -> Iterator[Disturbance]:
    with serving(endpoint, listen()) as base_url, disturbed(base_url) as disturbance:
        yield disturbance


@pytest.fixture
def gateway(
    line: Disturbance,
    settings: WeChatSettings,
    merchant_key: RSAPrivateKey,
    platform_key: RSAPrivateKey,
    exchanges: list[Exchange],
) -> Iterator[EnvelopeGateway]:
    mcp = mcp_settings(line.base_url, merchant_key, platform_key, retry_count=3)
    made = EnvelopeGateway(mcp, WeChatOperations(settings), listeners=(exchanges.append,))
    yield made
    made.close_connections()
