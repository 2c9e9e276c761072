"""The HTTP under a Model Context Protocol session, watched: what was sent, what came, what went wrong.

The protocol library treats a broken connection as the end of the whole session. Here one broken request
ends only its own call: the watched client notes what happened and hands the library an empty 502 instead.
The note, and not the 502, then decides which error a caller sees. An answer that came as a stream of events
reaches the library as the one message in it that answers.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpx2

from harness.core.answer_body import AnswerBody, UnfitBodyError
from harness.core.clock import wire_now
from harness.core.errors import GoLiveError, UnknownOutcome
from harness.core.event_stream import answer_in, is_answered, is_event_stream
from harness.core.exchange import Exchange, Listener
from harness.gateways.channel import QUERY_FIRST, no_answer_from
from harness.gateways.guard import Unguarded

GOODBYE_S = 2.0
"""How long ending a session may take: politeness, nothing more."""


@dataclass(kw_only=True)
class Watch:
    """What became of the requests of one call.

    Args:
        operation: of the exchanges.
        out_trade_no: of the exchanges.
        deadline: on the monotonic clock, for all requests together.
    """

    operation: str
    deadline: float
    out_trade_no: str | None = None
    failure: GoLiveError | None = None
    """Why no answer came to the last request that has none."""
    status: int | None = None
    """HTTP status of the last answer."""
    body: bytes = b""
    headers: httpx2.Headers = field(default_factory=httpx2.Headers)
    sent: float = 0.0
    """Unix seconds when the last request left."""
    received: float = 0.0


_current: ContextVar[Watch | None] = ContextVar("golive_mcp_watch", default=None)


@contextmanager
def watching(watch: Watch) -> Iterator[Watch]:
    """Note into `watch` every request sent from here, also from tasks started here."""
    token = _current.set(watch)
    try:
        yield watch
    finally:
        _current.reset(token)


class WatchedClient(httpx2.AsyncClient):
    """An HTTP client whose `send` never raises, follows nothing and returns whole, bounded answers.

    Args:
        host: for messages.
        dialect: of the exchanges.
        listeners: hear every POST.
        guard: asked before every request.
        options: of `httpx2.AsyncClient`.
    """

    def __init__(
        self, *, host: str, dialect: str, listeners: Sequence[Listener], guard: Unguarded, **options: Any
    ) -> None:
        super().__init__(follow_redirects=False, **options)
        self.headers["Accept-Encoding"] = "identity"
        self._host = host
        self._dialect = dialect
        self._listeners = tuple(listeners)
        self._guard = guard

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send, and wait for the whole answer."""
        if request.method == "GET":
            # A standing stream of the server's own messages: no payment needs one, and 405 is its refusal.
            return httpx2.Response(405, request=request)
        watch = _current.get()
        if request.method != "POST" or watch is None:
            watch = Watch(operation="goodbye", deadline=time.monotonic() + GOODBYE_S)
        if watch.failure is not None:
            return _nothing(request)
        try:
            turn = self._guard.turn(str(request.url))
        except GoLiveError as error:
            watch.failure = error
            return _nothing(request)
        if turn > 0:
            watch.deadline += turn
            await asyncio.sleep(turn)
        self._guard.leaves()
        started, begun = wire_now(), time.monotonic()
        watch.sent, watch.status = time.time(), None
        try:
            async with asyncio.timeout(max(watch.deadline - begun, 0)):
                response = await self._whole(request)
        except (httpx2.TransportError, httpx2.StreamError, TimeoutError) as error:
            watch.failure = no_answer_from(self._host, error, watch.operation)
            self._guard.ended(watch.failure)
            response = None
        watch.received = time.time()
        self._emit(watch, request, response, started=started, duration_s=time.monotonic() - begun)
        if response is None:
            return _nothing(request)
        watch.status, watch.headers, watch.body = response.status_code, response.headers, response.content
        told = _told(request, response)
        if told is not None:
            watch.body = told.content
        elif not response.is_redirect:
            watch.failure = UnknownOutcome(
                "the stream of events ended without an answer", where=watch.operation, remedy=QUERY_FIRST
            )
        return told or _nothing(request)

    async def _whole(self, request: httpx2.Request) -> httpx2.Response:
        streamed = await super().send(request, stream=True, follow_redirects=False)
        asked = _message(request.content).get("id")
        try:
            body = AnswerBody(streamed.headers.get("content-encoding", ""))
            async for piece in streamed.aiter_raw():
                body.take(piece)
                if is_answered(streamed.headers, body.taken, asked):
                    break
        except UnfitBodyError as unfit:
            raise httpx2.ReadError(str(unfit)) from None
        finally:
            await streamed.aclose()
        headers = [
            (name, value)
            for name, value in streamed.headers.raw
            if name.lower() not in {b"content-encoding", b"content-length", b"transfer-encoding"}
        ]
        return httpx2.Response(streamed.status_code, headers=headers, content=body.taken, request=request)

    def _emit(
        self,
        watch: Watch,
        request: httpx2.Request,
        response: httpx2.Response | None,
        *,
        started: Any,
        duration_s: float,
    ) -> None:
        if request.method != "POST":
            return
        called = _message(request.content).get("method") == "tools/call"
        exchange = Exchange(
            dialect=self._dialect,
            operation=watch.operation if called else "handshake",
            method=request.method,
            url=str(request.url),
            started=started,
            duration_s=duration_s,
            request_headers=dict(request.headers),
            request_body=request.content,
            status=response.status_code if response is not None else None,
            response_headers=_as_received(response.headers) if response is not None else {},
            response_body=response.content if response is not None else b"",
            error=watch.failure.what if watch.failure is not None else None,
            out_trade_no=watch.out_trade_no if called else None,
        )
        for listener in self._listeners:
            listener(exchange)


def _as_received(headers: httpx2.Headers) -> dict[str, str]:
    """Names in the letters they came in, which the library's own view has made small."""
    return {name.decode(headers.encoding): value.decode(headers.encoding) for name, value in headers.raw}


def _told(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response | None:
    """What the library is to see of an answer; None: of a redirect, and of a stream without an answer."""
    if response.is_redirect:
        return None
    if not is_event_stream(response.headers):
        return response
    message = answer_in(response.content, _message(request.content).get("id"), ended=True)
    if message is None:
        return None
    headers = {**response.headers, "content-type": "application/json"}
    content = json.dumps(message).encode()
    return httpx2.Response(response.status_code, headers=headers, content=content, request=request)


def _nothing(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(502, request=request)


def _message(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
