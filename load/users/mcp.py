"""Requests of the Model Context Protocol, posted as JSON-RPC: revision 2026-07-28, which needs no session.

The protocol signs nothing; its key and TLS are the protection. Judged are the protocol's own ties: the id of
the answer, the tool's result, and the order it speaks of.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.core.event_stream import answer_in
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from harness.settings.addresses import parse_address
from harness.settings.model import McpSettings
from load.key import Key
from load.users.answers import Answer, Wrong, judged_handle, judged_state, read_object, refused, same
from load.users.wire import DESCRIPTION, H5_TYPE, HANDLES, PAYER_IP, USER_AGENT, Request

ID = "mcp"
VERSION = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "golive-load", "version": "1"},
}
Judge = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class McpWire:
    """One merchant on a Model Context Protocol endpoint, whosever tools it has.

    Args:
        own: the endpoint and its key.
        dialect: which row of the table this is.
    """

    def __init__(self, own: McpSettings, dialect: str) -> None:
        address = parse_address(own.endpoint)
        self.origin = address.origin
        self._dialect = dialect
        self._path = address.path or "/"
        self._ids = itertools.count(1)
        self._headers = {
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {own.api_key}",
            "Content-Type": "application/json",
            "MCP-Protocol-Version": VERSION,
            "Mcp-Method": "tools/call",
            "User-Agent": USER_AGENT,
        }

    def call(
        self,
        operation: str,
        product: Product,
        tool: str,
        arguments: Mapping[str, Any],
        judge: Judge,
        *,
        told_anyway: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Request:
        """Call a tool.

        Args:
            judge: of its members.
            told_anyway: what a refusal of that code says, for it is an answer, too.
        """
        number = next(self._ids)
        message = {
            "jsonrpc": "2.0",
            "id": number,
            "method": "tools/call",
            "params": {"name": tool, "arguments": arguments, "_meta": _META},
        }
        return Request(
            key=Key(operation, product.value, self._dialect),
            method="POST",
            path=self._path,
            headers={**self._headers, "Mcp-Name": tool},
            body=json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(),
            judge=lambda answer: judge(_structured(answer, number, told_anyway or {})),
        )


class LoadWire(McpWire):
    """WeChat's tools.

    Args:
        settings: of which the endpoint and its key are used.
        openid: of the payer of JSAPI orders.
        notify_url: of every order.
        amount: of every order.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        super().__init__(settings.mcp, ID)
        self._order = {"amount": int(amount), "description": DESCRIPTION, "notify_url": notify_url}
        self._scene: Mapping[Product, Mapping[str, Any]] = {
            Product.JSAPI: {"openid": openid},
            Product.H5: {"payer_client_ip": PAYER_IP, "h5_type": H5_TYPE},
        }

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order with the product's tool."""
        arguments = {"out_trade_no": out_trade_no, **self._order, **self._scene.get(product, {})}
        return self.call(
            "create",
            product,
            f"create-{product.value}-payment",
            arguments,
            lambda members: judged_handle(same(members, "out_trade_no", out_trade_no), HANDLES[product]),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number."""
        return self.call(
            "query",
            product,
            "query-order-by-out-trade-no",
            {"out_trade_no": out_trade_no},
            lambda members: judged_state(same(members, "out_trade_no", out_trade_no), states, "trade_state"),
        )

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an unpaid order."""

        def judge(members: Mapping[str, Any]) -> Mapping[str, Any]:
            same(members, "out_trade_no", out_trade_no)
            if members.get("closed") is not True:
                raise Wrong("not closed")
            return members

        return self.call("close", product, "close-order", {"out_trade_no": out_trade_no}, judge)


def _structured(
    answer: Answer, number: int, told_anyway: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The structured content of a tool's result, or what its refusal says."""
    if answer.status != 200:
        raise refused(answer)
    message = _message(answer, number)
    if message.get("id") != number:
        raise Wrong("answer to another request")
    result = message.get("result")
    if not isinstance(result, dict):
        raise Wrong("protocol error")
    if result.get("isError"):
        if (told := told_anyway.get(_code(result))) is not None:
            return told
        raise Wrong("tool error")
    members = result.get("structuredContent")
    if not isinstance(members, dict):
        raise Wrong("no structured content")
    return members


def _message(answer: Answer, number: int) -> Mapping[str, Any]:
    """The message, whether it came as JSON or in a stream of events."""
    if answer.body.lstrip()[:1] != b"{":
        message = answer_in(answer.body, number, ended=True)
        if message is not None:
            return message
    return read_object(answer.body)


def _code(result: Mapping[str, Any]) -> str:
    """The platform's code in a tool's refusal; empty where it has none."""
    try:
        code = json.loads(result["content"][0]["text"])["code"]
    except (ValueError, LookupError, TypeError):
        return ""
    return code if isinstance(code, str) else ""
