"""Sends one signed envelope, and believes only a signed answer to exactly that envelope (facts 1 to 4).

Stricter than the client this dialect comes from, on purpose: there an answer without a signature is believed,
and an old answer, or one to another request, as well.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.errors import GoLiveError, SignatureInvalid, TargetFailure, UnknownOutcome
from harness.core.exchange import Listener
from harness.gateways.channel import QUERY_FIRST, Channel, Received
from harness.gateways.envelope.operations import Operations
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.refusals import refusal, status_of
from harness.gateways.wire_json import read_object, serialise
from harness.settings.model import McpSettings
from harness.signing.envelope import SIGNATURE, VERSION, WINDOW_MS, in_time, signed, verify_rsa2

_SIGNED = 200
"""The only status that is believed, and then only with a signature."""
_USER_AGENT = "GoLive/0.1 (MCP envelope client)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An answer that is believed. Nothing inside `data` is signed: this dialect signs its top level only."""

    data: Mapping[str, object]
    request_id: str
    timestamp_ms: int
    sent: float
    """Unix seconds."""
    received: float


class EnvelopeWire:
    """The channel to one endpoint. Thread-safe.

    Args:
        settings: endpoint, keys and patience.
        operations: whose they are.
        listeners: hear every exchange.
        guard: asked before every request.

    Raises:
        UnsafeRequest: the endpoint is neither https nor loopback.
    """

    def __init__(
        self,
        settings: McpSettings,
        operations: Operations,
        *,
        listeners: Sequence[Listener] = (),
        guard: Unguarded = UNGUARDED,
    ) -> None:
        self._settings = settings
        self._operations = operations
        self._channel = Channel(
            settings.endpoint,
            dialect=operations.dialect,
            headers={
                # The signature is the authentication; an endpoint may want its key all the same.
                "Authorization": f"Bearer {settings.api_key}",
                "Content-Type": "application/json",
                "User-Agent": _USER_AGENT,
                "X-MCP-Version": VERSION,
                "X-Merchant-Id": settings.merchant_id,
                **operations.headers,
            },
            listeners=listeners,
            timeout_s=settings.timeout_ms / 1000,
            guard=guard,
        )

    def request(
        self, path: str, members: Mapping[str, object], *, operation: str, request_id: str, number: str | None
    ) -> Opened:
        """Send, and return what a believed success carries.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came, or a redirect.
            SignatureInvalid: no signature, one that does not hold, an old answer, one to another request.
            PlatformRefusal: HTTP 4xx or 5xx, or another code than success.
            TargetFailure: a signed answer that is no envelope.
            UnsafeRequest: the guard would not let it pass.
        """
        self._channel.await_turn(path)
        envelope = signed(
            self._settings.private_key,
            {
                "version": VERSION,
                "requestId": request_id,
                "timestamp": time.time_ns() // 1_000_000,
                "merchantId": self._settings.merchant_id,
                **members,
            },
        )
        sent = time.time()
        trip = self._channel.send(
            self._channel.request("POST", path, body=serialise(envelope)), operation=operation
        )
        try:
            opened = self._open(trip.received(), operation=operation, request_id=request_id, sent=sent)
        except GoLiveError as error:
            self._channel.tell(trip, out_trade_no=number, verified=_verified(trip.ending, error), error=error)
            raise
        self._channel.tell(trip, out_trade_no=number, verified=True)
        return opened

    def close(self) -> None:
        """Close every connection."""
        self._channel.close()

    def _open(self, received: Received, *, operation: str, request_id: str, sent: float) -> Opened:
        status = received.status
        try:
            answer = read_object(received.body)
        except ValueError as error:
            if status >= 400:
                raise refusal(status, "", "no envelope", where=operation) from None
            if status != 200:
                raise _settles_nothing(status, operation) from None
            raise SignatureInvalid(
                f"an answer that is no envelope: {error}", where=operation, remedy=QUERY_FIRST
            ) from None
        if status == 200 or answer.get(SIGNATURE):
            believe(self._settings.public_key, answer, request_id=request_id, operation=operation)
        code, message = _word(answer.get("code")), _word(answer.get("message"))
        if status >= 400:
            raise self._operations.refused(status, code, message, operation=operation, request_id=request_id)
        if status != 200:
            raise _settles_nothing(status, operation)
        if code != self._operations.success:
            raise self._operations.refused(
                status_of(code), code, message, operation=operation, request_id=request_id
            )
        data, stamp = answer.get("data"), answer.get("timestamp")
        if not isinstance(data, dict | None):
            raise TargetFailure("data is no object", where=operation, remedy=QUERY_FIRST)
        return Opened(
            data=data or {},
            request_id=request_id,
            timestamp_ms=stamp if isinstance(stamp, int) else 0,
            sent=sent,
            received=time.time(),
        )


def believe(key: RSAPublicKey, answer: Mapping[str, object], *, request_id: str, operation: str) -> None:
    """Refuse an answer whose top level is not signed, is not ours or is not fresh.

    Raises:
        SignatureInvalid: says which.
    """
    stamp = answer.get("timestamp")
    if not answer.get(SIGNATURE):
        what = "the answer carries no signature"
    elif not verify_rsa2(key, answer, answer[SIGNATURE]):
        what = "the answer's signature does not hold"
    elif answer.get("requestId") != request_id:
        what = "the answer is to another request"
    elif not isinstance(stamp, int) or isinstance(stamp, bool):
        what = "the answer tells no time"
    elif not in_time(stamp):
        what = f"the answer's time is more than {WINDOW_MS // 1000} s from now"
    else:
        return
    raise SignatureInvalid(what, where=operation, remedy=f"do not use the answer; {QUERY_FIRST}")


def new_request_id() -> str:
    """`MCP_<ms>_<6 base36>`, as the dialect's own client writes it; the same one is the same request."""
    tail = "".join(secrets.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(6))
    return f"MCP_{time.time_ns() // 1_000_000}_{tail}"


def _settles_nothing(status: int, operation: str) -> UnknownOutcome:
    return UnknownOutcome(f"HTTP {status} settles nothing", where=operation, remedy=QUERY_FIRST)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _verified(ending: object, error: GoLiveError) -> bool | None:
    """Whether the failed answer's signature held; None where there was none to look at."""
    if isinstance(error, SignatureInvalid):
        return False
    return True if isinstance(ending, Received) and ending.status == _SIGNED else None
