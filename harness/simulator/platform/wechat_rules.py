"""WeChat's rules: how long orders and their handles live, and what they are called (facts 0.1, 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.core.payment import Product
from harness.simulator.platform import identifiers
from harness.simulator.platform.orders import Handle
from harness.simulator.practices import LONGEST_EXPIRY

AUTO_CLOSE = timedelta(days=7)
"""An unpaid order closes by itself this long after its creation."""
EARLIEST_EXPIRY = timedelta(minutes=1)

REFUND = timedelta(minutes=5)
"""How long money takes back to a purse; a bank card takes days (facts 3.7)."""

HANDLE = {
    Product.JSAPI: timedelta(hours=2),
    Product.APP: timedelta(hours=2),
    Product.NATIVE: timedelta(hours=2),
    Product.H5: timedelta(minutes=5),
}
"""How long a prepay_id, a code_url or an h5_url can start a payment, whatever time_expire says."""


class WeChatRules:
    """`Rules` as WeChat Pay has them.

    Args:
        longest: after its creation an order can be paid no longer than this, whatever it names.
    """

    live = "https://wx.tenpay.com"

    def __init__(self, longest: timedelta = LONGEST_EXPIRY) -> None:
        self._longest = longest

    def closes_at(self, created: datetime, payable_until: datetime) -> datetime:
        """Seven days on, or when an order that named a later moment ends."""
        return max(created + AUTO_CLOSE, payable_until)

    def payable_until(self, created: datetime, time_expire: datetime | None) -> datetime:
        """Too early is moved to +1 min, too late is capped, both silently."""
        if time_expire is None:
            return created + AUTO_CLOSE
        return min(max(time_expire, created + EARLIEST_EXPIRY), created + self._longest)

    def refunded_by(self, accepted: datetime) -> datetime:
        """Five minutes on."""
        return accepted + REFUND

    def issue(self, product: Product, now: datetime, expire_time: datetime | None, base_url: str) -> Handle:
        """A prepay_id, for Native with a code_url, for H5 with an h5_url."""
        prepay = identifiers.prepay_id(now)
        return Handle(
            now + HANDLE[product],
            prepay,
            code_url=identifiers.code_url() if product is Product.NATIVE else None,
            h5_url=identifiers.h5_url(base_url, prepay) if product is Product.H5 else None,
            expire_time=expire_time,
        )

    def transaction_id(self, now: datetime, running: int, payer: str) -> str:
        """28 digits, which say nothing of the payer."""
        return identifiers.transaction_id(now, running)

    def refund_id(self, now: datetime, running: int) -> str:
        """29 digits."""
        return identifiers.refund_id(now, running)
