"""The Model Context Protocol endpoint: one path, both eras, served by the official SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import INTERNAL_ERROR
from starlette.types import Message, Receive, Scope, Send

from harness.simulator.account.environment import mcp_settings
from harness.simulator.platform.identifiers import request_id
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.wire.apiv3.transaction import transaction
from harness.simulator.wire.kit.body import LIMIT, Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.hangup import hang_up
from harness.simulator.wire.kit.wire import Wire, WireContext
from harness.simulator.wire.mcp import faults as mishaps
from harness.simulator.wire.mcp import versions
from harness.simulator.wire.mcp.auth import Gatekeeper, Turned, replaying
from harness.simulator.wire.mcp.orders import REQUEST_NAME, Orders

__all__ = ["PATH", "Mcp", "open_wire"]

PATH = "/mcp/v1"
"""Where this wire is found; below it another dialect has its paths."""
NAME = "golive-simulated-wechat-pay"
INSTRUCTIONS = (
    "模拟的微信支付：下单、查询、关单，不动真钱。金额是以分为单位的整数；只有查询到 SUCCESS 才算已支付。"
    " / A simulated WeChat Pay: place, look up and close orders; no real money moves. Amounts are integers in"
    " fen; an order is paid only when a query says SUCCESS."
)


def open_wire(context: WireContext) -> Wire:
    """The Model Context Protocol of one simulator."""
    return Mcp(context)


class Mcp(Wire):
    """The wire of one simulator, alive while `lifespan()` is.

    The stateless era (2026-07-28) and the era of handshakes and sessions (to 2025-11-25) are both served, and
    every answer is plain JSON: this endpoint never has anything to say unasked.
    """

    name = "MCP"
    shown = f"{PATH} (POST: Model Context Protocol)"

    def __init__(self, context: WireContext) -> None:
        orders = Orders(context)
        self._server: Server[Any] = Server(
            NAME,
            version="1.0",
            title="GoLive 模拟微信支付 / simulated WeChat Pay",
            instructions=INSTRUCTIONS,
            # No argument of these tools travels in a header, so there is no schema to compare headers with.
            get_tool_input_schema=lambda name: None,
            on_list_tools=orders.list_tools,
            on_call_tool=orders.call_tool,
        )
        # The only middleware there is by default reports to a telemetry that a simulator does not have.
        self._server.middleware.clear()
        self._gate = Gatekeeper(context.identity.mcp_api_key, context.practices)
        self._context = context
        self._manager: StreamableHTTPSessionManager | None = None

    def handles(self, path: str) -> bool:
        """Exactly one path."""
        return path == PATH

    def settings(self, base_url: str, notify_url: str) -> dict[str, str]:
        """Where its endpoint is, and with which keys it is spoken to."""
        return mcp_settings(self._context.identity, base_url)

    def told(self, order: PlatformOrder) -> dict[str, object]:
        """The order as the classic API tells it."""
        return transaction(order, self._context.identity.appid, self._context.identity.mchid)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Keeps sessions until the block ends."""
        manager = StreamableHTTPSessionManager(self._server, json_response=True, max_request_body_size=LIMIT)
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        scope = versions.stripped(scope)
        scope[REQUEST_NAME] = request_id()
        try:
            self._gate.admit(scope)
            body = await _read(scope, receive) if scope["method"] == "POST" else b""
            await self._serve(self._running(), scope, body, receive, send)
        except Turned as turned:
            await turned.answer(_named(scope, send))
        except Disconnected:
            return

    def _running(self) -> StreamableHTTPSessionManager:
        if self._manager is None:
            raise Turned(503, "the endpoint is starting or stopping", code=INTERNAL_ERROR)
        return self._manager

    async def _serve(
        self,
        manager: StreamableHTTPSessionManager,
        scope: Scope,
        body: bytes,
        receive: Receive,
        send: Send,
    ) -> None:
        mishap = mishaps.take(self._context.faults, self._context.dialect, body)
        if mishap is not None and await mishap.before(scope, receive, send):
            return
        versions.check_header(scope, body)
        heard = mishap is None or not mishap.swallows_answer
        answer = _named(scope, send) if heard else mishaps.nowhere
        if self._context.practices.any_version:
            scope, body, answer = versions.believe_any(scope, body, answer)
        again = replaying(body, receive) if scope["method"] == "POST" else receive
        await manager.handle_request(scope, again, answer)
        if not heard:
            await hang_up(receive, send)


async def _read(scope: Scope, receive: Receive) -> bytes:
    try:
        return await read_body(scope, receive)
    except TooLarge:
        raise Turned(413, f"the request body is larger than {LIMIT} bytes") from None
    except TooSlow as slow:
        raise Turned(408, slow.detail) from None


def _named(scope: Scope, send: Send) -> Send:
    """Puts the request's name into the header `Request-ID`, as every wire of the platform does."""

    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            name = (b"request-id", scope[REQUEST_NAME].encode())
            message = {**message, "headers": [*message.get("headers", ()), name]}
        await send(message)

    return named
