"""The newest requests of merchants with their answers, as they were on the wire.

Every request of every wire passes here, whether or not anybody looks: so nothing is decoded before somebody
does, and what is kept of one is a few objects. A thousand times the sixty that the server has made of each
would be more than the processor's cache holds, and every request would begin in memory that is not there.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.simulator.console.recent import KEPT, Recent

RawHeaders = list[tuple[bytes, bytes]]
_ALONE = 1_000
"""Bytes that an exchange takes without its texts, about."""
_BETWEEN = b"\0"
"""Stands in no name and no value of a header."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and what came of it; nobody changes it."""

    id: int
    at: float
    """Unix seconds at which its headers had come."""
    wire: str
    method: str
    raw_path: bytes
    query_string: bytes
    head: bytes
    """Its headers in one piece, as `headers` reads them."""
    body: bytes
    """No more of it than `KEPT` bytes."""
    body_size: int
    """Of the whole."""
    status: int | None
    """Of the answer; None: the connection ended without one."""
    answer_head: bytes
    answer: bytes
    answer_size: int
    duration_s: float | None
    """Until the last byte of the answer had been handed over; None: it never was."""

    @property
    def target(self) -> str:
        """Path and query as they came."""
        raw = self.raw_path + b"?" + self.query_string if self.query_string else self.raw_path
        return raw.decode("latin-1")

    @property
    def headers(self) -> RawHeaders:
        """Those of the request, in their order."""
        return _apart(self.head)

    @property
    def answer_headers(self) -> RawHeaders:
        """Those of the answer, in their order."""
        return _apart(self.answer_head)

    @property
    def size(self) -> int:
        """Bytes held, about."""
        asked = len(self.raw_path) + len(self.query_string) + len(self.head) + len(self.body)
        return _ALONE + asked + len(self.answer_head) + len(self.answer)


class Exchanges:
    """Listens at the wires of one simulator."""

    def __init__(self) -> None:
        self.recent: Recent[Exchange] = Recent()
        self._ids = count(1)

    async def through(self, wire: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a wire answer a request, and remember both when that is over."""
        id_, at, ear = next(self._ids), time.time(), _Ear(receive, send)
        try:
            await app(scope, ear.receive, ear.send)
        finally:
            self.recent.add(
                Exchange(
                    id_,
                    at,
                    wire,
                    scope["method"],
                    scope.get("raw_path") or scope["path"].encode(),
                    scope["query_string"],
                    _together(scope["headers"]),
                    ear.body,
                    ear.body_size,
                    ear.status,
                    _together(ear.answer_headers),
                    ear.answer,
                    ear.answer_size,
                    ear.duration_s,
                )
            )

    def find(self, id_: int) -> Exchange | None:
        """The one of that number; None: it is forgotten, or never was."""
        return next((each for each in self.recent if each.id == id_), None)


class _Ear:
    """Between a wire and the connection; a fault that hangs up reaches the connection through it."""

    __slots__ = (
        *("_began", "_receive", "_send"),
        *("answer", "answer_headers", "answer_size", "body", "body_size", "duration_s", "status"),
    )

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()
        self.body = self.answer = b""
        self.body_size = self.answer_size = 0
        self.status: int | None = None
        self.answer_headers: Iterable[tuple[bytes, bytes]] = ()
        self.duration_s: float | None = None

    @property
    def transport(self) -> Any:
        """The connection's, where `send` belongs to one."""
        return getattr(getattr(self._send, "__self__", None), "transport", None)

    async def receive(self) -> Message:
        message = await self._receive()
        if part := message.get("body"):
            self.body = _longer(self.body, part)
            self.body_size += len(part)
        return message

    async def send(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self.status, self.answer_headers = message["status"], message.get("headers", ())
            return
        if part := message.get("body"):
            self.answer = _longer(self.answer, part)
            self.answer_size += len(part)
        if not message.get("more_body", False):
            self.duration_s = time.perf_counter() - self._began


def _longer(kept: bytes, part: bytes) -> bytes:
    """What is kept, with as much of the next part as there is room for."""
    if not kept and len(part) <= KEPT:
        return part
    return kept + part[: KEPT - len(kept)]


def _together(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return _BETWEEN.join(chain.from_iterable(headers))


def _apart(head: bytes) -> RawHeaders:
    texts = iter(head.split(_BETWEEN)) if head else iter(())
    return list(zip(texts, texts, strict=True))
