"""Where a payer comes from: the address behind a local proxy, and whether a page is the merchant's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from harness.simulator.platform.notify_url import is_loopback

Address = IPv4Address | IPv6Address


def client_address(request: Request) -> str:
    """The payer's IP address; X-Forwarded-For is believed only where the connection is this machine's own.

    The nearest hop stands last in the header, so the last one that is not loopback is the payer's.
    """
    peer = request.client.host if request.client is not None else ""
    if not is_loopback(peer):
        return peer
    hops = [hop.strip() for hop in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
    return next((hop for hop in reversed(hops) if hop and not is_loopback(hop)), peer)


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one IP address, however written; IPv4 inside IPv6 counts as IPv4."""
    read = _read(one)
    return read is not None and read == _read(other)


def _read(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


def host_as_written(url: str) -> str:
    """The host of a web address in the case it is written in, without a port; empty for anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    place = parts.netloc.rpartition("@")[2]
    return place.partition("]")[0].lstrip("[") if place.startswith("[") else place.partition(":")[0]


def is_registered(url: str, notify_url: str) -> bool:
    """Whether a page is on the merchant's registered domain: here, the host it is called back on.

    Hosts are compared to the letter, case included (facts 7.5). On this machine every name and every port
    of loopback is the merchant's.
    """
    host = host_as_written(url)
    registered = host_as_written(notify_url).lower()
    if not host:
        return False
    return host == registered or (is_loopback(host) and is_loopback(registered))
