"""Tells merchants of trades whose time is over: nobody paid, or nothing can come back (facts alipay 3.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from harness.core.clock import BusinessClock
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.orders import PlatformOrder


class TradeNews:
    """Watches the trades of every Alipay account. Use it as an async context manager, within the notifier's.

    Args:
        accounts: those there are; more may come while it watches.
        clock: business time; whoever moves it calls `tell` and then drains the notifier.
        told: what a callback of a trade that is over carries; None where nobody is told of that.
    """

    def __init__(
        self,
        *,
        accounts: Callable[[], Iterable[AlipayAccount]],
        clock: BusinessClock,
        notifier: Notifier,
        told: Callable[[PlatformOrder], Mapping[str, object] | None],
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._notifier = notifier
        self._told = told
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._runner = asyncio.create_task(self._run(), name="trade news")
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
        """A trade may be over earlier than was known; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def tell(self) -> None:
        """Schedule the callback of every trade that is over since; of one without an address, or whose
        wire has no word for that, none."""
        for account in self._accounts():
            for order, ended in account.take_over():
                told = self._told(order) if order.request.notify_url else None
                if told is None:
                    continue
                await self._notifier.enqueue(
                    order.out_trade_no,
                    order.request.notify_url,
                    told,
                    mchid=account.mchid,
                    dialect=order.request.dialect,
                    due=ended,
                )

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self.tell()
            due = [each for account in self._accounts() if (each := account.next_over())]
            pause = (min(due) - self._clock.now()).total_seconds() if due else None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()
