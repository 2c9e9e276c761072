"""Takes a payment, and waits until the merchant has been told of it once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from harness.core.money import Fen
from harness.levers.models import Payment
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import NO_COUPON, Platform

__all__ = ["Outcome", "Payments"]

Outcome = Literal["pay", "cancel", "fail"]


class Payments:
    """What the cashier's pages and the pay lever share.

    Args:
        announce: calls the merchant of a paid order back, and returns when the first attempt has ended.
    """

    def __init__(self, platform: Platform, announce: Callable[[PlatformOrder], Awaitable[None]]) -> None:
        self._platform = platform
        self._announce = announce

    async def take(
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
        await self._announce(order)
        return payment
