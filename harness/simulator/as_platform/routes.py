"""Where a host leads that an app asks for: to the simulator, to where its user said, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from harness.core.errors import UnsafeRequest, UsageError
from harness.core.platform_hosts import ALIPAY_HOSTS, ALIPAY_OLD_SANDBOX_HOST, PLATFORM_HOSTS, is_a_platforms
from harness.simulator.platform.notify_url import is_loopback

PLAYED = (*PLATFORM_HOSTS, *ALIPAY_HOSTS, ALIPAY_OLD_SANDBOX_HOST)
"""The hosts that SDKs have built in; the simulator is each of them."""
_HTTPS = 443
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")

Place = tuple[str, int]
"""Host and port that a connection is made to."""


class Nowhere(Exception):
    """A host leads nowhere. The text is ASCII and tells why, for whoever reads the proxy's answer."""


@dataclass(frozen=True, slots=True)
class Routes:
    """What leads where.

    Args:
        over_tls: where the simulator is reached over TLS, under each of the names it plays.
        plainly: where it is reached without, for what a client has a proxy encrypt.
        allowed: hosts elsewhere that may be reached.

    Raises:
        UnsafeRequest: one of them is a platform's own.
        UsageError: one of them is no name of a host.
    """

    over_tls: Place
    plainly: Place
    allowed: Collection[str] = ()

    def __post_init__(self) -> None:
        for host in self.allowed:
            if not _is_a_name(_written(host)):
                raise UsageError(
                    f"{host!r} is no name of a host", where="--allow", remedy="write it as in www.example.com"
                )
            if is_a_platforms(host):
                raise UnsafeRequest(
                    f"{host} is the platform's own", where="--allow", remedy="allow other hosts only"
                )

    def tunnel(self, host: str, port: int) -> Place:
        """Where a tunnel leads.

        Raises:
            Nowhere: nowhere.
        """
        name = _name_of(host)
        if name in PLAYED:
            if port != _HTTPS:
                raise Nowhere(f"{name} is played on port {_HTTPS} only")
            return self.over_tls
        return self._elsewhere(name, port)

    def forward(self, scheme: str, host: str, port: int | None) -> Place:
        """Where a single request leads that the proxy was asked to send on by itself.

        Raises:
            Nowhere: nowhere.
        """
        name = _name_of(host)
        if name in PLAYED:
            if scheme != "https":
                raise Nowhere(f"{name} speaks https only")
            return self.plainly
        place = self._elsewhere(name, port or 80)
        if scheme != "http":
            raise Nowhere(f"{scheme} to {name} wants a tunnel: CONNECT")
        return place

    def _elsewhere(self, name: str, port: int) -> Place:
        if is_loopback(name) or name in map(_written, self.allowed):
            return name, port
        if is_a_platforms(name):
            raise Nowhere(f"{name} is not played, and a platform itself is never asked")
        raise Nowhere(f"{name} leads nowhere; golive simulator --allow {name} lets it through")


def _written(host: str) -> str:
    """A host as it is compared: no case, and no dot that ends it."""
    return host.rstrip(".").lower()


def _name_of(host: str) -> str:
    """The same of a host that somebody asks for.

    Raises:
        Nowhere: it is none. What is one can be printed, and looked up without a fault.
    """
    name = _written(host)
    if not _is_a_name(name):
        raise Nowhere("that is no name of a host")
    return name


def _is_a_name(name: str) -> bool:
    """Letters, digits, dots and hyphens, or an address; no zone beside it, in which anything may stand."""
    if _NAME.fullmatch(name):
        return True
    with suppress(ValueError):
        return "%" not in str(ip_address(name))
    return False
