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


class LoadWire:
    """One merchant on a Model Context Protocol endpoint.

    Args:
        settings: of which the endpoint and its key are used.
        openid: of the payer of JSAPI orders.
        notify_url: of every order.
        amount: of every order.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        own = settings.mcp
        address = parse_address(own.endpoint)
        self.origin = address.origin
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
        self._order = {"amount": int(amount), "description": DESCRIPTION, "notify_url": notify_url}
        self._scene: Mapping[Product, Mapping[str, Any]] = {
            Product.JSAPI: {"openid": openid},
            Product.H5: {"payer_client_ip": PAYER_IP, "h5_type": H5_TYPE},
        }

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order with the product's tool."""
        arguments = {"out_trade_no": out_trade_no, **self._order, **self._scene.get(product, {})}
        return self._call(
            "create",
            product,
            f"create-{product.value}-payment",
            arguments,
            lambda members: judged_handle(same(members, "out_trade_no", out_trade_no), HANDLES[product]),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number."""
        return self._call(
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

        return self._call("close", product, "close-order", {"out_trade_no": out_trade_no}, judge)

    def _call(
        self, operation: str, product: Product, tool: str, arguments: Mapping[str, Any], judge: Judge
    ) -> Request:
        number = next(self._ids)
        message = {
            "jsonrpc": "2.0",
            "id": number,
            "method": "tools/call",
            "params": {"name": tool, "arguments": arguments, "_meta": _META},
        }
        return Request(
            key=Key(operation, product.value, ID),
            method="POST",
            path=self._path,
            headers={**self._headers, "Mcp-Name": tool},
            body=json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(),
            judge=lambda answer: judge(_structured(answer, number)),
        )


def _structured(answer: Answer, number: int) -> Mapping[str, Any]:
    """The structured content of a tool's result."""
    if answer.status != 200:
        raise refused(answer)
    message = _message(answer, number)
    if message.get("id") != number:
        raise Wrong("answer to another request")
    result = message.get("result")
    if not isinstance(result, dict):
        raise Wrong("protocol error")
    if result.get("isError"):
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
