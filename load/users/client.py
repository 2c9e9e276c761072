"""Sends one request over FastHttpUser's own keep-alive connections, judges the answer, and records it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import gevent
from geventhttpclient.client import HTTPClient
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from load.key import Key
from load.measurement import Measurement
from load.users.answers import Answer, Wrong
from load.users.wire import Request

TIMEOUT_S = 30.0
"""Seconds, from sending, after which an answer no longer counts."""
_MICROSECONDS = 1_000_000


class WireClock:
    """Microseconds since the epoch that never jump: the wall clock read once, then a monotonic one."""

    def __init__(self) -> None:
        self._offset = time.time() - time.perf_counter()

    def at(self, moment: float) -> int:
        """A moment of `time.perf_counter` in µs since the epoch."""
        return round((moment + self._offset) * _MICROSECONDS)


class FinishedRequest(NamedTuple):
    """One finished request; moments in µs since the epoch."""

    key: Key
    due: int
    sent: int
    done: int
    failure: str | None
    """A few stable words; None: it ended as it should."""
    size: int
    """Bytes of the answer's body."""


Listener = Callable[[FinishedRequest], None]
"""Hears of every finished request. Must be quick and must not raise."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a request ended."""

    failure: str | None
    members: Mapping[str, Any]
    at: float
    """When its end was known, on `time.perf_counter`."""


class Client:
    """Requests to one origin. All of a process's requests share its pool of connections.

    Args:
        http: from the pool of a FastHttpUser.
        measurement: counts every finished request.
        clock: what the measurement's moments are read from.
        listeners: hear of each as well.
        timeout_s: for one whole request, connecting included.
        turn: called before each is sent; may wait, e.g. to keep a rate.
    """

    def __init__(
        self,
        http: HTTPClient,
        measurement: Measurement,
        *,
        clock: WireClock,
        listeners: tuple[Listener, ...] = (),
        timeout_s: float = TIMEOUT_S,
        turn: Callable[[], None] = lambda: None,
    ) -> None:
        self._http = http
        self._measurement = measurement
        self._clock = clock
        self._listeners = listeners
        self._timeout_s = timeout_s
        self._turn = turn

    def send(self, request: Request, due: float | None = None) -> Done:
        """Send, wait, judge and record; never raises.

        Args:
            due: when it was to be sent (`time.perf_counter`); None: now.
        """
        now = time.perf_counter
        self._turn()
        sent = now()
        due = sent if due is None else due
        failure: str | None = None
        members: Mapping[str, Any] = {}
        size = 0
        try:
            answer = self._exchange(request)
            done = now()
            size = len(answer.body)
            members = request.judge(answer)
        except Wrong as wrong:
            failure = str(wrong)
            done = now()
        except _NO_ANSWER as error:
            failure = _reason(error)
            done = now()
        at = self._clock.at
        self._finished(FinishedRequest(request.key, at(due), at(sent), at(done), failure, size))
        return Done(failure, members, done)

    def note(self, key: Key, *, due: float, begun: float, done: Done) -> None:
        """Record what is no single request of ours: a journey, or a callback that came."""
        at = self._clock.at
        self._finished(FinishedRequest(key, at(due), at(begun), max(at(begun), at(done.at)), done.failure, 0))

    def _finished(self, request: FinishedRequest) -> None:
        key, due, sent, done, failure, _ = request
        self._measurement.record(key, due=due, sent=sent, done=done, failure=failure)
        for listener in self._listeners:
            listener(request)

    def _exchange(self, request: Request) -> Answer:
        headers = _repeated(request.headers) if isinstance(request.headers, tuple) else request.headers
        timeout = gevent.Timeout.start_new(self._timeout_s, _TooLate)
        try:
            # No redirect is followed: this layer knows of none.
            response = self._http.request(request.method, request.path, body=request.body, headers=headers)
            try:
                body = bytes(response.read())
            finally:
                response.release()
        finally:
            timeout.close()
        return Answer(response.get_code(), list(response.items()), body)


class _TooLate(Exception):
    """The answer was not complete in time."""


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (_TooLate, "timeout"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionResetError, "connection closed"),
    (BrokenPipeError, "connection closed"),
    (HTTPConnectionClosed, "connection closed"),
    (ssl.SSLError, "TLS not trusted"),
    (socket.gaierror, "unknown host"),
    (OSError, "connection failed"),
    (HTTPParseError, "no HTTP"),
    (ValueError, "no HTTP"),
)
"""Why no answer came; the first kind that fits names it."""
_NO_ANSWER = tuple(kind for kind, _ in _REASONS)


def _reason(error: BaseException) -> str:
    return next(reason for kind, reason in _REASONS if isinstance(error, kind))


def _repeated(lines: tuple[tuple[str, str], ...]) -> Headers:
    """Header lines in order, a name as often as it is given."""
    headers = Headers()
    for name, value in lines:
        headers.add(name, value)
    return headers
