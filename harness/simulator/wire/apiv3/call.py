"""One request as it came off the wire, read once and kept small, and what an operation replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl

from starlette.types import Scope

from harness.core.payment import RefundStatus
from harness.simulator.wire.kit.wire import Merchant


@dataclass(slots=True)
class Call:
    """A request. `target` is path and query exactly as on the wire; header names are lower-case."""

    method: str
    target: str
    headers: dict[bytes, bytes]
    path: dict[str, str]
    query_string: bytes
    merchant: Merchant
    """Who asks; the first account's owner until authentication has said more."""
    body: bytes = b""
    once: str = ""
    """The nonce of the signature; set by authentication."""
    signed_by: str = ""
    """The serial of the merchant certificate that signed it; set by authentication."""
    serial: str = ""
    """The credential that signs the answer; set by authentication."""
    refund_ends: RefundStatus = RefundStatus.SUCCESS
    """What becomes of a refund that it asks for; otherwise only by a fault."""
    _query: list[tuple[str, str]] | None = None

    def header(self, name: bytes) -> str:
        """A header's text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def platform_serial(self) -> str:
        """The platform's credential that the request names; empty when it names none."""
        return self.header(b"wechatpay-serial")

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's parameters in their order, those without a value, too."""
        if self._query is None:
            self._query = pairs(self.query_string.decode("latin-1"))
        return self._query

    @property
    def english(self) -> bool:
        """Whether messages are wanted in English (facts 1.3)."""
        return self.headers.get(b"accept-language", b"").lower().startswith(b"en")


def read_call(scope: Scope, merchant: Merchant) -> Call:
    """Everything of a request but its body."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if len(headers) < len(scope["headers"]):
        headers.clear()
        for name, value in scope["headers"]:
            # A repeated header reads as a list; a list is no valid Authorization and no serial.
            headers[name] = headers[name] + b", " + value if name in headers else value
    return Call(
        method=scope["method"],
        target=(raw + b"?" + query if query else raw).decode("latin-1"),
        headers=headers,
        path=scope.get("path_params", {}),
        query_string=query,
        merchant=merchant,
    )


def pairs(query: str) -> list[tuple[str, str]]:
    """As `parse_qsl` reads it, which takes five times as long where nothing is escaped."""
    if "%" in query or "+" in query:
        return parse_qsl(query, keep_blank_values=True)
    parts = [part.partition("=") for part in query.split("&") if part]
    return [(name, value) for name, _, value in parts]


Told_co = TypeVar("Told_co", bound=Mapping[str, object] | None, covariant=True)
"""What a success says: the type whose schema is told of the operation."""


@dataclass(slots=True)
class Reply(Generic[Told_co]):
    """A status of 200 to 299 and the payload to sign; None is no body."""

    status: int
    payload: Told_co
    request_id: str | None = None
    """What the answer calls the request, where the operation has already noted it; None: a new one."""


AnyReply = Reply[Mapping[str, object]] | Reply[None]


@dataclass(slots=True)
class FileReply(Reply[None]):
    """A file in place of JSON; nothing signs it (facts 3.8)."""

    pieces: Iterable[bytes] = ()
    size: int = 0
    packed: bool = False
    """Whether it is a gzip stream."""
