"""What every small platform of these tests takes of ASGI."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Receive, Scope, Send


async def body_of(scope: Scope, receive: Receive, send: Send) -> bytes | None:
    """The whole body of a request; None where it was the server's start and end, which are answered here."""
    if scope["type"] != "lifespan":
        return await Request(scope, receive).body()
    for _ in range(2):
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
    return None
