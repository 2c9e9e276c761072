"""Where a gateway may send: https hosts, and plain http only to this machine itself."""

from __future__ import annotations

from harness.core.errors import UnsafeRequest
from harness.settings.addresses import Address, Malformed, is_loopback, parse_address


def safe_address(text: str) -> Address:
    """The base address of an endpoint, refused unless it is https or loopback http.

    Raises:
        UnsafeRequest: another scheme, no host, or credentials inside the address; the text is not repeated.
    """
    try:
        address = parse_address(text)
    except Malformed as error:
        raise _unsafe(error.reason, "base address") from None
    if address.scheme != "https" and not is_loopback(address.host):
        raise _unsafe(f"{address.origin} is not https", address.host)
    return address


def _unsafe(what: str, where: str) -> UnsafeRequest:
    return UnsafeRequest(
        f"refused before sending: {what}",
        where=where,
        remedy="use an https address by host name; plain http is for a simulator on this machine only",
    )
