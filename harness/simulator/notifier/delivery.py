"""Posts one callback to a merchant: a few real seconds, no redirect, and never to a stranger (facts 5.5)."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

import httpcore
import httpx

from harness.callbacks.callback import Callback
from harness.core.redelivery import Redelivery
from harness.core.trust import public_roots
from harness.simulator.platform.notify_url import is_loopback

LONGEST_ANSWER = 64 * 1024
"""More of an answer than this is not read; nothing that long is what a form wants to read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: a status, or the reason why there is none."""

    status: int | None
    duration_s: float
    error: str | None = None
    accepted: bool = False
    """Whether the platform counts the callback as delivered."""
    reached: bool = True
    """Whether anybody was there: without a connection nothing was sent."""
    headers: tuple[tuple[str, str], ...] = ()
    """Of the answer, in order."""
    body: bytes = b""
    """Of the answer, as much as was read; empty where none was complete."""


class Sender:
    """Posts callbacks to loopback and to the hosts it was allowed. Use it as an async context manager.

    Args:
        allowed_hosts: beside loopback.
        roots: whose certificates are believed; None: those of everybody.
        network: opens the connections; None: wherever a name leads.
    """

    def __init__(
        self,
        allowed_hosts: frozenset[str] = frozenset(),
        *,
        roots: ssl.SSLContext | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allowed_hosts = allowed_hosts
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        way = httpx.AsyncHTTPTransport(verify=roots or public_roots(), trust_env=False, limits=limits)
        if network is not None:
            way._pool._network_backend = network  # the one seam for it: httpx does not hand one on
        self._client = httpx.AsyncClient(
            transport=way,
            trust_env=False,
            follow_redirects=False,
            timeout=60.0,  # for one read: the deadline of each form is shorter, and for the whole
        )
        # The platform's sender does not offer compression (facts 5.2).
        del self._client.headers["Accept-Encoding"]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    def objection(self, url: str) -> str | None:
        """Why this address must not or cannot be called at all, or None when it may."""
        if not url:
            return "not sent: the order names no notify_url"
        try:
            address = httpx.URL(url)
            host = address.host
            host.encode("idna")
        except (httpx.InvalidURL, UnicodeError) as failure:
            return f"not sent: notify_url is no address: {failure}"
        if address.scheme not in ("http", "https") or not host:
            return "not sent: notify_url is no address of http or https"
        if address.port is not None and not 0 < address.port < 65536:
            return f"not sent: notify_url has a port that does not exist: {address.port}"
        if host in self._allowed_hosts or is_loopback(host):
            return None
        return f"not sent: {host} is neither loopback nor a host this simulator was allowed to call"

    async def deliver(self, url: str, callback: Callback, rules: Redelivery) -> Answer:
        """Post the callback unless the address must not be called; what the far side does never raises.

        Args:
            rules: of its form: how long the merchant may take, and what answer it is to give.
        """
        started = monotonic()
        refusal = self.objection(url)
        if refusal is not None:
            return Answer(None, 0.0, refusal)
        try:
            async with asyncio.timeout(rules.answer_s):
                status, headers, said = await self._post(url, callback)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, monotonic() - started, f"no complete answer within {rules.answer_s:g} s")
        except httpx.ConnectError as failure:
            why = f"{type(failure).__name__}: {failure}"
            return Answer(None, monotonic() - started, why, reached=False)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
            # A ValueError is a name that cannot be spelt: httpx looks at the target of a redirect, too.
            return Answer(None, monotonic() - started, f"{type(failure).__name__}: {failure}")
        if rules.taken_over(status, said):
            return Answer(status, monotonic() - started, accepted=True, headers=headers, body=said)
        # Of a status that is right the body was not, and somebody will look for the reason.
        error = f"the body is not what this form wants to read: {said[:64]!r}" if status == 200 else None
        return Answer(status, monotonic() - started, error, headers=headers, body=said)

    async def _post(
        self, url: str, callback: Callback
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        headers, read = list(callback.headers), bytearray()
        async with self._client.stream("POST", url, headers=headers, content=callback.body) as answer:
            async for chunk in answer.aiter_raw():
                read += chunk
                if len(read) > LONGEST_ANSWER:
                    break
            return answer.status_code, tuple(answer.headers.multi_items()), bytes(read)
