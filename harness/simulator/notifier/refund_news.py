"""Tells merchants how their refunds ended, whether somebody ended them or their time came (facts 4.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from harness.core.clock import BusinessClock
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.refund import PlatformRefund


class RefundNews:
    """Watches the refunds of every account. Use it as an async context manager, within the notifier's.

    Args:
        accounts: those there are; more may come while it watches.
        clock: business time; whoever moves it calls `tell` and then drains the notifier.
        told: what a callback of a refund carries.
    """

    def __init__(
        self,
        *,
        accounts: Callable[[], Iterable[MerchantAccount]],
        clock: BusinessClock,
        notifier: Notifier,
        told: Callable[[PlatformRefund], Mapping[str, object]],
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
        self._runner = asyncio.create_task(self._run(), name="refund news")
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
        """A refund may end earlier than was known; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def tell(self) -> None:
        """Schedule the callback of every refund that has ended since; of one without an address, none."""
        for account in self._accounts():
            for refund, ended in account.refunds.take_untold():
                if not refund.request.notify_url:
                    continue
                await self._notifier.enqueue(
                    refund.out_trade_no,
                    refund.request.notify_url,
                    self._told(refund),
                    f"REFUND.{refund.status.value}",
                    mchid=refund.request.mchid,
                    dialect=refund.request.dialect,
                    out_refund_no=refund.request.out_refund_no,
                    due=ended,
                )

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self.tell()
            due = [each for account in self._accounts() if (each := account.refunds.next_due())]
            pause = (min(due) - self._clock.now()).total_seconds() if due else None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()
