"""Batches: several messages in one body, which revision 2025-03-26 wants received, and no other revision has.

Each message is served as if it had come alone, one after the other; what answers them comes as one array. A
handshake is never part of a batch (basic/lifecycle), and notices alone are answered with nothing (202).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message, Send

from harness.simulator.wire.mcp.answer import refuse
from harness.simulator.wire.mcp.errors import RpcRefusal

REVISION = "2025-03-26"
"""The one that has batches."""
MOST = 100
"""Messages of one batch: what it asks for is done before anything of it is answered."""
Serve = Callable[[bytes, Send], Awaitable[None]]
"""Serves a single message, and hands the answer on."""


def is_batch(body: bytes) -> bool:
    """Whether a body is an array, as far as its first character tells."""
    return body.lstrip()[:1] == b"["


def messages_of(body: bytes) -> list[Any] | None:
    """The messages of a batch; None: it cannot be read as one.

    Raises:
        RpcRefusal: 400, nothing of it is served: it is empty, too long, or a handshake is in it.
    """
    try:
        messages = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(messages, list):
        return None
    if not messages:
        raise RpcRefusal(400, "a batch with no message in it")
    if len(messages) > MOST:
        raise RpcRefusal(400, f"a batch of more than {MOST} messages")
    if any(isinstance(each, dict) and each.get("method") == "initialize" for each in messages):
        raise RpcRefusal(400, "a handshake (initialize) is never part of a batch")
    return messages


async def answer_each(
    messages: list[Any], serve: Callable[[bytes, Send], Awaitable[None]], send: Send
) -> None:
    """Serve each message, and answer them together.

    Args:
        messages: of the batch.
        serve: serves a single message; raises `RpcRefusal`.
        send: takes the whole answer.
    """
    answers = [said for each in messages if (said := await _answer_to(each, serve))]
    body = b"[" + b",".join(answers) + b"]" if answers else b""
    headers = [(b"content-type", b"application/json")] if answers else []
    headers.append((b"content-length", str(len(body)).encode()))
    status = 200 if answers else 202
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer_to(message: Any, serve: Serve) -> bytes:
    """What answers one message of a batch; empty: nothing does."""
    said = bytearray()

    async def keep(part: Message) -> None:
        said.extend(part.get("body", b""))

    try:
        await serve(json.dumps(message).encode(), keep)
    except RpcRefusal as refused:
        await refuse(keep, refused)
    return bytes(said)
