"""The handles that payments start with, and by which orders are found again."""

from __future__ import annotations

from datetime import datetime

from harness.core.payment import Product
from harness.simulator.platform import identifiers
from harness.simulator.platform.orders import Handle, PlatformOrder
from harness.simulator.platform.rules import Rules

LIVE_H5 = "https://wx.tenpay.com"
"""Where h5_urls lead until this platform knows where it is reached itself."""


class Handles:
    """Those of every account. Not locked by itself: the platform's lock covers it."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.h5_base = LIVE_H5
        self.by_code: dict[str, PlatformOrder] = {}
        self.by_prepay: dict[str, tuple[PlatformOrder, Handle]] = {}
        self.by_transaction: dict[str, PlatformOrder] = {}
        self._running = identifiers.transaction_ids()

    def issue(self, product: Product, now: datetime, expire_time: datetime | None) -> Handle:
        """A fresh handle."""
        return self.rules.issue(product, now, expire_time, self.h5_base)

    def handed_out(self, order: PlatformOrder) -> None:
        """The order's newest handle finds it from now on; those before it still do."""
        self.by_prepay[order.handle.prepay_id] = order, order.handle
        if order.handle.code_url is not None:
            self.by_code[order.handle.code_url] = order

    def paid(self, order: PlatformOrder, now: datetime) -> str:
        """A number of the platform's own, which finds the order from now on."""
        number = self.unused(now)
        self.by_transaction[number] = order
        return number

    def unused(self, now: datetime) -> str:
        """A number of the platform's own that is no order's."""
        return self.rules.transaction_id(now, next(self._running))

    def refund_id(self, now: datetime) -> str:
        """A number of the platform's own for a refund."""
        return self.rules.refund_id(now, next(self._running))
