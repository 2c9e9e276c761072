"""The protocol revision a request claims, where the SDK alone does not look closely enough.

The SDK tells the two eras apart by the header `MCP-Protocol-Version`. A request of the stateless era without
that header, or with another one, is a mismatch and not a request of the era before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from mcp_types import HEADER_MISMATCH, PROTOCOL_VERSION_META_KEY, UNSUPPORTED_PROTOCOL_VERSION
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    LATEST_MODERN_VERSION,
    MODERN_PROTOCOL_VERSIONS,
)
from starlette.types import Message, Scope, Send

from harness.simulator.wire.mcp.call import message_id, read_message
from harness.simulator.wire.mcp.errors import RpcRefusal

VERSION = b"mcp-protocol-version"
_NORMAL: Mapping[bytes, Callable[[bytes], bytes]] = {
    VERSION: bytes.strip,
    b"mcp-method": bytes.strip,
    b"mcp-name": bytes.strip,
    b"content-type": bytes.lower,
    b"accept": bytes.lower,
}
_STATELESS = PROTOCOL_VERSION_META_KEY.encode()


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def normalised(scope: Scope) -> Scope:
    """The scope as the SDK wants it.

    The blanks around routing headers go, which one of uvicorn's parsers leaves there; a media type, whose
    case means nothing, is in lower case.
    """
    headers = [(name, _NORMAL[name](value) if name in _NORMAL else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers}


def has_sessions(scope: Scope) -> bool:
    """Whether a request is of the era of handshakes and sessions, as the SDK decides it."""
    claimed = header(scope, VERSION)
    return claimed is None or claimed in HANDSHAKE_PROTOCOL_VERSIONS


def check_header(scope: Scope, body: bytes) -> None:
    """A body of the stateless era must come with its header.

    Raises:
        RpcRefusal: 400, HEADER_MISMATCH.
    """
    if _STATELESS not in body:
        return
    if not has_sessions(scope):
        return
    message = read_message(body)
    if _STATELESS.decode() not in _meta(message):
        return
    raise RpcRefusal(
        400,
        f"{VERSION.decode()} header does not match the request envelope's protocol version",
        rpc_code=HEADER_MISMATCH,
        message_id=message_id(message),
    )


def check_known(scope: Scope, body: bytes) -> None:
    """A revision that the header alone names has to be one; the SDK would ask for what the newest wants.

    Raises:
        RpcRefusal: 400, UNSUPPORTED_PROTOCOL_VERSION with what is spoken.
    """
    spoken = [*MODERN_PROTOCOL_VERSIONS, *HANDSHAKE_PROTOCOL_VERSIONS]
    claimed = header(scope, VERSION)
    if claimed is None or claimed in spoken or _STATELESS in body:
        return
    raise RpcRefusal(
        400,
        f"Unsupported protocol version in the header {VERSION.decode()}",
        rpc_code=UNSUPPORTED_PROTOCOL_VERSION,
        message_id=message_id(read_message(body)),
        data={"supported": spoken},
    )


def refuse_any(body: bytes) -> None:
    """The defect: whatever revision is claimed, act as if we did not speak it.

    Raises:
        RpcRefusal: 400, UNSUPPORTED_PROTOCOL_VERSION.
    """
    raise RpcRefusal(
        400,
        "Unsupported protocol version",
        rpc_code=UNSUPPORTED_PROTOCOL_VERSION,
        message_id=message_id(read_message(body)),
        data={"supported": [LATEST_MODERN_VERSION]},
    )


def believe_any(scope: Scope, body: bytes, send: Send) -> tuple[Scope, bytes, Send]:
    """The defect: whatever revision is claimed, act as if we spoke it."""
    message = read_message(body)
    claimed = header(scope, VERSION)
    if claimed is not None and claimed not in (*HANDSHAKE_PROTOCOL_VERSIONS, *MODERN_PROTOCOL_VERSIONS):
        headers = [
            (name, LATEST_MODERN_VERSION.encode() if name == VERSION else value)
            for name, value in scope["headers"]
        ]
        scope = {**scope, "headers": headers}
        if _meta(message):
            message["params"]["_meta"][PROTOCOL_VERSION_META_KEY] = LATEST_MODERN_VERSION
            body = json.dumps(message).encode()
    elif message.get("method") == "initialize" and isinstance(message.get("params"), dict):
        asked = message["params"].get("protocolVersion")
        if isinstance(asked, str) and asked not in HANDSHAKE_PROTOCOL_VERSIONS:
            message["params"]["protocolVersion"] = LATEST_HANDSHAKE_VERSION
            body = json.dumps(message).encode()
            send = _rewriting(send, lambda answer: _agree(answer, asked))
    return scope, body, send


def _agree(answer: dict[str, Any], asked: str) -> None:
    if isinstance(answer.get("result"), dict):
        answer["result"]["protocolVersion"] = asked


def _rewriting(send: Send, change: Callable[[dict[str, Any]], None]) -> Send:
    """Changes a JSON answer that comes in one piece."""
    held: list[Message] = []

    async def rewrite(message: Message) -> None:
        if message["type"] == "http.response.start":
            held.append(message)
            return
        start = held.pop()
        answer = read_message(message.get("body", b""))
        change(answer)
        body = json.dumps(answer).encode()
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({**message, "body": body})

    return rewrite


def _meta(message: dict[str, Any]) -> dict[str, Any]:
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}
