"""JSON-RPC by hand: what no well-behaved client would send is what an endpoint has to be asked."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.errors import NotExercised
from harness.core.event_stream import is_answered
from harness.core.trust import public_roots
from harness.gateways.channel import no_answer_from
from harness.gateways.guard import Unguarded
from harness.gateways.worth import worth
from scenarios.mcp.answer import RpcAnswer, read
from scenarios.mcp.words import WECHAT, Words

NEWEST = "2026-07-28"
BEFORE = "2025-11-25"
UNKNOWN = "1999-01-01"
LIMIT_S = 10.0
"""For one exchange."""
PAGES = 20
"""Of a tool list: one that never ends cannot hold a run."""
_CLIENT = {"name": "golive", "version": "1"}


class Spoken(NamedTuple):
    """How an endpoint is spoken to: the revision, and of the era of handshakes the session."""

    version: str
    stateless: bool
    session: str | None = None


class RawMcp:
    """Posts single messages to one MCP endpoint, in the era that it speaks.

    Args:
        endpoint: the URL that the settings name.
        api_key: sent as a bearer token unless a call's headers say otherwise.
        guard: asked before anything is sent.
        notify_url: where callbacks are to arrive.
        words: whose tools they are.
    """

    def __init__(
        self, endpoint: str, api_key: str, guard: Unguarded, *, notify_url: str, words: Words = WECHAT
    ) -> None:
        self.endpoint = endpoint
        self._key = api_key
        self._notify_url = notify_url
        self.words = words
        self._guard = guard
        self._ids = itertools.count(1)
        self._asked = 0
        self._http = BoundedClient(
            limit_s=LIMIT_S,
            enough=lambda headers, body: is_answered(headers, body, self._asked),
            verify=self._guard.verify or public_roots(),
            trust_env=self._guard.proxied,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def order(self) -> dict[str, Any]:
        """The arguments of a valid order over ¥1.00."""
        return self.words.order(self._notify_url)

    @cached_property
    def spoken(self) -> Spoken:
        """How to speak to it: without a handshake where it can, else in a session.

        Raises:
            NotExercised: it does neither for its rightful client.
        """
        listed = self.stateless("tools/list")
        if listed.result is not None:
            return Spoken(NEWEST, stateless=True)
        hello = self.initialize(BEFORE)
        version = (hello.result or {}).get("protocolVersion")
        if not isinstance(version, str):
            raise NotExercised(
                f"the endpoint speaks neither era with its rightful client: {NEWEST} was answered "
                f"{listed.words}, a handshake {hello.words}",
                where="MCP",
                remedy="nothing else can be asked of it; look at MCP-01",
            )
        spoken = Spoken(version, stateless=False, session=hello.headers.get("mcp-session-id"))
        self._post({"jsonrpc": "2.0", "method": "notifications/initialized"}, _in_session(spoken))
        return spoken

    def send(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> RpcAnswer:
        """One message with everything that the endpoint's era wants; `headers` replaces or adds.

        Raises:
            NotExercised: it speaks neither era.
        """
        spoken = self.spoken
        if spoken.stateless:
            return self.stateless(method, params, headers=headers)
        told = self._request(method, params or {}, {**_in_session(spoken), **(headers or {})})
        if (
            told.status == 404 and not headers
        ):  # the session was forgotten there; the message was not looked at
            del self.spoken
            told = self._request(method, params or {}, _in_session(self.spoken))
        return told

    def stateless(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        version: str = NEWEST,
        headers: Mapping[str, str] | None = None,
    ) -> RpcAnswer:
        """One message of the newest era, of whatever revision."""
        params = params or {}
        meta = {
            **params.get("_meta", {}),
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": _CLIENT,
        }
        named = {"Mcp-Name": str(params["name"])} if method == "tools/call" else {}
        usual = {"MCP-Protocol-Version": version, "Mcp-Method": method, **named}
        return self._request(method, {**params, "_meta": meta}, {**usual, **(headers or {})})

    def initialize(self, version: str) -> RpcAnswer:
        """The handshake of the era before."""
        params = {"protocolVersion": version, "capabilities": {}, "clientInfo": _CLIENT}
        return self._request("initialize", params, {})

    def tools(self) -> list[dict[str, Any]]:
        """Every tool that the endpoint lists.

        Raises:
            NotExercised: it lists none to its rightful client.
        """
        return tools_of(self.pages("tools/list"))

    def pages(self, method: str) -> list[RpcAnswer]:
        """The answers to a list, a page each; the last may be a refusal."""
        pages: list[RpcAnswer] = []
        cursor: object = None
        for _ in range(PAGES):
            told = self.send(method, {} if cursor is None else {"cursor": cursor})
            pages.append(told)
            cursor = (told.result or {}).get("nextCursor")
            if cursor is None:
                break
        return pages

    def call(
        self, tool: str, arguments: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> RpcAnswer:
        """Call a tool; whatever might be paid counts against the budget first."""
        if tool.startswith("create-"):
            number, amount = arguments.get(self.words.number), worth(arguments.get(self.words.amount))
            self._guard.spend(str(number), amount * 100 if self.words.in_yuan else amount)
        return self.send("tools/call", {"name": tool, "arguments": arguments}, headers=headers)

    def _request(self, method: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> RpcAnswer:
        self._asked = next(self._ids)
        body = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params}
        return read(self._post(body, headers), asked=self._asked)

    def _post(self, body: object, headers: Mapping[str, str]) -> httpx.Response:
        """Any JSON at all.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no whole answer came.
        """
        self._guard.wait(self.endpoint)
        usual = {
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self._key}",
        }
        self._http.cookies.clear()  # whoever was let in before would not be a stranger any more
        named = {name: value for name, value in {**usual, **headers}.items() if value}
        try:
            return self._http.post(self.endpoint, json=body, headers=named)
        except httpx.TransportError as error:
            ours = no_answer_from(self.endpoint, error, "JSON-RPC")
            self._guard.ended(ours)
            raise ours from error


def tools_of(pages: Sequence[RpcAnswer]) -> list[dict[str, Any]]:
    """The tools that the pages of `tools/list` have.

    Raises:
        NotExercised: a page was refused.
    """
    tools: list[dict[str, Any]] = []
    for told in pages:
        page = (told.result or {}).get("tools")
        if not isinstance(page, list):
            raise NotExercised(f"tools/list was answered {told.words}", where="MCP")
        assert all(isinstance(tool, dict) and isinstance(tool.get("name"), str) for tool in page), (
            "tools/list names something that is no tool"
        )
        tools += page
    return tools


def _in_session(spoken: Spoken) -> dict[str, str]:
    named = {} if spoken.session is None else {"Mcp-Session-Id": spoken.session}
    return {"MCP-Protocol-Version": spoken.version, **named}
