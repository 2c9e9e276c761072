"""A small signed platform on a real socket: what the gateway sends and receives is real bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.types import Receive, Scope, Send

from harness.core.exchange import Exchange
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.levers.client import LeversClient
from harness.processes.serving import listen, serving
from harness.settings.model import WeChatSettings
from harness.signing.keys import generate
from harness.signing.wechat_v3 import signature_headers
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.gateways.asgi import body_of

KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The only value of a header."""
        (value,) = [value for key, value in self.headers if key == name.lower()]
        return value


@dataclass
class Reply:
    """What the platform answers; signed unless told otherwise."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] | None = None
    """None: sign `body`."""
    sent_body: bytes | None = None
    """None: send what was signed."""


@dataclass
class FakePlatform:
    """Answers with what `reply` says and remembers what it received."""

    key: RSAPrivateKey
    reply: Callable[[Received], Reply] = lambda received: Reply()
    received: list[Received] = field(default_factory=list)

    def answers(
        self,
        members: dict[str, object] | None = None,
        *,
        status: int = 200,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        sent_body: bytes | None = None,
    ) -> None:
        """Answer every request from now on with these bytes, signed unless `headers` says otherwise."""
        raw = json.dumps(members or {}).encode() if body is None else body
        reply = Reply(status=status, body=raw, headers=headers, sent_body=sent_body)
        self.reply = lambda received: reply

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await body_of(scope, receive, send)
        if body is None:
            return
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
        got = Received(scope["method"], target, headers, body)
        self.received.append(got)
        reply = self.reply(got)
        named = signature_headers(self.key, KEY_ID, reply.body) if reply.headers is None else reply.headers
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            }
        )
        sent = reply.body if reply.sent_body is None else reply.sent_body
        await send({"type": "http.response.body", "body": sent})


@pytest.fixture(scope="session")
def merchant_key() -> RSAPrivateKey:
    return generate()


@pytest.fixture(scope="session")
def platform_key() -> RSAPrivateKey:
    return generate()


@pytest.fixture
def platform(platform_key: RSAPrivateKey) -> FakePlatform:
    return FakePlatform(platform_key)


@pytest.fixture
def settings(
    platform: FakePlatform, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> Iterator[WeChatSettings]:
    """Settings whose base_url leads to the fake platform."""
    with serving(platform, listen()) as base_url:
        yield WeChatSettings(
            appid="wxd678efh567hg6787",
            mchid="1900007291",
            apiv3_key="0123456789abcdef0123456789ABCDEF",
            certificate_serial="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
            private_key=merchant_key,
            platform_key_id=KEY_ID,
            platform_public_key=platform_key.public_key(),
            notify_url="https://shop.example.com/notify",
            base_url=base_url,
        )


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def gateway(settings: WeChatSettings, exchanges: list[Exchange]) -> Iterator[ApiV3Gateway]:
    made = ApiV3Gateway(settings, listeners=(exchanges.append,), timeout_s=2.0)
    yield made
    made.close_connections()


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A platform of one test module's own."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def levers(simulator: RunningSimulator) -> Iterator[LeversClient]:
    """What a test may ask of it; no fault outlives the test."""
    with LeversClient(simulator.levers_url, simulator.levers_token) as client:
        yield client
        client.clear_faults()
