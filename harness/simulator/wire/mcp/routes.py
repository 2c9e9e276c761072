"""The Model Context Protocol endpoint: one path, both eras, served by the official SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from typing import Any

from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import INTERNAL_ERROR
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from harness.simulator.account.environment import mcp_settings
from harness.simulator.account.identity import Identity
from harness.simulator.platform.identifiers import request_id
from harness.simulator.wire.kit.body import LIMIT, Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.faults import Hit, Hittable, hit_by
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext
from harness.simulator.wire.mcp import batches, media, versions
from harness.simulator.wire.mcp.answer import REQUEST_NAME, named, refuse
from harness.simulator.wire.mcp.auth import Gatekeeper
from harness.simulator.wire.mcp.call import OTHER, check_message, check_params, read_call, read_message
from harness.simulator.wire.mcp.errors import RpcRefusal, as_rpc
from harness.simulator.wire.mcp.foreign_text import instructions, introduction, list_prompts
from harness.simulator.wire.mcp.orders import Orders
from harness.simulator.wire.mcp.service import Service
from harness.simulator.wire.mcp.sessions import HEADER, Sessions
from harness.simulator.wire.mcp.toolset import HIT, MERCHANT

PATH = "/mcp/v1"
"""Where this wire is found; below it another dialect has its paths."""
_INSTRUCTIONS = (
    "模拟的微信支付：下单、查询、关单，不动真钱。金额是以分为单位的整数；只有查询到 SUCCESS 才算已支付。"
    " / A simulated WeChat Pay: place, look up and close orders; no real money moves. Amounts are integers in"
    " fen; an order is paid only when a query says SUCCESS."
)


WECHAT = Service(
    path=PATH,
    name="MCP",
    server="golive-simulated-wechat-pay",
    title="GoLive 模拟微信支付 / simulated WeChat Pay",
    instructions=_INSTRUCTIONS,
    realm="wechat-pay-mcp",
    account_of=lambda merchant: merchant.account,
    number_name="out_trade_no",
    key_of=lambda identity: identity.mcp_api_key,
    settings=mcp_settings,
    open_tools=Orders,
)


def open_wire(context: WireContext) -> Wire:
    """The Model Context Protocol of one simulator, with WeChat's tools."""
    return Mcp(context, WECHAT)


class Mcp(Wire):
    """The wire of one simulator, alive while `lifespan()` is.

    The stateless era (2026-07-28) and the era of handshakes and sessions (to 2025-11-25) are both served, and
    every answer is plain JSON: this endpoint never has anything to say unasked. To the SDK every request
    stands alone; sessions are kept here.

    Args:
        service: whose tools they are, and where.
    """

    def __init__(self, context: WireContext, service: Service) -> None:
        self.name = service.name
        self.shown = f"{service.path} (POST: Model Context Protocol)"
        self._service = service
        self._tools = tools = service.open_tools(context)
        self._server: Server[Any] = Server(
            service.server,
            version="1.0",
            title=service.title,
            description=introduction(context.practices),
            instructions=instructions(service.instructions, context.practices),
            # No argument of these tools travels in a header, so there is no schema to compare headers with.
            get_tool_input_schema=lambda name: None,
            on_list_tools=tools.list_tools,
            on_call_tool=tools.call_tool,
            on_list_prompts=list_prompts if context.practices.prompts_order else None,
        )
        # The only middleware there is by default reports to a telemetry that a simulator does not have.
        self._server.middleware.clear()
        self._gate = Gatekeeper(
            context.merchants, context.practices, key_of=service.key_of, realm=service.realm
        )
        self.context = context
        self._sessions = Sessions()
        self._manager: StreamableHTTPSessionManager | None = None

    def handles(self, path: str) -> bool:
        """Exactly one path."""
        return path == self._service.path

    @property
    def operations(self) -> frozenset[str]:
        """What faults call its endpoints."""
        return frozenset(each.operation or OTHER for each in self._tools.entries.values())

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """Where its endpoint is, and with which keys it is spoken to."""
        return self._service.settings(identity, base_url)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Serves until the block ends."""
        manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=LIMIT
        )
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        scope = versions.normalised(scope)
        scope[REQUEST_NAME] = request_id()
        try:
            scope[MERCHANT] = self._gate.admit(scope)
            body = await _read(scope, receive) if scope["method"] == "POST" else b""
            if not await self._serve_batch(scope, body, receive, send):
                await self._serve(scope, body, receive, send, named(scope, send))
        except RpcRefusal as refused:
            await refuse(named(scope, send), refused)
        except Disconnected:
            return

    async def _serve_batch(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> bool:
        """Serve a batch; whether it is one that has to be received: its session speaks that revision."""
        name = versions.header(scope, HEADER)
        if name is None or not batches.is_batch(body) or not versions.has_sessions(scope):
            return False
        if self._sessions.use(name, scope[MERCHANT].identity.mchid) != batches.REVISION:
            return False
        media.check(scope)
        messages = batches.messages_of(body)
        if messages is None:
            return False

        async def serve(message: bytes, answer: Send) -> None:
            await self._serve({**scope, REQUEST_NAME: request_id()}, message, receive, send, answer)

        await batches.answer_each(messages, serve, named(scope, send))
        return True

    async def _serve(self, scope: Scope, body: bytes, receive: Receive, send: Send, answer: Send) -> None:
        """One message: what it is answered goes to `answer`, `send` is the connection itself.

        Raises:
            RpcRefusal: what it is refused with.
            Disconnected: there is nobody left to answer.
        """
        if not self.context.faults.armed:
            await self._handle(scope, body, receive, answer)
            return
        with self._hit(scope, body, receive, send) as hit:
            if hit is not None:
                if await hit.before():
                    raise Disconnected
                answer, scope[HIT] = hit.answer(answer), hit
            try:
                await self._handle(scope, body, receive, answer)
            except RpcRefusal as refused:  # here, where the fault is that takes the answer
                await refuse(answer, refused)

    async def _handle(self, scope: Scope, body: bytes, receive: Receive, answer: Send) -> None:
        if self._manager is None:
            raise RpcRefusal(503, "the endpoint is starting or stopping", rpc_code=INTERNAL_ERROR)
        message: dict[str, Any] = {}
        if scope["method"] == "POST":
            media.check(scope)
            message = check_message(body)
        if self.context.practices.refuses_versions:
            versions.refuse_any(body)
        versions.check_header(scope, body)
        if self.context.practices.any_version:
            scope, body, answer = versions.believe_any(scope, body, answer)
        if scope["method"] == "POST":
            versions.check_known(scope, body)
        sessions = versions.has_sessions(scope)
        if sessions:
            answer = self._in_session(scope, body, answer)
            if scope["method"] == "DELETE":
                await Response()(scope, receive, answer)
                return
        check_params(message, sessions=sessions)
        again = _replaying(body, receive) if scope["method"] == "POST" else receive
        await self._manager.handle_request(scope, again, answer)

    def _in_session(self, scope: Scope, body: bytes, send: Send) -> Send:
        """Opens, goes on with or ends a session; what cannot be read is left to the SDK to refuse."""
        name, owner = versions.header(scope, HEADER), scope[MERCHANT].identity.mchid
        if scope["method"] == "GET":
            raise RpcRefusal(405, "nothing is ever said unasked here", headers={"allow": "POST, DELETE"})
        if scope["method"] == "POST":
            message = read_message(body)
            if message.get("method") == "initialize":
                return self._sessions.introducing(owner, send)
            if name is None and not message:
                return send
        self._sessions.use(name, owner)
        if scope["method"] == "DELETE" and name is not None:
            self._sessions.end(name)
        return send

    def _hit(
        self, scope: Scope, body: bytes, receive: Receive, send: Send
    ) -> AbstractContextManager[Hit | None]:
        """What hits this message. Nothing is signed here, so no fault that spoils a signature does."""
        context = self.context
        call = read_call(body, self._tools.entries, self._service.number_name)
        merchant: Merchant = scope[MERCHANT]
        number = call.out_trade_no or self._tools.order_of(call.given, merchant)
        account = self._service.account_of(merchant).mchid
        asked = Hittable(call.operation, number, context.dialect, account)
        return hit_by(context.faults, asked, receive, send, partial(_Hit, call.id))


class _Hit(Hit):
    def __init__(self, message_id: str | int | None, *parts: Any) -> None:
        super().__init__(*parts)
        self._id = message_id

    def refusal(self, status: int) -> Refusal:
        """The same in JSON-RPC."""
        return as_rpc(super().refusal(status), self._id)


async def _read(scope: Scope, receive: Receive) -> bytes:
    try:
        return await read_body(scope, receive)
    except TooLarge:
        raise RpcRefusal(413, f"the request body is larger than {LIMIT} bytes") from None
    except TooSlow as slow:
        raise RpcRefusal(408, slow.detail) from None


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then whatever follows it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
