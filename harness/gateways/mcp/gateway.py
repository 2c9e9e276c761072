"""The dialect of agents: Model Context Protocol over Streamable HTTP, both of its eras."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx
from mcp_types import CallToolResult, TextContent

from harness.core.errors import EnvironmentUnreachable, GoLiveError, PlatformRefusal, UsageError
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared, Transaction
from harness.gateways.alipay.gateway import alipay_mcp_of
from harness.gateways.answer_members import malformed
from harness.gateways.clock_skew import skew_s
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.loop_thread import LoopThread
from harness.gateways.mcp.alipay import AlipayTools
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.mcp.session import REQUEST_ID, Endpoint, Session
from harness.gateways.mcp.tools import Tools
from harness.gateways.mcp.transport import Watch
from harness.gateways.protocol import EndpointStatus
from harness.gateways.refusals import ChannelRefusal, NotSpoken
from harness.gateways.retries import attempted
from harness.gateways.safe_address import safe_address
from harness.gateways.service_status import ServiceStatus
from harness.settings.addresses import is_loopback
from harness.settings.model import McpSettings, Settings

Era = Literal["auto", "legacy", "2026-07-28"]
"""Which protocol to speak: ask the endpoint, the handshake with sessions, or the stateless one."""


def open_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> McpGateway:
    """The gateway of a merchant's settings."""
    tools = WeChatTools(settings.wechat.appid)
    return McpGateway(settings.mcp, tools=tools, listeners=listeners, guard=guard)


def open_alipay_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> McpGateway:
    """The gateway to Alipay's endpoint of a merchant's settings.

    Raises:
        ConfigurationError: they name none.
    """
    alipay, mcp = alipay_mcp_of(settings)
    return McpGateway(mcp, tools=AlipayTools(alipay), listeners=listeners, guard=guard)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A tool's structured answer and the requests that brought it."""

    members: Mapping[str, object]
    watch: Watch
    request_id: str


class McpGateway:
    """A merchant's gateway to a payment service that speaks Model Context Protocol. Thread-safe.

    Args:
        settings: endpoint, key and patience.
        tools: whose they are, and how they are spoken to.
        listeners: hear every exchange, on the gateway's own thread.
        era: which protocol to speak.
        guard: asked before every request and every order.

    Raises:
        UnsafeRequest: the endpoint is neither https nor loopback.
    """

    def __init__(
        self,
        settings: McpSettings,
        *,
        tools: Tools,
        listeners: Sequence[Listener] = (),
        era: Era = "auto",
        guard: Unguarded = UNGUARDED,
    ) -> None:
        address = safe_address(settings.endpoint)
        self._guard = guard
        self._settings = settings
        self._tools = tools
        self._timeout_s = settings.timeout_ms / 1000
        self._loop = LoopThread(f"golive-mcp {address.host}")
        self._session = Session(
            Endpoint(
                url=settings.endpoint,
                host=address.host,
                api_key=settings.api_key,
                mode=era,
                timeout_s=self._timeout_s,
                trust_env=not is_loopback(address.host),
                listeners=tuple(listeners),
                guard=guard,
                dialect=tools.dialect,
            )
        )

    @property
    def dialect(self) -> str:
        """Which row of the table it speaks."""
        return self._tools.dialect

    @property
    def can_close(self) -> bool:
        """Whether there is a tool that closes an order."""
        return self._tools.close("") is not None

    def create(self, order: Order) -> Prepared:
        """Place an order of any product the endpoint has a tool for.

        Raises:
            NotSold: it has none for this one; nothing was sent.
        """
        tool, asked = self._tools.create(order)
        self._guard.spend(order.out_trade_no, order.amount, provider=self._tools.provider)
        said = self._ask(tool, asked, "create", order.out_trade_no)
        return self._tools.prepared(order, said.members, request_id=said.request_id)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask by the merchant's own number."""
        try:
            said = self._ask(*self._tools.query(out_trade_no), "query", out_trade_no)
        except PlatformRefusal as error:
            if (found := self._tools.not_there(out_trade_no, error)) is not None:
                return found
            raise
        return self._tools.transaction(said.members, out_trade_no=out_trade_no)

    def close(self, out_trade_no: str) -> None:
        """Close an unpaid order.

        Raises:
            TargetFailure: the answer does not say of this order that it is closed.
            UsageError: no tool closes one; nothing was sent.
        """
        call = self._tools.close(out_trade_no)
        if call is None:
            raise UsageError(
                f"the {self.dialect} dialect cannot close {out_trade_no}",
                where="close",
                remedy="close it over the classic API, which knows the same order",
            )
        said = self._ask(*call, "close", out_trade_no)
        if said.members.get("closed") is not True or said.members.get("out_trade_no") != out_trade_no:
            raise malformed("the answer does not say that this order is closed")

    def status(self) -> ServiceStatus:
        """What the service says of itself; an endpoint that does not answer is a status, not an error."""
        try:
            if self._tools.status is None:
                version = self.handshake()
                detail = f"MCP answers, {version}; it has no tool that tells its state"
                return ServiceStatus(enabled=True, wechat=False, alipay=True, detail=detail)
            said = self._ask(*self._tools.status, "status", None)
        except GoLiveError as error:
            return ServiceStatus(enabled=True, wechat=False, alipay=False, detail=str(error))
        named = {name: said.members.get(name) is True for name in ("enabled", "wechat", "alipay")}
        # The switch is the merchant's; a service that says it is off serves neither provider.
        return ServiceStatus(
            enabled=True,
            wechat=named["enabled"] and named["wechat"],
            alipay=named["enabled"] and named["alipay"],
            detail=f"MCP answers; payee {said.members.get('payee') or 'not named'}",
        )

    def probe(self) -> EndpointStatus:
        """Ask the service's status, or who it is where no tool tells that.

        MCP signs nothing, so `trusted` says only that it answered as agreed.
        """
        try:
            if self._tools.status is None:
                version = self.handshake()
                detail = f"Model Context Protocol, {version}"
                return EndpointStatus(reachable=True, clock_skew_s=0.0, detail=detail, trusted=True)
            said = self._ask(*self._tools.status, "status", None)
        except EnvironmentUnreachable as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        except GoLiveError as error:
            return EndpointStatus(reachable=True, clock_skew_s=0.0, detail=str(error))
        headers = httpx.Headers(said.watch.headers.multi_items())
        return EndpointStatus(
            reachable=True,
            clock_skew_s=skew_s(headers, said.watch.sent, said.watch.received),
            detail=f"Model Context Protocol, HTTP {said.watch.status}",
            trusted=True,
        )

    def handshake(self) -> str:
        """Open the session and say which protocol version the endpoint speaks.

        Raises:
            EnvironmentUnreachable: nothing answered.
            ChannelRefusal: something answered that does not speak Model Context Protocol with this key.
        """
        return self._loop.run(self._session.handshake)

    def recognise(self) -> None:
        """Open the session, whose handshake nothing else answers.

        Raises:
            NotSpoken: something else answers. A wrong key and a full house say nothing of the dialect.
        """
        try:
            self.handshake()
        except ChannelRefusal as refused:
            if refused.status in (401, 429) or refused.status >= 500:
                raise
            raise NotSpoken(refused.status, "", refused.message, where="handshake") from refused

    def close_connections(self) -> None:
        """End the session, the sockets and the thread."""
        self._loop.close(self._session.close)

    def _ask(self, name: str, asked: Mapping[str, object], operation: str, out_trade_no: str | None) -> _Said:
        """Call a tool, again only where nothing was sent."""

        request_id = f"GL{secrets.token_hex(12)}"

        def once() -> tuple[CallToolResult, Watch]:
            return self._loop.run(
                lambda: self._session.call(
                    name, asked, operation=operation, out_trade_no=out_trade_no, request_id=request_id
                )
            )

        result, watch = attempted(
            once, attempts=self._settings.retry_count, budget_s=self._timeout_s, now=time.monotonic
        )
        told = (result.meta or {}).get(REQUEST_ID) or watch.headers.get("Request-ID")
        request_id = told if isinstance(told, str) else request_id
        members = result.structured_content
        if result.is_error:
            raise self._refused(result, members, operation=operation, request_id=request_id)
        if not isinstance(members, dict):
            raise malformed(f"{name} answered without structured content")
        return _Said(members=members, watch=watch, request_id=request_id)

    def _refused(
        self, result: CallToolResult, members: object, *, operation: str, request_id: str
    ) -> GoLiveError:
        """A tool's own refusal: in the platform's words, or in none when it never came to the platform."""
        told = members if isinstance(members, dict) else _read(result)
        code, message = told.get("code"), str(told.get("message") or "")
        if isinstance(code, str) and code:
            return self._tools.refused(code, message, operation=operation, request_id=request_id)
        return ChannelRefusal(400, "", _text(result)[:500], where=operation, request_id=request_id)


def _read(result: CallToolResult) -> dict[str, object]:
    """An error may carry its members as text only."""
    try:
        told = json.loads(_text(result))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _text(result: CallToolResult) -> str:
    return " ".join(part.text for part in result.content if isinstance(part, TextContent))
