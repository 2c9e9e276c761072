"""Where payers pay: takes the payment, and waits until the merchant has been told once."""

from __future__ import annotations

from typing import Literal

from harness.core.money import Fen
from harness.levers.models import Payment
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import NO_COUPON, Platform

__all__ = ["Outcome", "Till"]

Outcome = Literal["pay", "cancel", "fail"]


class Till:
    """What the cashier's pages and the pay lever share."""

    def __init__(self, platform: Platform, notifier: Notifier) -> None:
        self._platform = platform
        self._notifier = notifier

    async def settle(
        self,
        order: PlatformOrder,
        *,
        openid: str | None = None,
        coupon: Fen = NO_COUPON,
        outcome: Outcome = "pay",
    ) -> Payment:
        """Pay, cancel or fail; after a payment, return when the first callback attempt has ended.

        Raises:
            Refused: as `Platform.pay`.
        """
        if outcome == "cancel":
            return self._platform.cancel(order, openid)
        if outcome == "fail":
            return self._platform.fail(order, openid)
        payment = self._platform.pay(order, openid, coupon)
        resource = self._platform.notification(order.out_trade_no)
        await self._notifier.enqueue(
            order.out_trade_no, order.request.notify_url, resource, dialect=order.request.dialect
        )
        await self._notifier.drain()
        return payment
