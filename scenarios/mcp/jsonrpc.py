"""JSON-RPC by hand: what no well-behaved client would send is what an endpoint has to be asked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import httpx

from harness.core.trust import public_roots
from harness.gateways.guard import Unguarded

NEWEST = "2026-07-28"
BEFORE = "2025-11-25"
UNKNOWN = "1999-01-01"
MOST = 100_000_000
"""Fen; no client of this endpoint may ask for more (envelope facts 2)."""


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
        self._http = httpx.Client(
            timeout=10,
            verify=self._guard.verify or public_roots(),
            trust_env=self._guard.proxied,
            follow_redirects=False,
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
        """Any JSON at all."""
        self._guard.wait(self.endpoint)
        usual = {
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {self._key}",
        }
        self._http.cookies.clear()  # whoever was let in before would not be a stranger any more
        named = {name: value for name, value in {**usual, **headers}.items() if value}
        return self._http.post(self.endpoint, json=body, headers=named)


def worth(amount: object) -> int:
    """What an order of this amount could be worth, in fen; what is no legal amount can never be paid."""
    legal = isinstance(amount, int) and not isinstance(amount, bool) and 1 <= amount <= MOST
    return amount if legal and isinstance(amount, int) else 0


def message(answer: httpx.Response) -> dict[str, Any]:
    """The JSON-RPC message of an answer, whether it came as JSON or as one server-sent event."""
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        events = (line.removeprefix("data:").strip() for line in text.splitlines())
        text = next(event for event in events if event.startswith("{"))
    parsed: dict[str, Any] = json.loads(text)
    return parsed
