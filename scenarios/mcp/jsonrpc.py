"""JSON-RPC by hand: what no well-behaved client would send is what an endpoint has to be asked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import httpx

from harness.core.bounded_http import BoundedClient
from harness.core.trust import public_roots
from harness.gateways.channel import no_answer_from
from harness.gateways.guard import Unguarded
from harness.gateways.mcp.event_stream import EVENT_STREAM, answer_in, is_answered
from harness.gateways.worth import worth

NEWEST = "2026-07-28"
BEFORE = "2025-11-25"
UNKNOWN = "1999-01-01"
LIMIT_S = 10.0
"""For one exchange."""


class RawMcp:
    """Posts single messages to one MCP endpoint, stateless unless told otherwise.

    Args:
        endpoint: the URL that the settings name.
        api_key: sent as a bearer token unless a call's headers say otherwise.
        guard: asked before anything is sent.
        notify_url: where callbacks are to arrive.
    """

    def __init__(self, endpoint: str, api_key: str, guard: Unguarded, *, notify_url: str) -> None:
        self.endpoint = endpoint
        self._key = api_key
        self._notify_url = notify_url
        self._guard = guard
        self._http = BoundedClient(
            limit_s=LIMIT_S,
            enough=is_answered,
            verify=self._guard.verify or public_roots(),
            trust_env=self._guard.proxied,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def order(self) -> dict[str, Any]:
        """The arguments of a valid order over ¥1.00."""
        return {
            "out_trade_no": f"MCP{secrets.token_hex(10)}",
            "amount": 100,
            "description": "协议检查",
            "notify_url": self._notify_url,
        }

    def send(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        version: str = NEWEST,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One message of the newest revision, with everything it wants; `headers` replaces or adds."""
        if method == "tools/call" and str((params or {})["name"]).startswith("create-"):
            asked = (params or {}).get("arguments", {})
            self._guard.spend(str(asked.get("out_trade_no")), worth(asked.get("amount")))
        meta = {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "golive", "version": "1"},
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": meta}}
        named = {"Mcp-Name": str((params or {})["name"])} if method == "tools/call" else {}
        return self.post(
            body, {"MCP-Protocol-Version": version, "Mcp-Method": method, **named, **(headers or {})}
        )

    def initialize(self, version: str) -> httpx.Response:
        """The handshake of the revision before."""
        params = {
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": {"name": "golive", "version": "1"},
        }
        return self.post({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}, {})

    def post(self, body: object, headers: Mapping[str, str]) -> httpx.Response:
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


def message(answer: httpx.Response) -> dict[str, Any]:
    """The JSON-RPC message of an answer, whether it came as JSON or as one server-sent event."""
    if answer.headers.get("content-type", "").startswith(EVENT_STREAM):
        told = answer_in(answer.content)
        assert told is not None, "the stream of events ended without an answer"
        return told
    parsed: dict[str, Any] = json.loads(answer.text)
    return parsed
