"""Nothing leaves this machine: an address is looked up before anything is sent, and again at each connection.

A name is its addresses at the moment of connecting: one that led here while it was looked up and leads
elsewhere a moment later is refused by the connection itself. Redirects are not followed by whoever sends.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpcore
import httpx
import psutil

from harness.core.errors import UnsafeRequest, UsageError

Address = IPv4Address | IPv6Address


def target(url: str) -> str:
    """The address of a merchant on this machine, as it is to be called.

    Raises:
        UsageError: it is no address of http or https, or nobody knows the name.
        UnsafeRequest: it is, or may be, another machine's.
    """
    parsed = _parsed(url)
    if parsed.userinfo:
        raise UsageError(
            "an address with a user name in it is not called",
            where="golive callback",
            remedy="leave out what stands before the @",
        )
    try:
        found = socket.getaddrinfo(parsed.host, parsed.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(
            f"nobody knows the host {parsed.host}: {error.strerror or error}",
            where="golive callback",
            remedy="name an address of this machine, e.g. 127.0.0.1",
        ) from None
    if away := elsewhere(str(each[4][0]) for each in found):
        raise UnsafeRequest(
            f"{parsed.host} is not this machine: it leads to {away}",
            where="golive callback",
            remedy="callbacks that somebody makes up go to this machine only; name a loopback address",
        )
    return str(parsed)


def _parsed(url: str) -> httpx.URL:
    with suppress(httpx.InvalidURL, UnicodeError):
        parsed = httpx.URL(url)
        parsed.host.encode("idna")
        port = 1 if parsed.port is None else parsed.port
        if parsed.scheme in ("http", "https") and parsed.host and 0 < port < 65536:
            return parsed
    raise UsageError(
        f"this is no address of http or https: {url[:200]!r}",
        where="golive callback",
        remedy="name one like http://127.0.0.1:3000/notify",
    )


def elsewhere(addresses: Iterable[str]) -> str:
    """The first that is not this machine's own; empty: all are."""
    own = _own()
    return next((each for each in addresses if not _is_own(_address(each), own)), "")


class ThisMachine(httpcore.NetworkBackend):
    """Opens connections to this machine, and no others."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Look the host up, and connect to what was looked at: one address after another."""
        failure = httpcore.ConnectError(f"nobody knows the host {host}")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise failure from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if away := elsewhere(addresses):
            raise httpcore.ConnectError(f"{host} leads to {away}, which is not this machine")
        for each in addresses:
            try:
                return self._inner.connect_tcp(each, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                failure = error
        raise failure


def _own() -> frozenset[Address]:
    """The addresses of this machine's interfaces, as they are now."""
    every = (each.address for interface in psutil.net_if_addrs().values() for each in interface)
    return frozenset(found for each in every if (found := _address(each)) is not None)


def _is_own(address: Address | None, own: frozenset[Address]) -> bool:
    return address is not None and (address.is_loopback or address.is_unspecified or address in own)


def _address(text: str) -> Address | None:
    """What a text says; without its zone, and as IPv4 where that is what it means."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None  # a hardware address
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
