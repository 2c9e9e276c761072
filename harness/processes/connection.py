"""One connection of a server of ours: header names in capitals, and a limit to what a request may cost.

uvicorn writes every header name in lower case, and waits for ever for a request's headers and body. By the
book names are the same in any case, but there are clients that look them up as the live gateway writes them,
the official SDK for Java among them; and a few hundred half-sent requests would lock everybody else out.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from harness.processes.answer import Answer, spelt

REQUEST_S = 15.0
"""How long a whole request may take to arrive: from connecting, else from its first byte, to its last."""
LARGEST_HEAD = 64 * 1024
"""Bytes of a request that are no body: its line, its headers, and what follows a chunked body."""
_AROUND = len(b": \r\n")
"""Bytes of a header beside its name and its value."""

_NAME = re.compile(rb"\n([a-z][a-z0-9-]*): ")
"""As uvicorn writes them: in lower case, at the start of a line."""


class Connection(HttpToolsProtocol):
    """What uvicorn serves a connection with."""

    request_s = REQUEST_S
    _limit: asyncio.TimerHandle | None = None
    _idle_since: float | None = None
    """When the last answer was out, on the loop's clock; None: a request is on its way, or none ever was."""
    _whole = True
    """Whether all of the newest request is here."""
    _received = 0
    """Of the newest piece, the bytes that are no body so far: it may end one request and begin the next."""
    _no_body = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", _Capitals(transport)))
        self._limit = self.loop.call_later(self.request_s, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lift_limit()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def data_received(self, data: bytes) -> None:
        self._received = len(data)
        self._no_body += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        answered = getattr(self.cycle, "response_complete", True)
        if self._whole and not answered:
            self._lift_limit()  # from here on the time is our own
        elif not self._whole and self._no_body > LARGEST_HEAD:
            self.send_400_response("Request header too large")
        elif self._limit is None:
            self._limit = self.loop.call_later(self.request_s, self.transport.close)

    def on_message_begin(self) -> None:
        self._lift_limit()
        self._whole, self._no_body = False, self._received
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        # Added up only where that much has come; what is added is never twice what came.
        if self._no_body > LARGEST_HEAD // 2:
            headers = sum([len(name) + len(value) + _AROUND for name, value in self.headers])
            if len(self.url) + headers > LARGEST_HEAD:
                raise ValueError("a request header is too large")  # which the parser answers with a 400
        super().on_headers_complete()
        # uvicorn names no class for it; what it has begun is asked to answer only when the loop turns.
        if type(self.cycle) is RequestResponseCycle:
            self.cycle.__class__ = Answer

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: Java's client offers HTTP/2 with every plain request, and is answered as it may be."""

    def on_body(self, body: bytes) -> None:
        self._received -= len(body)
        self._no_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._whole = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        # As uvicorn does, but for the timer: it stops one and starts another with every request.
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self._part_if_idle)

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None  # and the timer runs on, to look again

    def _part_if_idle(self) -> None:
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return  # the answer to what is on its way starts it again
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self._part_if_idle)
        else:
            self.timeout_keep_alive_handler()

    def _lift_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None


class _Capitals:
    """A transport that writes the head of every answer with its names in capitals."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.write_spelt = transport.write
        """For what has its names in capitals already."""
        self.is_closing = transport.is_closing  # asked with every request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """A head is one piece, and no body of ours looks like one."""
        if data.startswith(b"HTTP/1.1 "):
            head, end, rest = data.partition(b"\r\n\r\n")
            data = _NAME.sub(_spelt, head) + end + rest
        self.write_spelt(data)


def _spelt(name: re.Match[bytes]) -> bytes:
    return b"\n" + spelt(name[1])
