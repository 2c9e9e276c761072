"""Plain HTTP/1.1 to a server on this machine, for httpx: nine tenths of a rehearsal's exchanges.

The library's own transport is written for all that HTTP can be, and takes four times as long for a request
as a server of ours for its answer. What leaves this machine goes through the library's.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import httpx

from harness.core.exchange_deadline import time_left
from harness.core.plain_http_answer import PlainHttpAnswer

ADDRESSES = ("http://127.0.0.1", "http://localhost", "http://[::1]")
"""What httpx is to hand to this transport, as its `mounts` name them."""
_READ_BYTES = 64 * 1024
_KEPT_S = 5.0
"""A connection that was idle for longer may be about to be closed by its server."""
_KEPT = 50
_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+")
_VALUE = re.compile(rb"(?:[^\x00\s]+(?:[ \t]+[^\x00\s]+)*)?")
_TARGET = re.compile(rb"[\x21-\x7e]+")

Origin = tuple[str, int]


class LoopbackTransport(httpx.BaseTransport):
    """Sends requests, and keeps connections open between them. Thread-safe; nothing is sent twice."""

    def __init__(self) -> None:
        self._idle: defaultdict[Origin, list[tuple[float, socket.socket]]] = defaultdict(list)
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer's head; its body follows as its stream is read.

        Raises:
            httpx.TransportError: as the library's own transport would.
        """
        head = _head(request)  # before anybody is called: what cannot be sent is not
        limits = request.extensions.get("timeout", {})
        origin = request.url.host, request.url.port or 80
        line = self._kept(origin) or _connected(origin, limits.get("connect"))
        try:
            # A server may answer, and close, before it was told all: then its answer counts.
            with suppress(httpx.WriteError):
                _send(line, head + _body(request), limits.get("write"))
            answer = PlainHttpAnswer(
                lambda: _received(line, limits.get("read")), bodiless=request.method == "HEAD"
            )
        except BaseException:
            line.close()
            raise
        closes = b"close" in request.headers.get("Connection", "").lower().encode()
        return httpx.Response(
            answer.head.status,
            headers=answer.head.headers,
            stream=_Body(answer, line, None if closes else self, origin),
            extensions={
                "http_version": b"HTTP/" + answer.head.version,
                "reason_phrase": answer.head.reason,
            },
        )

    def close(self) -> None:
        """Close what is kept open."""
        with self._lock:
            kept = [line for lines in self._idle.values() for _, line in lines]
            self._idle.clear()
        for line in kept:
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()

    def keep(self, origin: Origin, line: socket.socket) -> None:
        """Whoever asks the same server next may have this connection."""
        with self._lock:
            lines = self._idle[origin]
            if len(lines) < _KEPT:
                lines.append((time.monotonic(), line))
                return
        line.close()

    def _kept(self, origin: Origin) -> socket.socket | None:
        while True:
            with self._lock:
                lines = self._idle.get(origin)
                if not lines:
                    return None
                since, line = lines.pop()
            if time.monotonic() - since < _KEPT_S and _is_quiet(line):
                return line
            line.close()


class _Body(httpx.SyncByteStream):
    def __init__(
        self, answer: PlainHttpAnswer, line: socket.socket, keeper: LoopbackTransport | None, origin: Origin
    ) -> None:
        self._answer, self._line, self._keeper, self._origin = answer, line, keeper, origin
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.pieces()

    def close(self) -> None:
        """Keep the connection where all was read, else end it."""
        if self._closed:
            return
        self._closed = True
        if self._keeper is not None and self._answer.leaves_open:
            self._keeper.keep(self._origin, self._line)
        else:
            self._line.close()


def _connected(origin: Origin, limit_s: float | None) -> socket.socket:
    host, port = origin
    try:
        line = socket.create_connection((host, port), time_left(limit_s, httpx.ConnectTimeout))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except TimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    return line


def _is_quiet(line: socket.socket) -> bool:
    """Whether its server neither closed it nor says what nobody asked for."""
    try:
        line.settimeout(0)
        line.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _send(line: socket.socket, data: bytes, limit_s: float | None) -> None:
    line.settimeout(time_left(limit_s, httpx.WriteTimeout))
    try:
        line.sendall(data)
    except TimeoutError as error:
        raise httpx.WriteTimeout(str(error)) from error
    except OSError as error:
        raise httpx.WriteError(str(error)) from error


def _received(line: socket.socket, limit_s: float | None) -> bytes:
    line.settimeout(time_left(limit_s, httpx.ReadTimeout))
    try:
        return line.recv(_READ_BYTES)
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error)) from error
    except OSError as error:
        raise httpx.ReadError(str(error)) from error


def _head(request: httpx.Request) -> bytes:
    target = request.url.raw_path
    if not _TARGET.fullmatch(target):
        raise httpx.LocalProtocolError("Illegal target characters")
    lines = [request.method.encode("ascii") + b" " + target + b" HTTP/1.1"]
    for name, value in request.headers.raw:
        if not _NAME.fullmatch(name):
            raise httpx.LocalProtocolError(f"Illegal header name {name!r}")
        if not _VALUE.fullmatch(value):
            raise httpx.LocalProtocolError(f"Illegal header value {value!r}")
        lines.append(name + b": " + value)
    return b"\r\n".join([*lines, b"", b""])


def _body(request: httpx.Request) -> bytes:
    if not isinstance(request.stream, httpx.SyncByteStream):
        raise TypeError("a request with an asynchronous body, sent by a synchronous client")
    pieces = list(request.stream)
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        pieces = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece] + [b"0\r\n\r\n"]
    return b"".join(pieces)
