"""Which notify_url the platform takes, as its messages quote it; whether anybody answers there shows later.

The live gateway asks less than its documents advise: it takes http and an address without a path. What a
careful merchant names is our advice, and stands in the rules of the settings file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address

NOTIFY_URL = re.compile(r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$")


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host name or an address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def why_not(url: str) -> str | None:
    """What is wrong with a notify_url in the platform's language; None when it is taken."""
    return None if NOTIFY_URL.fullmatch(url) else f"通知地址必须匹配正则表达式 {NOTIFY_URL.pattern}"
