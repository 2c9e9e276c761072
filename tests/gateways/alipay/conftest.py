"""A small Alipay on a real socket: what the gateway sends and receives is real bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.types import Receive, Scope, Send

from harness.core.exchange import Exchange
from harness.gateways.alipay.gateway import AlipayGateway
from harness.processes.serving import listen, serving
from harness.settings.model import AlipaySettings
from harness.signing.alipay import sign_answer
from tests.gateways.asgi import body_of

NUMBER = "GL20261105000001"
TRADE = "2026110522001404211400000107"


@dataclass
class Asked:
    """One request: what of it stood in the address, and what in the body."""

    query: dict[str, str]
    body: dict[str, str]

    @property
    def members(self) -> dict[str, str]:
        return self.query | self.body

    @property
    def content(self) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.members["biz_content"])
        return read


def asked_by(address: str) -> Asked:
    """The request that opening a link is."""
    return Asked(_once(urlsplit(address).query), {})


def _once(text: str) -> dict[str, str]:
    return {
        name: value for name, (value,) in parse_qs(text, keep_blank_values=True, strict_parsing=True).items()
    }


Reply = Callable[[Asked], tuple[int, bytes]]


@dataclass
class FakeAlipay:
    """Answers with what `reply` says and remembers what it was asked."""

    key: RSAPrivateKey
    reply: Reply = lambda asked: (200, b"{}")
    asked: list[Asked] = field(default_factory=list)

    def wire(self, node: str, method: str, *, extra: str = "") -> bytes:
        """A signed answer around a node's text, as the real gateway writes it (facts alipay 1.5)."""
        name = f"{method.replace('.', '_')}_response"
        sign = sign_answer(self.key, node.encode())
        return f'{{"{name}":{node}{extra},"sign":"{sign}"}}'.encode()

    def answers(self, **members: object) -> None:
        """Answer everything from now on with a success of these members."""
        self.says({"code": "10000", "msg": "Success", **members})

    def refuses(self, code: str, sub_code: str = "", sub_msg: str = "") -> None:
        """Refuse everything from now on."""
        told = {"sub_code": sub_code, "sub_msg": sub_msg} if sub_code else {}
        self.says({"code": code, "msg": "Business Failed", **told})

    def says(self, members: dict[str, object]) -> None:
        """Answer everything from now on with this node, signed, its slashes escaped."""
        node = json.dumps(members, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        self.reply = lambda asked: (200, self.wire(node, asked.members["method"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await body_of(scope, receive, send)
        if body is None:
            return
        got = Asked(_once(scope["query_string"].decode()), _once(body.decode()))
        self.asked.append(got)
        status, answer = self.reply(got)
        headers = [(b"content-type", b"text/html;charset=utf-8"), (b"trace_id", b"0a1b2c3d")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
def alipay(platform_key: RSAPrivateKey) -> FakeAlipay:
    return FakeAlipay(platform_key)


@pytest.fixture
def account(
    alipay: FakeAlipay, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> Iterator[AlipaySettings]:
    """Settings whose gateway is the fake one."""
    with serving(alipay, listen()) as base_url:
        yield AlipaySettings(
            gateway_url=f"{base_url}/gateway.do",
            app_id="9021000199990001",
            seller_id="2088999900000013",
            private_key=merchant_key,
            public_key=platform_key.public_key(),
            notify_url="https://shop.example/pay/alipay/notify",
            return_url="https://shop.example/pay/alipay/return?from=web",
        )


@pytest.fixture
def client(account: AlipaySettings, exchanges: list[Exchange]) -> Iterator[AlipayGateway]:
    made = AlipayGateway(account, listeners=(exchanges.append,), timeout_s=2.0)
    yield made
    made.close_connections()
