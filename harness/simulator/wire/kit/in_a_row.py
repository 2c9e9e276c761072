"""Does for many requests in a row what each of them needs of an RSA key: a check, and later a signature.

Its tables push everything else out of the processor's nearest cache, and Python's own code pushes them out
again: between two of either a request costs more than beside other requests. And an answer costs more where
the client has to be woken for each. So what is ready is done in a row as soon as a turn of the loop brings
nobody else, and goes on together; a request that is alone waits for one turn in which nothing is to be done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

AT_ONCE = 32
"""Before others have a turn: of signatures eight milliseconds."""

Made = TypeVar("Made")


class InARow:
    """What the requests of one simulator wait for. Not thread-safe."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[asyncio.Future[Any], Callable[[], Any]]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seen = 0
        """How many were ready a turn ago."""

    async def made(self, make: Callable[[], Made]) -> Made:
        """What `make` returns or raises, called when all that are ready before have come this far."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # what one loop left behind when it ended, nobody waits for
            self._loop = loop
            self._waiting.clear()
            self._seen = 0
        if not self._waiting:
            loop.call_soon(self._make_all)
        future: asyncio.Future[Made] = loop.create_future()
        self._waiting.append((future, make))
        return await future

    def _make_all(self) -> None:
        if self._seen < len(self._waiting) < AT_ONCE:  # another turn: whoever has come by now joins them
            self._seen = len(self._waiting)
            asyncio.get_running_loop().call_soon(self._make_all)
            return
        self._seen = 0
        for _ in range(min(AT_ONCE, len(self._waiting))):
            future, make = self._waiting.popleft()
            if future.done():  # whoever waited was cancelled
                continue
            try:
                future.set_result(make())
            except Exception as error:  # noqa: BLE001 - it is for whoever waits, and the others still wait
                future.set_exception(error)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._make_all)
