"""Tells a client that begins to speak HTTP/2 why it gets no further, in frames that it can read (RFC 9113).

Nothing here speaks HTTP/2, and no TLS door of ours offers it: whoever begins with its preface all the same
has not negotiated, or insists. An answer in HTTP/1.1 is no frame to it: its library says "protocol error".
"""

from __future__ import annotations

PREFACE = b"PRI * HTTP/2.0\r\n"
WHY = (
    "a client insists on HTTP/2, and this speaks HTTP/1.1: let it negotiate (ALPN), or switch its HTTP/2 off"
)
_SETTINGS, _GOAWAY = 4, 7
_HTTP_1_1_REQUIRED = 0xD


def insists_on_http2(first: bytes) -> bool:
    """Whether a connection whose first bytes these are begins to speak HTTP/2."""
    return first.startswith(PREFACE)


def farewell() -> bytes:
    """Our settings, which come first, then the end of the connection: HTTP/1.1 is required, and why."""
    ending = (0).to_bytes(4, "big") + _HTTP_1_1_REQUIRED.to_bytes(4, "big") + f"golive: {WHY}".encode()
    return _frame(_SETTINGS, b"") + _frame(_GOAWAY, ending)


def _frame(kind: int, payload: bytes) -> bytes:
    """One without flags, about the connection and no stream of it."""
    return len(payload).to_bytes(3, "big") + bytes((kind, 0)) + bytes(4) + payload
