"""A proxy that relays to the platform and may change one byte of an answer on its way back."""

from __future__ import annotations

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}


class TamperingProxy:
    """Honest until told otherwise.

    `flip` is where in the body of an answer one bit is flipped, from 0.0 (first byte) to 1.0 (last); None
    leaves it alone. `headers` replaces header values of an answer.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.base_url = ""
        self.flip: float | None = None
        self.headers: dict[str, str] = {}
        self.relayed = 0

    def honest(self) -> None:
        """Stop tampering."""
        self.flip, self.headers = None, {}

    async def relay(self, request: Request) -> Response:
        """Pass a request on byte for byte, and the answer back, tampered with or not."""
        target = request.scope["raw_path"].decode()
        query = request.scope["query_string"].decode()
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer = await client.request(
                request.method,
                f"{self._upstream}{target}{'?' if query else ''}{query}",
                headers=[(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP],
                content=await request.body(),
            )
        self.relayed += 1
        response = Response(self._tampered(answer.content), status_code=answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_BY_HOP:
                response.headers[name] = self.headers.get(name.lower(), value)
        return response

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/{path:path}", self.relay, methods=["GET", "POST"])])

    def _tampered(self, body: bytes) -> bytes:
        if self.flip is None or not body:
            return body
        place = round(self.flip * (len(body) - 1))
        return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
