"""Posts one callback to a merchant: a few real seconds, no redirect, and never to a stranger (facts 5.5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

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
    sent: bool = True
    """False: there was an objection to its address."""
    said: bytes = b""
    """The body that the merchant answered with, as far as it was read."""


class Sender:
    """Posts callbacks to loopback and to the hosts it was allowed. Use it as an async context manager."""

    def __init__(self, allowed_hosts: frozenset[str] = frozenset()) -> None:
        self._allowed_hosts = allowed_hosts
        self._client = httpx.AsyncClient(
            verify=public_roots(),
            trust_env=False,
            follow_redirects=False,
            timeout=60.0,  # for one read: the deadline of each form is shorter, and for the whole
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
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
            return Answer(None, 0.0, refusal, sent=False)
        try:
            async with asyncio.timeout(rules.answer_s):
                status, said = await self._post(url, callback)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(None, monotonic() - started, f"no complete answer within {rules.answer_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
            # A ValueError is a name that cannot be spelt: httpx looks at the target of a redirect, too.
            return Answer(None, monotonic() - started, f"{type(failure).__name__}: {failure}")
        if rules.taken_over(status, said):
            return Answer(status, monotonic() - started, accepted=True, said=said)
        # Of a status that is right the body was not, and somebody will look for the reason.
        error = f"the body is not what this form wants to read: {said[:64]!r}" if status == 200 else None
        return Answer(status, monotonic() - started, error, said=said)

    async def _post(self, url: str, callback: Callback) -> tuple[int, bytes]:
        headers, read = list(callback.headers), bytearray()
        async with self._client.stream("POST", url, headers=headers, content=callback.body) as answer:
            async for chunk in answer.aiter_raw():
                read += chunk
                if len(read) > LONGEST_ANSWER:
                    break
            return answer.status_code, bytes(read)
