"""One answer of a server of ours: head and body in one piece, header names in capitals.

uvicorn searches every header for what must not be there, writes head and body apart, and names in lower case;
under load that costs a third of a signature. An answer of the usual kind, whose length is told and whose
connection goes on, is written here at once; every other is left to uvicorn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

_SPELT: Mapping[bytes, bytes] = {
    b"etag": b"ETag",
    b"mcp-protocol-version": b"MCP-Protocol-Version",
    b"request-id": b"Request-ID",
    b"www-authenticate": b"WWW-Authenticate",
}
"""Names that are more than each word with a capital."""
_CONTROLS = bytes({*range(32), 127} - {ord("\t")})
"""What no header may hold."""


def spelt(name: bytes) -> bytes:
    """A header name as it is written, whatever its case was, and the colon behind it."""
    lower = name.lower()
    plain = lower if b"_" in lower else lower.title()  # as Alipay's `trace_id`
    return _SPELT.get(lower, plain) + b": "


class _Names(dict[bytes, bytes]):
    """Header names as they are written; so many are remembered, which are more than we have."""

    def __missing__(self, name: bytes) -> bytes:
        written = spelt(name)
        if len(self) < 256:
            self[name] = written
        return written


_NAMES = _Names()


class Answer(RequestResponseCycle):
    """A request of uvicorn's whose answer goes out in one piece where that can be."""

    _head = b""
    """Of an answer that has begun, and whose body has not."""

    async def send(self, message: ASGISendEvent) -> None:
        """One message of an ASGI application."""
        if not self.response_started and message["type"] == "http.response.start":
            if not self._begin(message["status"], message.get("headers", ())):
                await super().send(message)
            return
        if not self._head:
            await super().send(message)
            return
        if message["type"] != "http.response.body":
            raise TypeError(f"an answer has begun, and {message['type']} is no body of it")
        head, self._head = self._head, b""
        if self.disconnected:
            return
        content = message.get("body", b"")
        if message.get("more_body", False) or len(content) != self.expected_content_length:
            self._write(head)
            await super().send(message)  # and there it is judged
            return
        if self.flow.write_paused:
            await self.flow.drain()
        self._write(head + content)
        self.expected_content_length = 0
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:  # we are being stopped since it began
            self.transport.close()
        self.on_response()

    def _begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Compose the head; false where this answer is not of the usual kind.

        Raises:
            TypeError: a header would end its line, or has a control character.
        """
        if not self.keep_alive or self.access_log or self.scope["method"] == "HEAD":
            return False
        every = [*self.default_headers, *headers]
        length = int(dict(every).get(b"content-length", -1))
        if length < 0:
            return False
        lines = [_NAMES[name] + value for name, value in every]
        text = STATUS_LINE[status] + b"\r\n".join(lines)
        if b"\r\nConnection: " in text or b"\r\nTransfer-Encoding: " in text:
            return False  # how the connection goes on is uvicorn's business
        if len(text) - len(text.translate(None, _CONTROLS)) != 2 * len(lines):
            raise TypeError("a header has more than one line, or a control character")
        self._head = text + b"\r\n\r\n"
        self.response_started, self.waiting_for_100_continue = True, False
        self.chunked_encoding, self.expected_content_length = False, length
        return True

    def _write(self, data: bytes) -> None:
        getattr(self.transport, "write_spelt", self.transport.write)(data)
