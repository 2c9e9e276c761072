"""The answer to a path that nobody serves, and to somebody who is no longer there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
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


async def nobody_there(request: Request, error: Exception) -> Response:
    """For a page whose browser went away before its request was whole: nobody reads it."""
    del request, error
    return Response(status_code=400)
