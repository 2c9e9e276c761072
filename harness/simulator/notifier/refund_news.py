"""Tells merchants how their refunds ended, whether somebody ended them or their time came (facts 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from harness.core.clock import BusinessClock
from harness.simulator.notifier.news import News
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.refund import PlatformRefund


class RefundNews(News):
    """Watches the refunds of every account.

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
        super().__init__("refund news", clock)
        self._accounts = accounts
        self._notifier = notifier
        self._told = told

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

    def due(self) -> Iterable[datetime]:
        """When the next of each account is over."""
        return (each for account in self._accounts() if (each := account.refunds.next_due()))
