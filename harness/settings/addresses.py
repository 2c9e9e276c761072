"""Addresses in settings: parsed strictly, so that what a person reads is what an HTTP client connects to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from harness.core.platform_hosts import ALIPAY_HOST, PLATFORM_HOSTS

PLATFORM_URL = f"https://{PLATFORM_HOSTS[0]}"
ALIPAY_GATEWAY = f"https://{ALIPAY_HOST}/gateway.do"

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_AT_HOME = frozenset(
    ("localhost", "local", "localdomain", "lan", "home", "internal", "intranet", "corp", "arpa", "test",
     "example", "invalid", "onion")
)  # fmt: skip
"""Last labels that no public name has."""


class Malformed(ValueError):
    """An address that cannot be used. `reason` never repeats it: it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """An absolute http or https address without user, password, query or fragment."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def effective_port(self) -> int:
        """The port a client connects to."""
        return self.port or (443 if self.scheme == "https" else 80)

    @property
    def origin(self) -> str:
        """Scheme, host and port, safe to print."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port else "")


def parse_address(text: str) -> Address:
    """Read an address strictly.

    Raises:
        Malformed: it is not absolute, not http(s), carries a password, a query or a fragment, or holds
            characters that clients drop or read differently (blanks, backslashes, non-ASCII).
    """
    if re.search(r"[^\x21-\x7e]|\\", text):
        raise Malformed("it holds blanks, backslashes or non-ASCII characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Malformed("it is not a well-formed URL") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Malformed("it is not an absolute URL that starts with https://")
    if "@" in parts.netloc:
        raise Malformed("it carries a user name or password inside")
    if "?" in text or "#" in text:
        raise Malformed("it carries a query or a fragment (? or #)")
    host = parts.hostname or ""
    if port == 0 or not (_HOST.fullmatch(host) or _is_ip(host)):
        raise Malformed("its host name or port is not a legal one")
    return Address(parts.scheme, host, port, parts.path)


def is_loopback(host: str) -> bool:
    """Whether a host can only be this machine: `localhost`, 127.0.0.0/8 or ::1."""
    return host == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)


def is_public(host: str) -> bool:
    """Whether anybody on the internet could mean this host: no private address, no name for use at home."""
    if _is_ip(host):
        address = ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_global
    labels = host.split(".")
    # A last label of digits is an address to browsers, written in an odd way (127.1, 0x7f000001).
    return len(labels) > 1 and labels[-1] not in _AT_HOME and not re.match(r"[0-9]", labels[-1])


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
