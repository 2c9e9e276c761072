"""Traffic over real loopback HTTP: requests made beforehand, as many at once as keep the server busy.

Every answer is looked at: one that is not a success, or does not say what it should, ends the benchmark,
since a server that refuses is fast and worth nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop

from bench.cpu import CLIENT_CORE, on_core
from bench.servers import Server
from harness.core.errors import HarnessError, TargetFailure

CONNECTIONS = 16
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Burst:
    """What became of one batch of requests, all of them answered well."""

    requests: int
    cpu_s: float
    """CPU time that the server process used meanwhile, user and system."""
    wall_s: float

    @property
    def per_cpu_second(self) -> float:
        """Requests for one CPU second of the server: its capacity on one core.

        Raises:
            HarnessError: nothing was sent, or too little for the clock to notice.
        """
        if not self.requests or self.cpu_s <= 0:
            raise HarnessError(f"{self.requests} requests in {self.cpu_s} CPU s are no sample", where="bench")
        return self.requests / self.cpu_s


def request(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def burst(server: Server, requests: Sequence[bytes], *, says: bytes) -> Burst:
    """Send every request once and wait for all the answers.

    Args:
        says: what the body of every answer must contain.

    Raises:
        TargetFailure: an answer is no 200, or does not say it.
    """
    with on_core(CLIENT_CORE):
        cpu, began = server.cpu_seconds(), time.perf_counter()
        answered = uvloop.run(_send(server.base_url, requests, says))
        return Burst(answered, server.cpu_seconds() - cpu, time.perf_counter() - began)


async def _send(base_url: str, requests: Sequence[bytes], says: bytes) -> int:
    place = urlsplit(base_url)
    host, port = place.hostname or "", place.port or 80
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    lines = [_Line(waiting, says, loop.create_future()) for _ in range(min(CONNECTIONS, len(requests)))]
    try:
        for line in lines:
            await loop.create_connection(partial(_itself, line), host, port)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(line.done for line in lines))
    except OSError as error:  # a TimeoutError is one, too
        raise TargetFailure(f"no answer: {error}", where=base_url) from error
    finally:
        for line in lines:
            line.close()
        await asyncio.sleep(0)  # a transport is gone one turn of the loop after it was closed
    return sum(line.answered for line in lines)


def _itself(line: _Line) -> _Line:
    return line


class _Line(asyncio.Protocol):
    """One connection: sends a request, reads its answer, sends the next, until none is waiting."""

    def __init__(self, waiting: Iterator[bytes], says: bytes, done: asyncio.Future[None]) -> None:
        self._waiting = waiting
        self._says = says
        self.done = done
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._transport: asyncio.Transport | None = None
        self.answered = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's, but do the same.
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(TargetFailure("the server hung up in the middle", where="bench"))

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        status, body, self._body = self._parser.get_status_code(), self._body, b""
        if status == 200 and self._says in body:
            self.answered += 1
            self._parser = httptools.HttpResponseParser(self)
            self._next()
        elif not self.done.done():
            told = body[:200].decode("utf-8", "replace")
            self.done.set_exception(TargetFailure(f"answered {status}: {told}", where="bench"))

    def _next(self) -> None:
        following = next(self._waiting, None)
        if self._transport is None or following is None:
            if not self.done.done():
                self.done.set_result(None)
            self.close()
        else:
            self._transport.write(following)

    def close(self) -> None:
        """Hang up, if that has not happened yet."""
        if self._transport is not None:
            self._transport.close()
