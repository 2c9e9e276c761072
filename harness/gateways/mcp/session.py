"""One Model Context Protocol session, opened when first needed and shared by every thread of a gateway."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import (
    CallToolResult,
    Implementation,
    RequestParamsMeta,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from harness.core.errors import GoLiveError, UsageError
from harness.core.exchange import Listener
from harness.gateways.guard import Unguarded
from harness.gateways.mcp.failures import failed, not_opened
from harness.gateways.mcp.transport import GOODBYE_S, Watch, WatchedClient, watching
from harness.gateways.refusals import ChannelRefusal

REQUEST_ID = "golive/requestId"
"""Where `_meta` names a request; the same name again is the same request, and a result repeats it."""

_PAGES = 20
"""Of a tool list: an endpoint that never ends its list cannot hold a call."""

_US = "GoLive/0.1 (Model Context Protocol client)"

# The library reports to its log what we report to the caller; without a handler of the program's own it
# would be printed on the terminal.
logging.getLogger("mcp").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and how a session is opened. `mode` is `auto`, `legacy` or a protocol version."""

    url: str
    host: str
    api_key: str
    mode: str
    timeout_s: float
    trust_env: bool
    listeners: Sequence[Listener]
    guard: Unguarded
    dialect: str
    """Of its exchanges."""


class Session:
    """Lives on one event loop; every method is called there.

    Args:
        endpoint: of the session.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._opening: asyncio.Task[_Open] | None = None
        self._closed = False
        self._owners: dict[asyncio.Task[None], _Open] = {}
        """Whoever still holds a session, also one that takes no new call and is saying goodbye."""

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, object],
        *,
        request_id: str,
        operation: str,
        out_trade_no: str | None,
    ) -> tuple[CallToolResult, Watch]:
        """Call a tool, opening the session first where there is none.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no trustworthy answer came.
            ChannelRefusal: the endpoint would not have it: key, handshake, unknown tool, request limit.
            PlatformRefusal: HTTP 5xx, or an internal error of the endpoint.
            TargetFailure: the answer contradicts the tool's own output schema.
        """
        for again in (True, False):
            session = await self._opened()
            watch = Watch(
                operation=operation,
                out_trade_no=out_trade_no,
                deadline=time.monotonic() + self._endpoint.timeout_s,
            )
            if tool not in session.tools:
                self._forget(session)
                raise ChannelRefusal(404, "", f"the endpoint offers no tool {tool}", where=operation)
            try:
                return await session.call(
                    tool,
                    arguments,
                    {REQUEST_ID: request_id},
                    watch,
                    # The wait for its turn is no part of a call's patience.
                    self._endpoint.timeout_s + self._endpoint.guard.pause_s,
                ), watch
            except GoLiveError:
                self._forget(session)
                # 404 to a session: it is unknown there (a restart), and the call was not looked at.
                if not (again and watch.status == 404 and session.legacy):
                    raise
        raise AssertionError("the second round returns or raises")

    async def handshake(self) -> str:
        """Open the session where there is none, and say which protocol version it speaks."""
        return (await self._opened()).client.protocol_version

    async def close(self) -> None:
        """End every session: the present one, one being opened, and those given up before; open no other."""
        self._closed = True
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
        for session in self._owners.values():
            session.leave.set()
        if self._owners:
            await asyncio.wait(self._owners, timeout=GOODBYE_S + 1)

    def _forget(self, session: _Open) -> None:
        """Open another one next time; this one ends with the last call on its way in it."""
        opening = self._opening
        if opening is not None and _result(opening) is session:
            self._opening = None
        session.retire()

    async def _opened(self) -> _Open:
        """The session; callers that come while it is being opened share the attempt and its failure.

        Raises:
            UsageError: the gateway is being closed.
        """
        if self._closed:
            raise UsageError("the gateway is closed", where=self._endpoint.host, remedy="build a new one")
        opening = self._opening
        if opening is not None and opening.done():
            session = _result(opening)
            opening = None if session is None or session.owner.done() else opening
        if opening is None:
            opening = self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(opening)

    async def _open(self) -> _Open:
        ready: asyncio.Future[_Open] = asyncio.get_running_loop().create_future()
        owner = asyncio.create_task(self._own(ready))
        try:
            session = await ready
        except BaseException:
            owner.cancel()
            await asyncio.gather(owner, return_exceptions=True)
            raise
        session.owner = owner
        self._owners[owner] = session
        owner.add_done_callback(self._owners.pop)
        return session

    async def _own(self, ready: asyncio.Future[_Open]) -> None:
        """Hold the session open: the library wants it left by the task that entered it."""
        endpoint = self._endpoint
        watch = Watch(operation="handshake", deadline=time.monotonic() + endpoint.timeout_s)
        try:
            async with WatchedClient(
                host=endpoint.host,
                dialect=endpoint.dialect,
                listeners=endpoint.listeners,
                guard=endpoint.guard,
                headers={"Authorization": f"Bearer {endpoint.api_key}", "User-Agent": _US},
                # Shorter than the deadline, so that a host that is not there is told from one that is mute.
                timeout=httpx2.Timeout(endpoint.timeout_s, connect=0.8 * endpoint.timeout_s),
                trust_env=endpoint.trust_env,
                verify=endpoint.guard.verify or _roots(environment=endpoint.trust_env),
            ) as http:
                with watching(watch):
                    async with Client(
                        streamable_http_client(endpoint.url, http_client=http),
                        mode=endpoint.mode,
                        client_info=Implementation(name="golive", version="0.1"),
                        cache=None,
                    ) as client:
                        session = _Open(client, await _tools(client))
                        ready.set_result(session)
                        await session.leave.wait()
        except Exception as error:  # noqa: BLE001 - the library raises groups of whatever broke
            if not ready.done():
                ready.set_exception(not_opened(watch, error))


class _Open:
    """A session that is open: the client, the tools it may call, and the calls on their way."""

    owner: asyncio.Task[None]

    def __init__(self, client: Client, tools: frozenset[str]) -> None:
        self.client = client
        self.tools = tools
        self.leave = asyncio.Event()
        self._calls = 0
        self._retired = False

    @property
    def legacy(self) -> bool:
        """Whether it has a session at the endpoint, which the endpoint may forget."""
        return self.client.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS

    def retire(self) -> None:
        """Take no new call; leave with the last."""
        self._retired = True
        if not self._calls:
            self.leave.set()

    async def call(
        self,
        tool: str,
        arguments: Mapping[str, object],
        meta: Mapping[str, object],
        watch: Watch,
        timeout_s: float,
    ) -> CallToolResult:
        """Call a tool, and wait a little longer than the wire may take."""
        self._calls += 1
        try:
            with watching(watch):
                async with asyncio.timeout(timeout_s + 1):
                    return await self.client.call_tool(
                        tool, dict(arguments), meta=cast("RequestParamsMeta", dict(meta))
                    )
        except Exception as error:
            # Of whatever kind: the watch knows better than the library what happened.
            raise failed(watch, error) from error
        finally:
            self._calls -= 1
            if self._retired:
                self.retire()


@cache
def _roots(*, environment: bool) -> ssl.SSLContext:
    """What this library believes by itself, the system's own store, read once a process."""
    return httpx2.create_ssl_context(trust_env=environment)


def _result(opening: asyncio.Task[_Open]) -> _Open | None:
    if not opening.done() or opening.cancelled() or opening.exception() is not None:
        return None
    return opening.result()


async def _tools(client: Client) -> frozenset[str]:
    """Listed before money is at stake; the library checks answers against the schemas listed here."""
    names: set[str] = set()
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        names.update(tool.name for tool in page.tools)
        cursor = page.next_cursor
        if cursor is None:
            break
    return frozenset(names)
