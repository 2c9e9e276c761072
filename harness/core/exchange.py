"""One request with its answer, as the gateways report it and the recorder keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MERCHANT_DIALECT = "merchant"
"""The dialect of what is said to the judged app itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request as sent and the answer as received, byte for byte; redaction is the recorder's business.

    `status` is None when no answer came, and `error` then says why. `verified` is None where the
    platform signs nothing (4xx, files). `duration_s` is seconds from sending to the last byte.
    """

    dialect: str
    operation: str
    method: str
    url: str
    started: datetime
    duration_s: float
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: bytes = b""
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: bytes = b""
    verified: bool | None = None
    error: str | None = None
    out_trade_no: str | None = None


class Listener(Protocol):
    """Whoever wants to hear of exchanges. Must be quick, thread-safe, and must not raise."""

    def __call__(self, exchange: Exchange, /) -> None: ...
