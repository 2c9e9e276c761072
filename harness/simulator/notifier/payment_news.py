"""Tells merchants of their payments, as soon as they are paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.orders import PlatformOrder


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """Calls merchants back in the form of the dialect that brought the order.

    Args:
        told: what a callback of a paid order carries.
    """

    notifier: Notifier
    told: Callable[[PlatformOrder], Mapping[str, object]]

    async def tell(self, order: PlatformOrder) -> None:
        """Call back once for now, and return when that attempt has ended.

        Where the order names no address, the audit says why nobody was told.
        """
        request = order.request
        await self.notifier.enqueue(
            request.out_trade_no,
            request.notify_url,
            self.told(order),
            mchid=request.mchid,
            dialect=request.dialect,
        )
        await self.notifier.drain()
