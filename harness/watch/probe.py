"""Asks an endpoint how it is and for an order that nobody placed; never orders anything."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

from harness.core.control import Grade
from harness.core.errors import ConfigurationError, GoLiveError, PlatformRefusal, UsageError
from harness.core.plain_text import one_line
from harness.evidence.redaction import Redactor
from harness.gateways.choose import open_classic, open_endpoint
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings

UNKNOWN_ORDERS = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "ACQ.TRADE_NOT_EXIST"})
"""How a platform says, in its own words, that it has no such order."""
LONGEST = 300
"""Characters of an answer that a line keeps."""


class Watched(NamedTuple):
    """A target that may be asked."""

    settings: Settings
    guard: Unguarded
    """Keeps to allowed hosts and the pace; lets no order through."""
    grade: Grade
    """What evidence of it is worth."""


class Probed(NamedTuple):
    """What one probe found."""

    answered: bool
    health: str
    query: str
    grade: Grade | None


class EndpointProbe:
    """Probes one target, slot after slot. The target is looked at anew after a failure, and once a day.

    Args:
        open_target: looks at certificate, hosts and grade; raises as `golive run` refuses.
        seen: whether it was watched before: what is refused then has changed, which is its failure.
    """

    def __init__(self, open_target: Callable[[], Watched], *, seen: bool) -> None:
        self._open_target = open_target
        self._seen = seen
        self._target: Watched | None = None
        self._used = 0

    def __call__(self) -> Probed:
        """Probe once.

        Raises:
            UsageError, ConfigurationError: nothing can be asked with these settings.
            UnsafeRequest: the target must not be asked, and never was.
        """
        try:
            target = self._target or self._open_target()
        except (UsageError, ConfigurationError):
            raise
        except GoLiveError as error:
            if error.exit_code == UsageError.exit_code and not self._seen:
                raise
            return Probed(answered=False, health=_short(str(error)), query="not asked", grade=None)
        self._seen = True
        found = _probed(target)
        self._used = self._used + 1 if found.answered else 0
        self._target = target if 0 < self._used < 288 else None  # a guard gives up on whoever does not answer
        if self._target is None:
            self._used = 0
        return found


def _probed(target: Watched) -> Probed:
    told = Redactor(target.settings.secrets())
    with closing(_Closing(_gateway(target))) as opened:
        health, well = _health(opened.gateway)
        query, found = _query(opened.gateway)
    return Probed(
        answered=well and found,
        health=_short(told.text(health)),
        query=_short(told.text(query)),
        grade=target.grade,
    )


def _gateway(target: Watched) -> PaymentGateway:
    settings = target.settings
    opens = open_endpoint if settings.mcp.enabled else open_classic
    return opens(settings, guard=target.guard)


class _Closing:
    def __init__(self, gateway: PaymentGateway) -> None:
        self.gateway = gateway

    def close(self) -> None:
        self.gateway.close_connections()


def _health(gateway: PaymentGateway) -> tuple[str, bool]:
    try:
        found = gateway.probe()
    except GoLiveError as error:
        return str(error), False
    return found.detail, found.reachable and found.trusted


def _query(gateway: PaymentGateway) -> tuple[str, bool]:
    number = f"GLWATCH{secrets.token_hex(8)}"
    try:
        found = gateway.query(number)
    except PlatformRefusal as error:
        return f"{error.status} {error.code}", error.code in UNKNOWN_ORDERS
    except GoLiveError as error:
        return str(error), False
    return found.trade_state, True


def _short(text: str) -> str:
    return one_line(text)[:LONGEST]
