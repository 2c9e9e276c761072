"""Both sides of the Model Context Protocol wire over real sockets: the endpoint alone, and who calls it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import Receive, Scope, Send

from harness.core.clock import BusinessClock
from harness.core.dialects import dialect as row_of
from harness.core.dialects import made
from harness.processes.serving import listen, serving
from harness.simulator.account.environment import ALIPAY_MCP
from harness.simulator.account.identity import Identity
from harness.simulator.account.merchant_certificates import MerchantCertificates
from harness.simulator.defects import practices_with
from harness.simulator.faults.rules import FaultBook
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext
from harness.simulator.wire.mcp.routes import PATH

NUMBER = "order-20261123-001"
NOTIFY_URL = "https://shop.example.com/callbacks/wechat"
SHOPPER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
STATELESS, SESSIONS = "2026-07-28", "2025-11-25"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
PRODUCTS = ("native", "h5", "jsapi")


@dataclass(frozen=True)
class Endpoint:
    """A served wire with the platform behind it."""

    url: str
    platform: Platform
    account: Account
    identity: Identity
    faults: FaultBook
    key: str
    """The API key that opens it."""
    alipay: AlipayAccount

    @property
    def headers(self) -> dict[str, str]:
        """What every good request shows."""
        return {"authorization": f"Bearer {self.key}"}

    def state(self) -> tuple[object, ...]:
        """Everything that a refused call must leave as it was."""
        accounts = (self.account, self.alipay)
        return tuple(each.audit(number) for each in accounts for number in each.orders())


@contextmanager
def endpoint(
    identity: Identity,
    *,
    defects: Collection[str] = (),
    clock: BusinessClock | None = None,
    dialect: str = "mcp",
) -> Iterator[Endpoint]:
    """Serve the wire of a dialect on a free port until the block ends."""
    platform = Platform(clock=clock or BusinessClock(), practices=practices_with(defects))
    account = platform.open_account(
        mchid=identity.mchid, appids=(identity.appid,), test_payer=identity.openid, experience=True
    )
    of_alipay = platform.open_alipay_account(
        seller_id=identity.alipay.seller_id,
        app_id=identity.alipay.app_id,
        test_payer=identity.alipay.buyer_id,
    )
    faults = FaultBook()
    wire = made(row_of(dialect).wire)(
        WireContext(
            dialect=dialect,
            merchants={
                identity.mchid: Merchant(identity, account, MerchantCertificates(identity), of_alipay)
            },
            faults=faults,
            enqueue=_nobody_is_called,
            practices=practices_with(defects),
            signing_clock=time.time,
        )
    )
    with serving(_Host(wire), listen()) as base:
        platform.is_reached_at(base)
        path, key = (
            (ALIPAY_MCP, identity.alipay.mcp_api_key)
            if dialect == "alipay-mcp"
            else (PATH, identity.mcp_api_key)
        )
        yield Endpoint(f"{base}{path}", platform, account, identity, faults, key, of_alipay)


async def _nobody_is_called(*message: object, **options: object) -> None:
    """No callback leaves a wire that stands alone."""


def order(product: str = "native", **changes: object) -> dict[str, Any]:
    """The arguments of a good order; a change to None leaves one out."""
    arguments: dict[str, Any] = {
        "out_trade_no": NUMBER,
        "amount": 1990,
        "description": "龙井 250 克",
        "notify_url": NOTIFY_URL,
    }
    if product == "h5":
        arguments["payer_client_ip"] = "203.0.113.7"
    if product == "jsapi":
        arguments["openid"] = SHOPPER
    return {name: value for name, value in {**arguments, **changes}.items() if value is not None}


@asynccontextmanager
async def official_client(url: str, key: str, mode: str) -> AsyncIterator[Client]:
    """The official client; `mode` is `auto`, `legacy` or a protocol version."""
    headers = {"authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=10) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


@dataclass
class RawCaller:
    """Speaks JSON-RPC over plain HTTP, well or badly as a test wants it; of the stateless era by default."""

    endpoint: Endpoint
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=10))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.http.close()

    def headers(self, method: str = "tools/call", name: str | None = None, **changed: str) -> dict[str, str]:
        """The headers of a good request; `host="…"` changes or adds one."""
        values = {
            "accept": "application/json, text/event-stream",
            "content-type": "application/json",
            "mcp-protocol-version": STATELESS,
            "mcp-method": method,
            **self.endpoint.headers,
        }
        if name is not None:
            values["mcp-name"] = name
        return values | {key.replace("_", "-"): value for key, value in changed.items()}

    def message(self, method: str, params: Mapping[str, Any] | None = None, **meta: object) -> dict[str, Any]:
        """A request of the stateless era."""
        envelope = {VERSION_KEY: STATELESS, CAPABILITIES_KEY: {}, **meta}
        return {"jsonrpc": "2.0", "id": 7, "method": method, "params": {**(params or {}), "_meta": envelope}}

    def post(self, body: object, headers: Mapping[str, str] | list[tuple[str, str]]) -> httpx.Response:
        """Send exactly this; anything but bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(self.endpoint.url, content=content, headers=headers)

    def call(self, tool: str, arguments: object, **changed: str) -> httpx.Response:
        """Call a tool with a correct request, some of its headers changed."""
        message = self.message("tools/call", {"name": tool, "arguments": arguments})
        return self.post(message, self.headers("tools/call", tool, **changed))

    def result(self, tool: str, arguments: object) -> dict[str, Any]:
        """The result of a call that reaches its tool."""
        answer = self.call(tool, arguments)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["result"]
        return found

    def refusal(self, tool: str, arguments: object) -> dict[str, str]:
        """The platform's code and message in a refusal; text alone, so that no output schema is broken."""
        return refusal(self.result(tool, arguments))

    def open_session(self, version: str = SESSIONS) -> httpx.Response:
        """The handshake of the era before."""
        hello = {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "raw", "version": "1"},
        }
        message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        return self.post(message, self.session_headers())

    def session_headers(self, session: str | None = None, **changed: str) -> dict[str, str]:
        """The headers of a request of the era before."""
        values = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
        values |= self.endpoint.headers
        if session is not None:
            values |= {"mcp-session-id": session, "mcp-protocol-version": SESSIONS}
        return values | {key.replace("_", "-"): value for key, value in changed.items()}


def refusal(result: Mapping[str, Any]) -> dict[str, str]:
    """What the result of a refused call tells."""
    assert result["isError"] is True
    assert "structuredContent" not in result
    (content,) = result["content"]
    assert content["type"] == "text"
    told: dict[str, str] = json.loads(content["text"])
    assert set(told) == {"code", "message"}
    return told


class _Host:
    """What the simulator does for this wire: its path, and its lifespan."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._wire.app(scope, receive, send)
            return
        await receive()
        async with self._wire.lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
