"""Moments as people at the platform read them."""

from __future__ import annotations

from datetime import datetime

from harness.core.clock import BEIJING


def beijing(moment: datetime | None) -> str:
    """Beijing time to the second."""
    return "–" if moment is None else moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def minute(moment: datetime) -> str:
    """Beijing time to the minute that has begun: what is due then is never told too late."""
    return beijing(moment)[:16]


def day(moment: datetime | None) -> str:
    """The day in Beijing."""
    return beijing(moment)[:10]
