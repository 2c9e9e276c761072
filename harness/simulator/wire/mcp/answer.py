"""Writes what this wire says for itself; everything else is written by the official SDK."""

from __future__ import annotations

import json
from typing import Any

from mcp_types import CallToolResult, TextContent
from starlette.types import Message, Scope, Send

from harness.simulator.practices import Practices
from harness.simulator.wire.mcp.errors import RpcRefusal
from harness.simulator.wire.mcp.foreign_text import content

REQUEST_ID = "golive/requestId"
"""Where `_meta` names a request: a caller may choose the name, every result repeats it."""
REQUEST_NAME = "golive.request_name"
"""Where the scope of a request carries that name, for the header of its answer."""


def named(scope: Scope, send: Send) -> Send:
    """Puts the request's name into the header `Request-ID`, as every wire of the platform does."""

    async def with_name(message: Message) -> None:
        if message["type"] == "http.response.start":
            name = (b"request-id", scope[REQUEST_NAME].encode())
            message = {**message, "headers": [*message.get("headers", ()), name]}
        await send(message)

    return with_name


async def refuse(send: Send, refused: RpcRefusal) -> None:
    """Write a refusal."""
    error: dict[str, Any] = {"code": refused.rpc_code, "message": refused.message}
    if refused.data is not None:
        error["data"] = refused.data
    body = json.dumps({"jsonrpc": "2.0", "id": refused.id, "error": error}).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def result(name: str, told: dict[str, Any], practices: Practices, *, sentence: str = "") -> CallToolResult:
    """What a tool says, as text and as structure; `name` is the request's, `sentence` the same in words."""
    words = [TextContent(type="text", text=sentence)] if sentence else []
    return CallToolResult(
        content=[*words, *content(told, practices)], structured_content=told, _meta={REQUEST_ID: name}
    )


def tool_error(name: str, code: str, message: str) -> CallToolResult:
    """Why a tool did nothing, as text alone: as structure it would break the tool's own output schema."""
    told = {"code": code, "message": message}
    return CallToolResult(content=[_text(told)], is_error=True, _meta={REQUEST_ID: name})


def _text(told: dict[str, Any]) -> TextContent:
    return TextContent(type="text", text=json.dumps(told, ensure_ascii=False, separators=(",", ":")))
