"""The answer to a path that nobody serves."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send


async def empty(send: Send, status: int) -> None:
    """A status without a body: there is nothing to go by (facts 1.5)."""
    headers = [(b"server", b"nginx"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    """404; a socket is closed."""
    if scope["type"] == "http":
        await empty(send, 404)
    else:
        await send({"type": "websocket.close", "code": 1000})
