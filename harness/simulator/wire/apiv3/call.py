"""One request as it came off the wire, read once and kept small."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from harness.simulator.wire.apiv3.errors import WireError

__all__ = ["BODY_LIMIT", "Call", "Disconnected", "read_body", "read_call"]

BODY_LIMIT = 1024 * 1024
"""Bytes; the largest legal order is far below a tenth of it."""


class Disconnected(Exception):
    """The client went away before its request was complete."""


@dataclass(slots=True)
class Call:
    """A request. `target` is path and query exactly as on the wire; header names are lower-case."""

    method: str
    target: str
    headers: dict[bytes, bytes]
    path: dict[str, str]
    query_string: bytes
    body: bytes = b""
    once: str = ""
    """The nonce of the signature; set by authentication."""
    serial: str = ""
    """The credential that signs the answer; set by authentication."""

    def header(self, name: bytes) -> str:
        """A header's text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    def query(self, name: str) -> str | None:
        """A query parameter given exactly once, else None."""
        pairs = parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True)
        values = [value for key, value in pairs if key == name]
        return values[0] if len(values) == 1 else None

    @property
    def english(self) -> bool:
        """Whether messages are wanted in English (facts 1.3)."""
        return self.headers.get(b"accept-language", b"").lower().startswith(b"en")


def read_call(scope: Scope) -> Call:
    """Everything of a request but its body."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        # A repeated header reads as a list; a list is no valid Authorization and no serial.
        headers[name] = headers[name] + b", " + value if name in headers else value
    return Call(
        method=scope["method"],
        target=(raw + b"?" + query if query else raw).decode("latin-1"),
        headers=headers,
        path=scope.get("path_params", {}),
        query_string=query,
    )


async def read_body(call: Call, receive: Receive) -> bytes:
    """The body, never more than the limit in memory.

    Raises:
        WireError: it is announced or turns out to be larger than 1 MiB.
        Disconnected: the client went away.
    """
    announced = call.headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced) > BODY_LIMIT:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > BODY_LIMIT:
            raise _too_large()
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large() -> WireError:
    return WireError(400, "INVALID_REQUEST", f"请求包体超过大小限制{BODY_LIMIT}字节")
