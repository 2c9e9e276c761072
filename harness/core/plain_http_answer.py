"""Reads an answer of HTTP/1.1 from whatever its bytes come from: head first, then the body piece by piece.

As strict, and as lenient, as the library that reads answers over TLS: what one takes for an answer, the
other does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import httpx

LARGEST_HEAD = 100 * 1024
"""Bytes of a status line with its headers, or of the line before a chunk."""
_LONGEST_LENGTH = 20
"""Digits of a length."""
_LONG_LINE = 200
_NO_BODY = (204, 304)
_HEAD_ENDS = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/([0-9]\.[0-9]) ([0-9]{3})(?: ([^\x00\r\n]*))?")
_HEADER = re.compile(rb"([-!#$%&'*+.^_`|~0-9a-zA-Z]+):[ \t]*([^\x00]*?)[ \t]*", re.DOTALL)
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,20})[ \t]*(?:;[^\x00]*)?")
_CUT_CHUNK = "incomplete chunked read"


class Head(NamedTuple):
    """What comes before a body."""

    version: bytes
    status: int
    reason: bytes
    headers: list[tuple[bytes, bytes]]
    """In their order, names as they came."""

    def values(self, name: bytes) -> list[bytes]:
        """Each value of a header, in lower case; what stands between commas counts as one."""
        found = [value for each, value in self.headers if each.lower() == name]
        return [part.strip() for value in found for part in value.lower().split(b",")]


class PlainHttpAnswer:
    """The answer to one request.

    Args:
        receive: the next bytes; none when the server has closed the connection.
        bodiless: whether it has no body whatever its headers say, as that to a HEAD.

    Raises:
        httpx.RemoteProtocolError: it is no answer of HTTP, or the connection was closed before its end.
    """

    def __init__(self, receive: Callable[[], bytes], *, bodiless: bool) -> None:
        self._receive = receive
        self._rest = b""
        """Received, and not read yet."""
        self.head = self._next_head()
        while self.head.status < 200:
            if self.head.status == 101:
                raise httpx.RemoteProtocolError("the server switched protocols, and was not asked to")
            self.head = self._next_head()
        self._bodiless = bodiless or self.head.status in _NO_BODY
        self._chunked, self._length = _framed(self.head)
        self.complete = False
        """Whether all of it was read."""

    @property
    def leaves_open(self) -> bool:
        """Whether another request may follow on the same connection."""
        closes = self.head.version < b"1.1" or b"close" in self.head.values(b"connection")
        return self.complete and not closes and not self._rest

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes."""
        if self._bodiless:
            self.complete = True
        elif self._chunked:
            yield from self._chunks()
        elif self._length is not None:
            yield from self._exactly(self._length, "")
            self.complete = True
        else:  # until the connection is closed, after which there is nothing to follow
            if self._rest:
                yield self._rest
            while piece := self._receive():
                yield piece

    def _next_head(self) -> Head:
        begin = 0
        while (ends := _HEAD_ENDS.search(self._rest, begin)) is None:
            begin = max(len(self._rest) - 2, 0)
            if not (more := self._receive()):
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            self._rest += more
            if len(self._rest) > LARGEST_HEAD:
                break
        if ends is None or ends.end() > LARGEST_HEAD:
            raise httpx.RemoteProtocolError("the head of the answer is too large")
        head, self._rest = self._rest[: ends.start()], self._rest[ends.end() :]
        return _read(head.removesuffix(b"\r"))

    def _exactly(self, length: int, ended: str) -> Iterator[bytes]:
        left = length
        while left:
            piece = self._rest or self._receive()
            if not piece:
                raise _cut_off(ended or f"received {length - left} bytes, expected {length}")
            piece, self._rest = piece[:left], piece[left:]
            left -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while True:
            said = _CHUNK_SIZE.fullmatch(line := self._line())
            if said is None:
                raise httpx.RemoteProtocolError(f"illegal chunk header: {line[:40]!r}")
            size = int(said[1], 16)
            if not size:
                break
            yield from self._exactly(size, _CUT_CHUNK)
            if self._line():
                raise httpx.RemoteProtocolError("a chunk is longer than it said")
        while self._line():  # what follows the last chunk is of no use to anybody
            pass
        self.complete = True

    def _line(self) -> bytes:
        while (end := self._rest.find(b"\n")) < 0:
            if len(self._rest) > LARGEST_HEAD:
                raise httpx.RemoteProtocolError("a line between chunks is too large")
            if not (more := self._receive()):
                raise _cut_off(_CUT_CHUNK)
            self._rest += more
        line, self._rest = self._rest[:end], self._rest[end + 1 :]
        return line.removesuffix(b"\r")


def _cut_off(how: str) -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError(f"peer closed connection without sending complete message body ({how})")


def _read(head: bytes) -> Head:
    first, _, rest = head.partition(b"\n")
    said = _STATUS_LINE.fullmatch(first.removesuffix(b"\r"))
    if said is None:
        raise httpx.RemoteProtocolError(f"illegal status line: {first[:80]!r}")
    lines = _FOLDED.sub(b" ", rest).split(b"\n") if rest else []
    headers = [_known_header(line) if len(line) < _LONG_LINE else _header(line) for line in lines]
    return Head(said[1], int(said[2]), said[3] or b"", _with_one_length(headers))


def _header(line: bytes) -> tuple[bytes, bytes]:
    header = _HEADER.fullmatch(line.removesuffix(b"\r"))
    if header is None or b"\r" in header[2]:
        raise httpx.RemoteProtocolError(f"illegal header line: {line[:80]!r}")
    return header[1], header[2]


_known_header = lru_cache(1024)(_header)
"""Servers say the same of most answers."""


def _with_one_length(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """A length that is said twice counts once, unless it is another."""
    said = [value for name, value in headers if name.lower() == b"content-length"]
    if not said:
        return headers
    lengths = {part.strip() for value in said for part in value.split(b",")}
    length = lengths.pop()
    if lengths or not length.isdigit() or len(length) > _LONGEST_LENGTH:
        raise httpx.RemoteProtocolError(f"bad Content-Length: {said[0][:40]!r}")
    if said == [length]:
        return headers
    first = next(name for name, _ in headers if name.lower() == b"content-length")
    at = [name for name, _ in headers].index(first)
    rest = [header for header in headers if header[0].lower() != b"content-length"]
    return [*rest[:at], (first, length), *rest[at:]]


def _framed(head: Head) -> tuple[bool, int | None]:
    """Whether the body comes in chunks, and how long it is if it says so."""
    if codings := head.values(b"transfer-encoding"):
        if codings != [b"chunked"]:
            raise httpx.RemoteProtocolError(f"unknown transfer encoding: {codings[0][:40]!r}")
        return True, None
    lengths = head.values(b"content-length")
    return False, int(lengths[0]) if lengths else None
