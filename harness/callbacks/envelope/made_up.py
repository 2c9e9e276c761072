"""Payments that nobody made, for the envelope: its notification is made from what the classic one tells."""

from __future__ import annotations

from harness.callbacks.apiv3.made_up import (
    ACCOUNT,
    APP,
    BOOKED_BY,
    NOTIFY_URL,
    PAYER,
    coupon,
    earlier,
    payment,
    refund,
    total,
)

__all__ = [
    "ACCOUNT",
    "APP",
    "BOOKED_BY",
    "KEYS",
    "NOTIFY_URL",
    "PAYER",
    "TELLS_COUPONS",
    "UNKNOWN_MEMBER",
    "coupon",
    "earlier",
    "payment",
    "refund",
    "total",
]

KEYS = ()
TELLS_COUPONS = False
UNKNOWN_MEMBER = "envelope-more-members"
