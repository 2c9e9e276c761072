"""A simulator within this process: each request through ASGI, without a socket and without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from harness.simulator.server import Simulator
from tests.badinput.judged import PATIENCE_S, Answer
from tests.badinput.message import Message

_Event = MutableMapping[str, Any]


@dataclass
class Inside:
    """Sends to one simulator; what it raises comes through."""

    simulator: Simulator
    runner: asyncio.Runner

    def send(self, message: Message) -> Answer:
        """What comes back.

        Raises:
            Exception: whatever the application does not answer itself.
            TimeoutError: it takes longer than anybody waits.
        """
        return self.runner.run(asyncio.wait_for(self._through(message), PATIENCE_S))

    async def _through(self, message: Message) -> Answer:
        path, _, query = message.target.partition("?")
        waiting: list[_Event] = [{"type": "http.request", "body": message.body, "more_body": False}]
        sent: list[_Event] = []

        async def receive() -> _Event:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(event: _Event) -> None:
            sent.append(event)

        length = ((b"content-length", str(len(message.body)).encode()),) if message.body else ()
        scope = {
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
            return Answer(None, b"", b"")
        kind = next((value for name, value in sent[0]["headers"] if name == b"content-type"), b"")
        return Answer(sent[0]["status"], kind, b"".join(each.get("body", b"") for each in sent[1:]))


@contextmanager
def inside(simulator: Simulator) -> Iterator[Inside]:
    """Its lifespan, as a server keeps it."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
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

        task = runner.run(begin())
        assert loop is runner.get_loop()
        yield Inside(simulator, runner)
        runner.run(end(task))
