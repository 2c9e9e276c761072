"""How far the platform's clock is from ours, read off an answer's headers."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime

import httpx


def skew_s(headers: httpx.Headers, sent: float, received: float) -> float:
    """The platform's clock minus ours, in seconds; 0.0 when nothing told the time.

    Both headers tell whole seconds, so a second that lies between our two readings is no skew at all.

    Args:
        headers: of the answer; Wechatpay-Timestamp is preferred to Date.
        sent: our clock when the request left, Unix seconds.
        received: our clock when the answer was there.
    """
    told = _told(headers)
    if told is None or math.floor(sent) <= told <= received:
        return 0.0
    return told - (sent + received) / 2


def _told(headers: httpx.Headers) -> float | None:
    stamp = headers.get("Wechatpay-Timestamp", "")
    if stamp.isascii() and stamp.isdigit() and len(stamp) <= 12:
        return float(stamp)
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except ValueError:
        return None
