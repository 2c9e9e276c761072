"""Tells merchants of trades whose time is over: nobody paid, or nothing can come back (facts alipay 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from harness.core.clock import BusinessClock
from harness.simulator.notifier.news import News
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.orders import PlatformOrder


class TradeNews(News):
    """Watches the trades of every Alipay account.

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
        super().__init__("trade news", clock)
        self._accounts = accounts
        self._notifier = notifier
        self._told = told

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

    def due(self) -> Iterable[datetime]:
        """When the next of each account is over."""
        return (each for account in self._accounts() if (each := account.next_over()))
