"""Plain HTTP to one endpoint, as every synchronous dialect needs it: whole answers or none, and each told.

No redirect is followed and nothing is retried: what to do after an unclear ending is the caller's decision,
because it knows whether money is at stake.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from harness.core.answer_body import MAX_ANSWER_BYTES
from harness.core.bounded_http import BoundedClient
from harness.core.clock import wire_now
from harness.core.errors import EnvironmentUnreachable, GoLiveError, UnknownOutcome
from harness.core.exchange import Exchange, Listener
from harness.core.no_answer import no_answer
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.safe_address import safe_address
from harness.settings.addresses import is_loopback

QUERY_FIRST = "the request may have been accepted: query before doing anything else"
"""What to do after a request whose ending is unclear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A whole answer, byte for byte, before anybody judged it."""

    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One request and how it ended."""

    operation: str
    request: httpx.Request
    started: datetime
    duration_s: float
    ending: Received | EnvironmentUnreachable | UnknownOutcome

    def received(self) -> Received:
        """The answer.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UnknownOutcome: sent, and no complete answer came.
        """
        if isinstance(self.ending, Received):
            return self.ending
        raise self.ending


class Channel:
    """The connections to one endpoint. Thread-safe.

    Args:
        base_url: https, or http on loopback.
        dialect: of the exchanges.
        headers: sent with every request, beside those every dialect needs.
        listeners: hear every exchange.
        timeout_s: for the whole exchange, from connecting to the last byte of the answer.
        guard: whose turns requests wait for.
        largest: bytes of an answer's body.

    Raises:
        UnsafeRequest: `base_url` is not an address that may be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        dialect: str,
        headers: Mapping[str, str],
        listeners: Sequence[Listener],
        timeout_s: float,
        guard: Unguarded = UNGUARDED,
        largest: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._host = safe_address(base_url).host
        self._base = base_url.rstrip("/")
        self._dialect = dialect
        self._listeners = tuple(listeners)
        self._guard = guard
        self._client = BoundedClient(
            limit_s=timeout_s,
            largest=largest,
            verify=guard.roots(self._host),
            trust_env=not is_loopback(self._host),
            headers={"Accept": "application/json", **headers},
        )

    def await_turn(self, target: str) -> None:
        """Wait until a request to `target` may be sent; call it before signing, for signatures grow old.

        Raises:
            UnsafeRequest: it may not be sent at all.
        """
        self._guard.wait(f"{self._base}{target}")

    def request(
        self, method: str, target: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> httpx.Request:
        """Build a request to `target`, a path with its query, already percent-encoded. Sends nothing."""
        return self._client.build_request(
            method, f"{self._base}{target}", content=body or None, headers=headers
        )

    def send(self, request: httpx.Request, *, operation: str) -> Trip:
        """Send, and wait for the whole answer. Raises nothing: the trip knows how it ended."""
        started, begun = wire_now(), time.monotonic()
        ending: Received | EnvironmentUnreachable | UnknownOutcome
        try:
            answer = self._client.send(request)
            ending = Received(status=answer.status_code, headers=answer.headers, body=answer.content)
        except httpx.TransportError as error:
            ending = no_answer_from(self._host, error, operation)
            self._guard.ended(ending)
        return Trip(
            operation=operation,
            request=request,
            started=started,
            duration_s=time.monotonic() - begun,
            ending=ending,
        )

    def tell(
        self,
        trip: Trip,
        *,
        out_trade_no: str | None,
        verified: bool | None = None,
        error: GoLiveError | None = None,
    ) -> None:
        """Let every listener hear of a trip, and of what became of its answer."""
        received = trip.ending if isinstance(trip.ending, Received) else None
        exchange = Exchange(
            dialect=self._dialect,
            operation=trip.operation,
            method=trip.request.method,
            url=str(trip.request.url),
            started=trip.started,
            duration_s=trip.duration_s,
            request_headers=dict(trip.request.headers),
            request_body=trip.request.content,
            status=received.status if received else None,
            response_headers=_as_received(received.headers) if received else {},
            response_body=received.body if received else b"",
            verified=verified,
            error=error.what if error else None,
            out_trade_no=out_trade_no,
        )
        for listener in self._listeners:
            listener(exchange)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


def _as_received(headers: httpx.Headers) -> dict[str, str]:
    """Names in the letters they came in, which the library's own view has made small."""
    return {name.decode(headers.encoding): value.decode(headers.encoding) for name, value in headers.raw}


def no_answer_from(host: str, error: Exception, operation: str) -> EnvironmentUnreachable | UnknownOutcome:
    """What it means for a payment that a request to an endpoint got no answer."""
    return no_answer(
        error,
        where=operation,
        unsent=f"no connection to {host}",
        start="start the endpoint or check the address, the network and the proxy; nothing was sent",
        unsure=f"no trustworthy answer from {host}",
        then=QUERY_FIRST,
    )
