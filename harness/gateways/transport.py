"""Sends a signed API v3 request and verifies its answer: the bytes sent, the bytes received, no others.

Every request ends as one `Exchange`, whatever happened. No redirect is followed and nothing is retried:
what to do after an unclear ending is the caller's decision, because it knows whether money is at stake.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NoReturn
from urllib.parse import urlencode

import httpx

from harness.clock import wire_now
from harness.errors import EnvironmentUnreachable, PlatformRefusal, SignatureInvalid, UnknownOutcome
from harness.exchange import Exchange, Listener
from harness.gateways.safety import safe_address
from harness.gateways.wire_json import read_object
from harness.payment import Dialect
from harness.settings.addresses import is_loopback
from harness.signing.wechat_v3 import RequestSigner, Verifier

MAX_ANSWER_BYTES = 1 << 20
"""An answer of this API is a few kilobytes; a larger one is cut off."""

_USER_AGENT = "GoLive/0.1 (WeChat Pay API v3 client)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request before it is signed. `path` is already percent-encoded; `body` is what will be sent."""

    operation: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    out_trade_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as received; `distrust` says why its signature is not believed (2xx only)."""

    status: int
    headers: httpx.Headers
    body: bytes
    distrust: SignatureInvalid | None = None

    @property
    def successful(self) -> bool:
        """Whether the status is 2xx, the only class the platform signs."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """The platform's id of the request; absent on some 401 answers (facts 1.8)."""
        return str(self.headers.get("Request-ID", ""))


class Transport:
    """One merchant account's signed channel to one endpoint. Thread-safe.

    Args:
        base_url: https, or http on loopback.
        signer: signs requests.
        verifier: verifies 2xx answers.
        platform_key_id: sent as Wechatpay-Serial, which makes the platform sign with that key (facts 2.3).
        listeners: hear every exchange.
        timeout_s: how long to wait to connect, and for the whole answer.

    Raises:
        UnsafeRequest: `base_url` is not an address that may be used.
    """

    def __init__(
        self,
        *,
        base_url: str,
        signer: RequestSigner,
        verifier: Verifier,
        platform_key_id: str,
        listeners: Sequence[Listener] = (),
        timeout_s: float = 5.0,
    ) -> None:
        self._address = safe_address(base_url)
        self._base = base_url.rstrip("/")
        self._signer = signer
        self._verifier = verifier
        self._listeners = tuple(listeners)
        self._timeout_s = timeout_s
        self._client = httpx.Client(
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=not is_loopback(self._address.host),
            headers={
                "Accept": "application/json",
                # Compressed bytes would not be the bytes that were signed.
                "Accept-Encoding": "identity",
                "User-Agent": _USER_AGENT,
                "Wechatpay-Serial": platform_key_id,
            },
        )

    def request(self, call: Call) -> Answer:
        """Send and return a trusted 2xx answer.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came, or a redirect, or 202 (not finished).
            SignatureInvalid: 2xx without a signature that holds.
            PlatformRefusal: 4xx or 5xx.
        """
        answer = self.exchange(call)
        if answer.status >= 400:
            _refuse(call, answer)
        if answer.distrust is not None:
            raise answer.distrust
        if not answer.successful or answer.status == 202:
            raise UnknownOutcome(
                f"HTTP {answer.status} settles nothing",
                where=call.operation,
                remedy="wait 5 s, then query or send the same request again",
            )
        return answer

    def exchange(self, call: Call) -> Answer:
        """Send and return whatever answer came, verified but not judged; emits the Exchange.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came.
        """
        request = self._prepare(call)
        started, clock = wire_now(), time.monotonic()
        try:
            with _translated(call, self._address.host):
                answer = self._receive(request)
        except (EnvironmentUnreachable, UnknownOutcome) as error:
            self._emit(call, request, started, time.monotonic() - clock, error=error.what)
            raise
        self._emit(call, request, started, time.monotonic() - clock, answer=answer)
        return answer

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _prepare(self, call: Call) -> httpx.Request:
        """Build the request first and sign its prepared target, so that both are the same bytes."""
        suffix = f"?{urlencode(call.query)}" if call.query else ""
        request = self._client.build_request(
            call.method,
            f"{self._base}{call.path}{suffix}",
            content=call.body or None,
            headers={"Content-Type": "application/json"} if call.body else None,
        )
        target = request.url.raw_path.decode("ascii")
        request.headers["Authorization"] = self._signer.authorization(call.method, target, call.body)
        return request

    def _receive(self, request: httpx.Request) -> Answer:
        deadline = time.monotonic() + self._timeout_s
        body = bytearray()
        response = self._client.send(request, stream=True)
        try:
            # A trickling body never trips the per-read timeout, hence a deadline for the whole.
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx.ReadError(f"answer longer than {MAX_ANSWER_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout(f"answer not complete after {self._timeout_s:g} s")
        finally:
            response.close()
        raw = bytes(body)
        return Answer(
            status=response.status_code,
            headers=response.headers,
            body=raw,
            distrust=self._distrust(response, raw),
        )

    def _distrust(self, response: httpx.Response, body: bytes) -> SignatureInvalid | None:
        if not response.is_success:
            return None
        try:
            self._verifier.verify(response.headers.multi_items(), body)
        except SignatureInvalid as error:
            return error
        return None

    def _emit(
        self,
        call: Call,
        request: httpx.Request,
        started: datetime,
        duration_s: float,
        *,
        answer: Answer | None = None,
        error: str | None = None,
    ) -> None:
        exchange = Exchange(
            dialect=Dialect.APIV3,
            operation=call.operation,
            method=call.method,
            url=str(request.url),
            started=started,
            duration_s=duration_s,
            request_headers=dict(request.headers),
            request_body=call.body,
            out_trade_no=call.out_trade_no,
            error=error,
        )
        if answer is not None:
            exchange = replace(
                exchange,
                status=answer.status,
                response_headers=dict(answer.headers),
                response_body=answer.body,
                verified=answer.distrust is None if answer.successful else None,
                error=answer.distrust.what if answer.distrust else None,
            )
        for listener in self._listeners:
            listener(exchange)


@contextmanager
def _translated(call: Call, host: str) -> Iterator[None]:
    """The HTTP library's errors as ours: was anything sent, or was it not?"""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise EnvironmentUnreachable(
            f"no connection to {host}: {_reason(error)}",
            where=call.operation,
            remedy="start the endpoint or check the address, the network and the proxy; nothing was sent",
        ) from error
    except httpx.TransportError as error:
        raise UnknownOutcome(
            f"no trustworthy answer from {host}: {_reason(error)}",
            where=call.operation,
            remedy="the request may have been accepted: query before doing anything else",
        ) from error


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__


def _refuse(call: Call, answer: Answer) -> NoReturn:
    """Raise the platform's refusal; its body may be empty or no JSON at all (facts 1.5, 1.7)."""
    try:
        words = read_object(answer.body)
    except ValueError:
        words = {}
    raise PlatformRefusal(
        answer.status,
        str(words.get("code") or ""),
        str(words.get("message") or ""),
        where=call.operation,
        request_id=answer.request_id,
    )
