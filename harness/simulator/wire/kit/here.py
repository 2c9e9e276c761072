"""Whether a request comes from this machine, and means it."""

from __future__ import annotations

from starlette.requests import Request

from harness.simulator.platform.notify_url import is_loopback


def from_here(request: Request) -> bool:
    """Whether the peer is loopback, and the Host, too: a page elsewhere whose name was rebound to 127.0.0.1
    says its own name."""
    peer = request.client.host if request.client is not None else ""
    host = request.headers.get("host", "")
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return is_loopback(peer) and is_loopback(name)
