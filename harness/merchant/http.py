"""One way to talk to a merchant over HTTP, with the errors a caller can act on."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping, Sequence

import httpx

from harness.core.answer_body import MAX_ANSWER_BYTES
from harness.core.bounded_http import BoundedClient
from harness.core.clock import wire_now
from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.core.exchange import MERCHANT_DIALECT, Exchange, Listener
from harness.core.no_answer import no_answer
from harness.core.patience import Patience
from harness.core.trust import public_roots

LIMIT_S = 20.0
"""For one exchange. Longer than any merchant should need: how slow it is, is measured and judged."""


MERCHANT = "the merchant"
"""In messages."""
_MOST_ADDRESSES = 4096
BOOKS_BYTES = 32 << 20
"""Of a merchant's whole list of orders: a hundred thousand of them."""


class MerchantHttp(BoundedClient):
    """A client that follows no redirect and asks no proxy of the environment.

    Args:
        base_url: of the merchant.
        patience: with it, shared by all clients of a run.
        largest: bytes of an answer.
        roots: whose certificates are believed; None: those of everybody.
    """

    def __init__(
        self,
        base_url: str,
        patience: Patience | None = None,
        *,
        largest: int = MAX_ANSWER_BYTES,
        roots: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            limit_s=LIMIT_S,
            largest=largest,
            base_url=base_url,
            verify=roots or public_roots(),
            trust_env=False,
            connections=200,
        )
        self.patience = patience or Patience(MERCHANT)
        self._addresses: dict[str, httpx.URL] = {}

    def address(self, path: str) -> httpx.URL:
        """Where a path of the merchant leads, as httpx would merge the two; most are asked for many times.

        Args:
            path: with its query; a whole address stays what it is.
        """
        known = self._addresses.get(path)
        if known is None:
            named, base = httpx.URL(path), str(self.base_url).rstrip("/")
            known = httpx.URL(f"{base}/{path.lstrip('/')}") if named.is_relative_url else named
            if len(self._addresses) < _MOST_ADDRESSES:
                self._addresses[path] = known
        return known


def send(
    client: MerchantHttp,
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
        EnvironmentUnreachable: nothing was sent: the merchant is not up, or is not answering.
        UnknownOutcome: it took the request and gave no answer.
    """
    client.patience.require(operation)
    request = client.build_request(
        method, client.address(path), headers=httpx.Headers(list(_pairs(headers))), content=content
    )
    started, clock = wire_now(), time.monotonic()
    response: httpx.Response | None = None
    failure: str | None = None
    try:
        response = client.send(request)
    except httpx.TransportError as error:
        gone = no_answer(
            error,
            where=operation,
            unsent=f"the merchant does not answer at {client.base_url}",
            start="start it (golive shop), or correct base_url in the merchant profile",
            unsure="the merchant took the request and gave no answer",
            then="look at the merchant's own log: it may have fallen over",
        )
        if isinstance(gone, UnknownOutcome):
            gone.side = "merchant"
        client.patience.note(gone)
        failure = gone.what
        raise gone from error
    finally:
        taken = time.monotonic() - clock
        exchange = Exchange(
            dialect=MERCHANT_DIALECT,
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
        MerchantFailure: no JSON object.
    """
    try:
        read = response.json()
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise MerchantFailure(
            f"HTTP {response.status_code} without a JSON object",
            where=operation,
            remedy="the merchant's routes answer JSON objects; see docs on merchant profiles",
        )
    return read


def _pairs(headers: Mapping[str, str] | Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)
