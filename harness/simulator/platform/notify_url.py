"""Which notify_url the platform takes (facts 5.1); whether anybody answers there shows later."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host name or an address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=256)  # a merchant has few addresses and names one with every order
def why_not(url: str, *, plain_http: frozenset[str] = frozenset()) -> str | None:
    """What is wrong with a notify_url in the platform's language; None when it is fine.

    Args:
        plain_http: hosts beside loopback that may be called without TLS, because this is a simulator.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "通知地址不是合法的URL"
    if not host or port == 0 or parts.scheme not in ("https", "http"):
        return "通知地址必须是完整的https地址"
    if parts.scheme == "http" and not is_loopback(host) and host not in plain_http:
        return "通知地址必须以https开头"
    # urlsplit drops tabs and newlines without a word, so blanks are looked for in the text itself.
    if any(character.isspace() for character in url):
        return "通知地址含有空白字符"
    if "?" in url or "#" in url or "@" in parts.netloc:
        return "通知地址不能携带参数"
    return "通知地址必须包含路径" if parts.path in ("", "/") else None
