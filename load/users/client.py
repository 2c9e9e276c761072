"""Sends one request over keep-alive connections, judges the answer, and records it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import gevent
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError

from load.key import Key
from load.measurement import Measurement
from load.own_time import OwnTime
from load.users.answers import Answer, Wrong
from load.users.connections import Connections
from load.users.wire import Request

TIMEOUT_S = 30.0
"""Seconds, from sending, after which an answer no longer counts."""


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
    paused: int
    """µs between sending and end in which this process itself did not get its turn."""


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
        connections: to the origin.
        measurement: counts every finished request.
        own: what the measurement's moments are read from, and how long this process was kept waiting.
        listeners: hear of each as well.
        timeout_s: for one whole request, connecting included.
        turn: called before each is sent; may wait, e.g. to keep a rate.
    """

    def __init__(
        self,
        connections: Connections,
        measurement: Measurement,
        *,
        own: OwnTime,
        listeners: tuple[Listener, ...] = (),
        timeout_s: float = TIMEOUT_S,
        turn: Callable[[], None] = lambda: None,
    ) -> None:
        self._connections = connections
        self._measurement = measurement
        self._own = own
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
        paused_s = self._own.paused_s()
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
        at = self._own.at
        paused = self._since(paused_s)
        self._finish(FinishedRequest(request.key, at(due), at(sent), at(done), failure, size, paused))
        return Done(failure, members, done)

    def paused_s(self) -> float:
        """Seconds in which this process did not get its turn, in all until now."""
        return self._own.paused_s()

    def note(self, key: Key, *, due: float, begun: float, done: Done, paused_s: float) -> None:
        """Record what is no single request of ours: a journey, or a callback that came.

        Args:
            paused_s: what `paused_s` said when it began.
        """
        at, ended = self._own.at, max(begun, done.at)
        paused = self._since(paused_s)
        self._finish(FinishedRequest(key, at(due), at(begun), at(ended), done.failure, 0, paused))

    def _since(self, paused_s: float) -> int:
        """µs for which this process was kept waiting since then."""
        return round((self._own.paused_s() - paused_s) * 1_000_000)

    def _finish(self, request: FinishedRequest) -> None:
        self._measurement.record(
            request.key,
            due=request.due,
            sent=request.sent,
            done=request.done,
            failure=request.failure,
            paused=request.paused,
            same_machine=self._connections.same_machine,
        )
        for listener in self._listeners:
            listener(request)

    def _exchange(self, request: Request) -> Answer:
        headers = _repeated(request.headers) if isinstance(request.headers, tuple) else request.headers
        timeout = gevent.Timeout.start_new(self._timeout_s, _TooLate)
        try:
            # No redirect is followed: this layer knows of none.
            response = self._connections.request(
                request.method, request.path, body=request.body, headers=headers
            )
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
_CUT_OFF = frozenset({"Incomplete response.", 14})
"""What the parser says where the connection ended within an answer: a text, or HPE_INVALID_EOF_STATE."""


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPParseError) and _CUT_OFF.intersection(error.args):
        return "connection closed"
    return next(reason for kind, reason in _REASONS if isinstance(error, kind))


def _repeated(lines: tuple[tuple[str, str], ...]) -> Headers:
    """Header lines in order, a name as often as it is given."""
    headers = Headers()
    for name, value in lines:
        headers.add(name, value)
    return headers
