"""The newest requests of merchants with their answers, as they were on the wire.

Every request of every wire passes here, whether or not anybody looks: so nothing is read, copied or decoded
before somebody does. What is kept are the very objects that the server has made anyway.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.simulator.console.recent import KEPT, Recent

RawHeaders = list[tuple[bytes, bytes]]
_ALONE = 1_000
"""Bytes that an exchange takes without its texts, about."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and what came of it."""

    id: int
    at: float
    """Unix seconds at which its headers had come."""
    wire: str
    method: str
    raw_path: bytes
    query_string: bytes
    headers: RawHeaders
    body: list[bytes] = field(default_factory=list)
    """Its pieces, no more of them than `KEPT` bytes."""
    body_size: int = 0
    """Of the whole."""
    status: int | None = None
    """Of the answer; None: the connection ended without one."""
    answer_headers: RawHeaders = field(default_factory=list)
    answer: list[bytes] = field(default_factory=list)
    answer_size: int = 0
    duration_s: float | None = None
    """Until the last byte of the answer had been handed over; None: it never was."""

    @property
    def target(self) -> str:
        """Path and query as they came."""
        raw = self.raw_path + b"?" + self.query_string if self.query_string else self.raw_path
        return raw.decode("latin-1")

    @property
    def size(self) -> int:
        """Bytes held, about."""
        texts = [text for pair in (*self.headers, *self.answer_headers) for text in pair]
        texts += [self.raw_path, self.query_string, *self.body, *self.answer]
        return _ALONE + len(b"".join(texts))  # which is quicker than to add up the lengths


class Exchanges:
    """Listens at the wires of one simulator."""

    def __init__(self) -> None:
        self.recent: Recent[Exchange] = Recent()
        self._ids = count(1)

    async def through(self, wire: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a wire answer a request, and remember both when that is over."""
        exchange = Exchange(
            next(self._ids),
            time.time(),
            wire,
            scope["method"],
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
            scope["headers"],
        )
        ear = _Ear(exchange, receive, send)
        try:
            await app(scope, ear.receive, ear.send)
        finally:
            self.recent.add(exchange)

    def find(self, id_: int) -> Exchange | None:
        """The one of that number; None: it is forgotten, or never was."""
        return next((each for each in self.recent if each.id == id_), None)


class _Ear:
    """Between a wire and the connection; a fault that hangs up reaches the connection through it."""

    __slots__ = ("_began", "_exchange", "_receive", "_send")

    def __init__(self, exchange: Exchange, receive: Receive, send: Send) -> None:
        self._exchange = exchange
        self._receive = receive
        self._send = send
        self._began = time.perf_counter()

    @property
    def transport(self) -> Any:
        """The connection's, where `send` belongs to one."""
        return getattr(getattr(self._send, "__self__", None), "transport", None)

    async def receive(self) -> Message:
        message = await self._receive()
        if part := message.get("body"):
            kept = self._exchange
            if kept.body_size < KEPT:
                kept.body.append(_some(part, KEPT - kept.body_size))
            kept.body_size += len(part)
        return message

    async def send(self, message: Message) -> None:
        await self._send(message)
        kept = self._exchange
        if message["type"] == "http.response.start":
            kept.status, kept.answer_headers = message["status"], list(message.get("headers", ()))
            return
        if part := message.get("body"):
            if kept.answer_size < KEPT:
                kept.answer.append(_some(part, KEPT - kept.answer_size))
            kept.answer_size += len(part)
        if not message.get("more_body", False):
            kept.duration_s = time.perf_counter() - self._began


def _some(part: bytes, most: int) -> bytes:
    return part if len(part) <= most else part[:most]
