"""One way to talk to a merchant over HTTP, with the errors a caller can act on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import httpx

from harness.core.clock import wire_now
from harness.core.errors import TargetFailure
from harness.core.exchange import Exchange, Listener
from harness.core.no_answer import no_answer
from harness.core.trust import public_roots

TIMEOUT_S = 30.0
"""Longer than any merchant should need: how slow it is, is measured and judged, not cut off."""


def open_client(base_url: str) -> httpx.Client:
    """A client that follows no redirect and asks no proxy of the environment."""
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(TIMEOUT_S, connect=5.0),
        verify=public_roots(),
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
    )


def send(
    client: httpx.Client,
    operation: str,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    content: bytes | None = None,
    listeners: Sequence[Listener] = (),
    out_trade_no: str | None = None,
) -> tuple[httpx.Response, float]:
    """Send one request; the answer, and how long it took in seconds.

    Raises:
        EnvironmentUnreachable: nothing was sent: the merchant is not up.
        UnknownOutcome: it took the request and gave no answer.
    """
    request = client.build_request(
        method, path, headers=httpx.Headers(list(_pairs(headers))), content=content
    )
    started, clock = wire_now(), time.monotonic()
    response: httpx.Response | None = None
    failure: str | None = None
    try:
        response = client.send(request)
        response.read()
    except httpx.TransportError as error:
        gone = no_answer(
            error,
            where=operation,
            unsent=f"the merchant does not answer at {client.base_url}",
            start="start it (golive shop), or correct base_url in the merchant profile",
            unsure="the merchant took the request and gave no answer",
            then="look at the merchant's own log: it may have fallen over",
        )
        failure = gone.what
        raise gone from error
    finally:
        taken = time.monotonic() - clock
        exchange = Exchange(
            dialect="merchant",
            operation=operation,
            method=method,
            url=str(request.url),
            started=started,
            duration_s=taken,
            request_headers=dict(request.headers),
            request_body=content or b"",
            status=response.status_code if response is not None else None,
            response_headers=dict(response.headers) if response is not None else {},
            response_body=response.content if response is not None else b"",
            error=failure,
            out_trade_no=out_trade_no,
        )
        for listener in listeners:
            listener(exchange)
    return response, taken


def json_object(response: httpx.Response, operation: str) -> dict[str, object]:
    """The answer's members.

    Raises:
        TargetFailure: no JSON object.
    """
    try:
        read = response.json()
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise TargetFailure(
            f"HTTP {response.status_code} without a JSON object",
            where=operation,
            remedy="the merchant's routes answer JSON objects; see docs on merchant profiles",
        )
    return read


def _pairs(headers: Mapping[str, str] | Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)
