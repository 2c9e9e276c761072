"""What a Prometheus of ours talks to: it reads the merchant's pages here, and sends its alerts here.

Pages are handed on unaltered once they are wanted, and are empty before: a Prometheus takes five seconds
until it reads anything, so it is started ahead, and the merchant is asked nothing meanwhile.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.concurrency import run_in_threadpool

from harness.processes.serving import listen, serving

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LARGEST_BODY = 1 << 20
_MOST = 10_000
PAGE = "/page/"
_PLAIN = b"text/plain; version=0.0.4"


@dataclass(frozen=True, slots=True)
class Alert:
    """One message about one alert."""

    name: str
    firing: bool
    """Else it is told that it is over."""
    at: float
    """On the monotonic clock."""


@dataclass(slots=True)
class Outpost:
    """Hands pages on, and hears alerts. An ASGI application.

    Args:
        count: of the pages.
    """

    count: int
    pages: Sequence[Callable[[], httpx.Response]] = ()
    """What asks for each; empty: they are not wanted."""
    alerts: list[Alert] = field(default_factory=list)
    host: str = ""
    """Host and port that it listens on."""

    @property
    def addresses(self) -> list[str]:
        """Of the pages."""
        return [f"http://{self.host}{PAGE}{number}" for number in range(self.count)]

    def first(self, name: str, *, firing: bool, since: float) -> float | None:
        """When it first came after that moment; None: it has not."""
        came = (each for each in self.alerts if each.name == name and each.firing is firing)
        return next((each.at for each in came if each.at >= since), None)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers every request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        page: str = scope["path"]
        if page.startswith(PAGE):
            await self._hand_on(int(page.removeprefix(PAGE)), send)
            return
        self._hear(await _body(receive))
        await _answer(send, 200, _PLAIN, b"")

    async def _hand_on(self, number: int, send: Send) -> None:
        pages = self.pages
        if not pages:
            await _answer(send, 200, _PLAIN, b"")
            return
        try:
            told = await run_in_threadpool(pages[number])
        except httpx.HTTPError:
            await _answer(send, 504, _PLAIN, b"")
            return
        kind = told.headers.get("Content-Type", "").encode("latin-1", "replace") or _PLAIN
        await _answer(send, told.status_code, kind, told.content)

    def _hear(self, body: bytes) -> None:
        now, came = datetime.now(UTC), time.monotonic()
        try:
            told = [(each["labels"]["alertname"], each["endsAt"]) for each in json.loads(body)]
            heard = [Alert(str(name), datetime.fromisoformat(ends) > now, came) for name, ends in told]
        except (ValueError, LookupError, TypeError, RecursionError):
            return
        self.alerts += heard[: _MOST - len(self.alerts)]


@contextmanager
def outpost(count: int) -> Iterator[Outpost]:
    """One for so many pages, which listens on loopback until the block ends."""
    listener = listen()
    found = Outpost(count)
    with serving(found, listener) as address:
        found.host = address.partition("://")[2]
        yield found


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more and len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _answer(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
