"""Watching, on business time, for what merchants are to be told of without having asked."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from harness.core.clock import BusinessClock


class News(ABC):
    """Tells what is due, and waits for the next. Use it as an async context manager, within the notifier's.

    Args:
        name: of the task that watches.
        clock: business time; whoever moves it calls `tell` and then drains the notifier.
    """

    def __init__(self, name: str, clock: BusinessClock) -> None:
        self._name = name
        self._clock = clock
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: asyncio.Task[None] | None = None

    @abstractmethod
    async def tell(self) -> None:
        """Schedule a callback of everything that has come to its end since."""

    @abstractmethod
    def due(self) -> Iterable[datetime]:
        """When the next thing of each account comes to its end; of an account without one, nothing."""

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._runner = asyncio.create_task(self._run(), name=self._name)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop = None
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    def look_again(self) -> None:
        """Something may come to its end earlier than was known; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self.tell()
            due = min(self.due(), default=None)
            pause = (due - self._clock.now()).total_seconds() if due is not None else None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()
