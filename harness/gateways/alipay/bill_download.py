"""Fetches the file behind a bill's address, which lives half a minute (facts alipay 8.1).

The address leads to another host than the gateway. Nothing of ours is sent there: neither a signature nor a
cookie, only the address itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlsplit

from harness.core.errors import GoLiveError, TargetFailure, UnknownOutcome
from harness.core.exchange import Listener
from harness.gateways.channel import Channel
from harness.gateways.guard import Unguarded
from harness.settings.addresses import Malformed, is_loopback, parse_address

MAX_FILE_BYTES = 64 * 1024 * 1024
PATIENCE = 4
"""How many times as long as an answer a file may take."""
PLATFORMS_OWN = (".alipay.com", ".alipaydev.com")
"""Whose hosts may hold bills, beside the gateway's own."""
OPERATION = "bill-download"


def fetch_bill(
    address: str,
    gateway_url: str,
    *,
    listeners: Sequence[Listener] = (),
    timeout_s: float,
    guard: Unguarded,
) -> bytes:
    """The archive behind an address that the gateway has just handed out.

    Args:
        timeout_s: what an answer may take; a file may take `PATIENCE` times as long.

    Raises:
        TargetFailure: the address leads to somebody else, or no file is there.
        EnvironmentUnreachable: nothing was sent.
        UnknownOutcome: no whole file came.
        UnsafeRequest: the guard would not let it pass.
    """
    origin, target = _checked(address, gateway_url)
    channel = Channel(
        origin,
        dialect="alipay",
        headers={"User-Agent": "GoLive/0.1 (Alipay bill reader)", "Accept": "*/*"},
        listeners=listeners,
        guard=guard,
        timeout_s=PATIENCE * timeout_s,
        largest=MAX_FILE_BYTES,
    )
    try:
        channel.await_turn(target)
        trip = channel.send(channel.request("GET", target), operation=OPERATION)
        error: GoLiveError | None = None
        try:
            received = trip.received()
            if received.status != 200:
                error = UnknownOutcome(
                    f"HTTP {received.status} settles nothing", where=OPERATION, remedy="apply again"
                )
                raise error
        except GoLiveError as failed:
            error = failed
            raise
        finally:
            channel.tell(trip, out_trade_no=None, error=error)
        return received.body
    finally:
        channel.close()


def _checked(address: str, gateway_url: str) -> tuple[str, str]:
    """Origin and target of an address; older answers say http, which is made https (facts alipay 8.1)."""
    try:
        parts = urlsplit(address)
        found = parse_address(parts._replace(query="", fragment="").geturl())
    except (Malformed, ValueError):
        _refuse("the answer names no bill that can be fetched")
    gateway = parse_address(gateway_url)
    own = (found.host, found.effective_port) == (gateway.host, gateway.effective_port)
    if not own and not found.host.endswith(PLATFORMS_OWN):
        _refuse("the bill's address leads to somebody else's host")
    origin = found.origin
    if found.scheme == "http" and not is_loopback(found.host):
        origin = f"https://{found.host}"
    return origin, f"{parts.path}?{parts.query}"


def _refuse(what: str) -> NoReturn:
    raise TargetFailure(what, where="bill", remedy="compare the answer with the platform's documentation")
