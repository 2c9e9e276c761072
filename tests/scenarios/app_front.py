"""A front before somebody's app, as a gateway of theirs would be: it says some statuses its own way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.processes.serving import listen, serving

NOT_RELAYED = {b"connection", b"content-length", b"host", b"transfer-encoding"}


@contextmanager
def front_of(
    app: str, statuses: Mapping[int, int], *, posted: list[tuple[bytes, bytes]] | None = None
) -> Iterator[tuple[str, list[int]]]:
    """Relays to `app`; yields the address in front, and the statuses that it said its own way.

    Args:
        statuses: what is answered to a POST in the place of a status of the app's.
        posted: gets the body of each POST, and of its answer.
    """
    own = app.encode()
    said: list[int] = []

    async def relay(request: Request) -> Response:
        ours = f"http://{request.headers['host']}".encode()
        headers = [
            (name, value.replace(ours, own)) for name, value in request.headers.raw if name not in NOT_RELAYED
        ]
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            answer = await client.request(
                request.method,
                httpx.URL(app).copy_with(raw_path=_target(request)),
                headers=headers,
                content=await request.body(),
            )
        if posted is not None and request.method == "POST":
            posted.append((await request.body(), answer.content))
        status = answer.status_code
        if request.method == "POST" and status in statuses:
            status = statuses[status]
            said.append(status)
        relayed = Response(answer.content, status_code=status)
        relayed.raw_headers += [
            (name, value) for name, value in answer.headers.raw if name.lower() not in NOT_RELAYED
        ]
        return relayed

    methods = ["GET", "HEAD", "POST", "PUT", "DELETE"]
    with serving(Starlette(routes=[Route("/{path:path}", relay, methods=methods)]), listen()) as address:
        yield address, said


def _target(request: Request) -> bytes:
    parts = urlsplit(str(request.url))
    return f"{parts.path}?{parts.query}".encode() if parts.query else parts.path.encode()
