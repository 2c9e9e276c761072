"""Two ways to a simulator: within this process without sockets, and over HTTP to another process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

from harness.simulator.server import Simulator
from tests.simulator.badinput.judged import PATIENCE_S, Answer
from tests.simulator.badinput.message import Message

_Event = MutableMapping[str, Any]


class Door(Protocol):
    """Where requests go in."""

    @property
    def origin(self) -> str:
        """Its address, as requests are shown."""
        ...

    def send(self, message: Message) -> Answer:
        """What comes back.

        Raises:
            TimeoutError: nothing does for longer than anybody waits.
            Exception: whatever a simulator within this process does not answer itself.
        """
        ...


@dataclass
class Inside:
    """Through ASGI."""

    simulator: Simulator
    runner: asyncio.Runner
    origin: str = "http://127.0.0.1:8765"

    def send(self, message: Message, *, leaves: bool = False) -> Answer:
        """As `Door` says; whoever leaves does so before the body is whole."""
        return self.runner.run(asyncio.wait_for(self._through(message, leaves), PATIENCE_S))

    async def _through(self, message: Message, leaves: bool) -> Answer:
        path, _, query = message.target.partition("?")
        waiting: list[_Event] = [{"type": "http.request", "body": message.body, "more_body": leaves}]
        sent: list[_Event] = []

        async def receive() -> _Event:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(event: _Event) -> None:
            sent.append(event)

        length = ((b"content-length", str(len(message.body)).encode()),) if message.body else ()
        scope: _Event = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": message.method,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [*message.headers, *length],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8765),
            "scheme": "http",
            "state": {},
        }
        await self.simulator(scope, receive, send)
        if not sent:
            return Answer(None)
        head = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]}
        body = b"".join(each.get("body", b"") for each in sent[1:])
        return Answer(sent[0]["status"], head.get("content-type", ""), head.get("location", ""), body)


@contextmanager
def inside(simulator: Simulator) -> Iterator[Inside]:
    """A simulator that is alive until the block ends, as a server keeps it."""
    coming: asyncio.Queue[_Event] = asyncio.Queue()
    said: asyncio.Queue[_Event] = asyncio.Queue()

    async def begin() -> asyncio.Task[None]:
        scope: _Event = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        task = asyncio.create_task(simulator(scope, coming.get, said.put))
        await coming.put({"type": "lifespan.startup"})
        assert (await said.get())["type"] == "lifespan.startup.complete"
        return task

    async def end(task: asyncio.Task[None]) -> None:
        await coming.put({"type": "lifespan.shutdown"})
        await task

    with asyncio.Runner() as runner:
        task = runner.run(begin())
        yield Inside(simulator, runner)
        runner.run(end(task))


class Outside:
    """Over sockets, one connection for as long as the server keeps it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._connection: HTTPConnection | None = None

    def send(self, message: Message) -> Answer:
        """As `Door` says."""
        fresh = self._connection is None
        try:
            return self._through(message)
        except TimeoutError:
            self.close()
            raise
        except (HTTPException, OSError):
            self.close()
            # A connection that is kept may have been closed meanwhile, which says nothing of this request.
            return Answer(None) if fresh else self.send(message)

    def close(self) -> None:
        """Give the socket back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _through(self, message: Message) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection(str(urlsplit(self.origin).netloc), timeout=PATIENCE_S)
        connection = self._connection
        connection.putrequest(message.method, message.target, skip_host=True, skip_accept_encoding=True)
        for name, value in message.headers:
            connection.putheader(name.decode(), value)
        if message.body:
            connection.putheader("content-length", str(len(message.body)))
        connection.endheaders(message.body or None)
        answer = connection.getresponse()
        body = answer.read()
        kind, location = answer.headers.get("content-type", ""), answer.headers.get("location", "")
        if answer.will_close:
            self.close()
        return Answer(answer.status, str(kind), str(location), body)
