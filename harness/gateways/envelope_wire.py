"""Sends one signed envelope, and believes only a signed answer to exactly that envelope (facts 1 to 4).

Stricter than the client this dialect comes from, on purpose: there an answer without a signature is believed,
and an old answer, or one to another request, as well.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.clock import wire_now
from harness.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
)
from harness.exchange import Exchange, Listener
from harness.gateways.refusals import refusal, status_of
from harness.gateways.safety import safe_address
from harness.gateways.transport import MAX_ANSWER_BYTES
from harness.gateways.wire_json import read_object, serialise
from harness.payment import Dialect
from harness.settings.addresses import is_loopback
from harness.settings.model import McpSettings
from harness.signing.envelope import SIGNATURE, VERSION, WINDOW_MS, signed, verify_rsa2

SUCCESS = "0000"
"""The `code` of a WeChat operation that succeeded."""

_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_USER_AGENT = "GoLive/0.1 (MCP envelope client)"
_QUERY_FIRST = "the request may have been accepted: query before doing anything else"


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
        listeners: hear every exchange.

    Raises:
        UnsafeRequest: the endpoint is neither https nor loopback.
    """

    def __init__(self, settings: McpSettings, *, listeners: Sequence[Listener] = ()) -> None:
        address = safe_address(settings.endpoint)
        self._settings = settings
        self._host = address.host
        self._listeners = tuple(listeners)
        self._timeout_s = settings.timeout_ms / 1000
        self._client = httpx.Client(
            timeout=httpx.Timeout(self._timeout_s, connect=0.8 * self._timeout_s),
            follow_redirects=False,
            trust_env=not is_loopback(address.host),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                # The signature is the authentication; an endpoint may want its key all the same.
                "Authorization": f"Bearer {settings.api_key}",
                "Content-Type": "application/json",
                "User-Agent": _USER_AGENT,
                "X-MCP-Version": VERSION,
                "X-Merchant-Id": settings.merchant_id,
            },
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
        """
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
        request = self._client.build_request(
            "POST", f"{self._settings.endpoint}{path}", content=serialise(envelope)
        )
        started, begun, sent = wire_now(), time.monotonic(), time.time()
        response: httpx.Response | None = None
        opened: Opened | GoLiveError
        try:
            response = self._receive(request)
            opened = self._open(response, operation=operation, request_id=request_id, sent=sent)
        except _NOTHING_SENT as error:
            opened = EnvironmentUnreachable(
                f"no connection to {self._host}: {str(error) or type(error).__name__}",
                where=operation,
                remedy="start the endpoint or check the address, the network and the proxy; nothing was sent",
            )
        except httpx.TransportError as error:
            opened = UnknownOutcome(
                f"no trustworthy answer from {self._host}: {str(error) or type(error).__name__}",
                where=operation,
                remedy=_QUERY_FIRST,
            )
        except GoLiveError as error:
            opened = error
        self._emit(
            Exchange(
                dialect=Dialect.ENVELOPE,
                operation=operation,
                method="POST",
                url=str(request.url),
                started=started,
                duration_s=time.monotonic() - begun,
                request_headers=dict(request.headers),
                request_body=request.content,
                status=response.status_code if response is not None else None,
                response_headers=dict(response.headers) if response is not None else {},
                response_body=response.content if response is not None else b"",
                verified=_verified(response, opened),
                error=opened.what if isinstance(opened, GoLiveError) else None,
                out_trade_no=number,
            )
        )
        if isinstance(opened, GoLiveError):
            raise opened
        return opened

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _receive(self, request: httpx.Request) -> httpx.Response:
        deadline = time.monotonic() + self._timeout_s
        body = bytearray()
        streamed = self._client.send(request, stream=True)
        try:
            # A trickling body never trips the per-read timeout, hence a deadline for the whole.
            for chunk in streamed.iter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx.ReadError(f"answer longer than {MAX_ANSWER_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout(f"answer not complete after {self._timeout_s:g} s")
        finally:
            streamed.close()
        headers = [
            (name, value)
            for name, value in streamed.headers.multi_items()
            if name.lower() not in {"content-encoding", "content-length", "transfer-encoding"}
        ]
        return httpx.Response(streamed.status_code, headers=headers, content=bytes(body))

    def _open(self, response: httpx.Response, *, operation: str, request_id: str, sent: float) -> Opened:
        status = response.status_code
        try:
            answer = read_object(response.content)
        except ValueError as error:
            if status >= 400:
                raise refusal(status, "", "no envelope", where=operation) from None
            if status != 200:
                raise _settles_nothing(status, operation) from None
            raise SignatureInvalid(
                f"an answer that is no envelope: {error}", where=operation, remedy=_QUERY_FIRST
            ) from None
        if status == 200 or answer.get(SIGNATURE):
            believe(self._settings.public_key, answer, request_id=request_id, operation=operation)
        code, message = _word(answer.get("code")), _word(answer.get("message"))
        if status >= 400:
            raise refusal(status, code, message, where=operation, request_id=request_id)
        if status != 200:
            raise _settles_nothing(status, operation)
        if code != SUCCESS:
            raise envelope_refusal(code, message, operation=operation, request_id=request_id)
        data, stamp = answer.get("data"), answer.get("timestamp")
        if not isinstance(data, dict | None):
            raise TargetFailure("data is no object", where=operation, remedy=_QUERY_FIRST)
        return Opened(
            data=data or {},
            request_id=request_id,
            timestamp_ms=stamp if isinstance(stamp, int) else 0,
            sent=sent,
            received=time.time(),
        )

    def _emit(self, exchange: Exchange) -> None:
        for listener in self._listeners:
            listener(exchange)


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
    elif abs(time.time() * 1000 - stamp) > WINDOW_MS:
        what = f"the answer's time is more than {WINDOW_MS // 1000} s from now"
    else:
        return
    raise SignatureInvalid(what, where=operation, remedy=f"do not use the answer; {_QUERY_FIRST}")


def new_request_id() -> str:
    """`MCP_<ms>_<6 base36>`, as the dialect's own client writes it; the same one is the same request."""
    tail = "".join(secrets.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(6))
    return f"MCP_{time.time_ns() // 1_000_000}_{tail}"


def envelope_refusal(code: str, message: str, *, operation: str, request_id: str) -> PlatformRefusal:
    """A refusal inside a 200, with the status the classic API gives with its code."""
    return refusal(status_of(code), code, message, where=operation, request_id=request_id)


def _settles_nothing(status: int, operation: str) -> UnknownOutcome:
    return UnknownOutcome(f"HTTP {status} settles nothing", where=operation, remedy=_QUERY_FIRST)


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _verified(response: httpx.Response | None, opened: Opened | GoLiveError) -> bool | None:
    if response is None or (response.status_code != 200 and not isinstance(opened, SignatureInvalid)):
        return None
    return not isinstance(opened, SignatureInvalid)
