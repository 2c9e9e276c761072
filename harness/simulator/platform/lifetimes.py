"""How long orders and their handles live, on business time (facts 0.1 and 3.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.core.payment import Product

__all__ = ["AUTO_CLOSE", "HANDLE", "payable_until"]

AUTO_CLOSE = timedelta(days=7)
"""An unpaid order closes by itself this long after its creation."""
EARLIEST_EXPIRY = timedelta(minutes=1)
LATEST_EXPIRY = timedelta(days=7)
"""The documents name 7, 15 and 90 days; we take the shortest (facts 11)."""

HANDLE = {
    Product.JSAPI: timedelta(hours=2),
    Product.APP: timedelta(hours=2),
    Product.NATIVE: timedelta(hours=2),
    Product.H5: timedelta(minutes=5),
}
"""How long a prepay_id, a code_url or an h5_url can start a payment, whatever time_expire says."""


def payable_until(created: datetime, time_expire: datetime | None) -> datetime:
    """When payment becomes impossible: too early is moved to +1 min, too late is capped, both silently."""
    if time_expire is None:
        return created + AUTO_CLOSE
    return min(max(time_expire, created + EARLIEST_EXPIRY), created + LATEST_EXPIRY)
