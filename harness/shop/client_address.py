"""The shopper's address, as WeChat will see it at the H5 cashier (facts 7.5)."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.requests import Request

from harness.settings.addresses import is_loopback


def client_address(request: Request) -> str:
    """The peer, or what a proxy on this machine says the peer was.

    X-Forwarded-For is anybody's to write, so only its last entry counts, and only when a proxy of our own
    has put it there.
    """
    peer = request.client.host if request.client is not None else ""
    lines = request.headers.getlist("x-forwarded-for")
    if not lines or not is_loopback(peer):
        return peer
    told = lines[-1].rpartition(",")[2].strip()
    try:
        return str(ip_address(told))
    except ValueError:
        return peer
