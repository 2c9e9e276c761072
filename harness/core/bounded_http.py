"""An HTTP client whose every exchange ends: one deadline for all of it, and answers of a bounded size.

A library's timeouts are for one read. Whoever sends a byte now and then, be it of a header, of an endless row
of interim answers or of a body, holds such a client for ever; here all reads and writes of an exchange share
what is left until its deadline.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from harness.core.answer_body import MAX_ANSWER_BYTES, AnswerBody, UnfitBodyError
from harness.core.seldom_cookies import SeldomCookies

IDLE_S = 1.0
"""For how long a connection is kept for the next request. Many servers close theirs after two seconds or
five; a request that is sent in that very moment has no answer, and is not sent again."""
Enough = Callable[[httpx.Headers, bytes], bool]
"""Whether of a body that goes on everything has come that matters."""


class BoundedClient(httpx.Client):
    """As httpx's own, with whole answers only. Thread-safe; follows no redirect; asks for bodies unpacked.

    Args:
        limit_s: for one exchange; a little less to connect, so that a host that is not there is told from one
            that is mute.
        largest: bytes of a body, unpacked.
        enough: ends a body early, as that of a stream of events.
        connections: at most so many at once.
        network: opens them; None: wherever a name leads.
        options: of httpx.Client.
    """

    def __init__(
        self,
        *,
        limit_s: float,
        largest: int = MAX_ANSWER_BYTES,
        enough: Enough | None = None,
        headers: Any = None,
        connections: int = 100,
        network: httpcore.NetworkBackend | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            timeout=httpx.Timeout(limit_s, connect=0.8 * limit_s),
            follow_redirects=False,
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=20, keepalive_expiry=IDLE_S
            ),
            headers=httpx.Headers([("Accept-Encoding", "identity"), *httpx.Headers(headers).multi_items()]),
            **options,
        )
        self._cookies = SeldomCookies(self._cookies)
        self._limit_s = limit_s
        self._largest = largest
        self._enough = enough
        for transport in (self._transport, *self._mounts.values()):
            if isinstance(transport, httpx.HTTPTransport):
                # The one seam for it: httpcore takes a backend, httpx does not hand one on.
                opens = network or transport._pool._network_backend
                transport._pool._network_backend = _Network(opens)

    def send(self, request: httpx.Request, *, limit_s: float | None = None, **options: Any) -> httpx.Response:
        """Send, and wait for the whole answer.

        Args:
            limit_s: for this exchange; None: as for all.

        Raises:
            httpx.TransportError: no answer; a TimeoutException where the deadline passed, a ReadError where
                the answer is larger than allowed or packed as nobody asked.
        """
        with _until(time.monotonic() + (self._limit_s if limit_s is None else limit_s)):
            streamed = super().send(request, **{**options, "stream": True})
            try:
                content = self._body(streamed)
            except UnfitBodyError as unfit:
                raise httpx.ReadError(str(unfit), request=request) from None
            finally:
                streamed.close()
        answer = httpx.Response(
            streamed.status_code, content=content, request=request, extensions=streamed.extensions
        )
        answer.headers = streamed.headers  # as they came; the body they describe has been unpacked since
        return answer

    def _build_redirect_request(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        """Nobody follows it, and where it points may be no address at all, over which httpx would stumble."""
        return request

    def _body(self, streamed: httpx.Response) -> bytes:
        body = AnswerBody(streamed.headers.get("Content-Encoding", ""), limit=self._largest)
        for piece in streamed.iter_raw():
            body.take(piece)
            if self._enough is not None and self._enough(streamed.headers, body.taken):
                break
        return body.taken


_current = threading.local()


@contextmanager
def _until(deadline: float) -> Iterator[None]:
    """Everything this thread reads and writes in here ends by then, on the monotonic clock."""
    _current.deadline = deadline
    try:
        yield
    finally:
        _current.deadline = None


def _left(timeout: float | None, passed: type[Exception]) -> float | None:
    deadline: float | None = getattr(_current, "deadline", None)
    if deadline is None:  # closing what was kept alive
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise passed("the answer was not complete in time")
    return left if timeout is None else min(timeout, left)


class _Network(httpcore.NetworkBackend):
    """Opens connections that keep to the deadline."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
