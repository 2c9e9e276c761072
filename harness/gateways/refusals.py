"""Sorts refusals: the platform will not have this order, or this channel does not work."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.core.errors import PlatformRefusal

STATUS_OF: Mapping[str, int] = {
    "AUTHENTICATION_FAILED": 401,
    "FREQUENCY_LIMITED": 429,
    "NO_AUTH": 403,
    "ORDER_NOT_EXIST": 404,
    "OUT_TRADE_NO_USED": 403,
    "RATELIMIT_EXCEEDED": 429,
    "RESOURCE_NOT_EXISTS": 404,
    "RULE_LIMIT": 403,
    "SERVICE_UNAVAILABLE": 503,
    "SIGN_ERROR": 401,
    "SYSTEM_ERROR": 500,
    "BANK_ERROR": 500,
    # The envelope's own words for "I do not know what became of it".
    "NETWORK_ERROR": 502,
    "TIMEOUT": 504,
    "UNKNOWN_ERROR": 500,
}
"""The HTTP status the classic API gives with a code; every other business code comes with 400 (facts 6)."""

_BUSINESS_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_OF_THE_CHANNEL = frozenset({401, 405, 406, 407, 415, 421, 429, 431})


class ChannelRefusal(PlatformRefusal):
    """This channel would not take the request, and nothing was done: another channel may take it.

    A wrong key, a request limit, a method or tool the endpoint does not know, a handshake that fails.
    """


class NotSpoken(ChannelRefusal):
    """Something answers there, and it does not speak the dialect it was asked in."""


class NotSold(ChannelRefusal):
    """This dialect has no way to order that product, and nothing was sent; it works all the same."""

    def __init__(self, dialect: str, product: str) -> None:
        super().__init__(405, "", f"the {dialect} dialect sells no {product}", where="create")


def status_of(code: str) -> int:
    """The HTTP status that goes with a code where the wire itself carries none."""
    return STATUS_OF.get(code, 400)


def refusal(status: int, code: str, message: str, *, where: str, request_id: str = "") -> PlatformRefusal:
    """The refusal an answer means.

    5xx stays a plain `PlatformRefusal`: what it did nobody knows. Below 500, a business code is the
    platform's decision and everything else is the channel's.
    """
    by_channel = status in _OF_THE_CHANNEL or not _BUSINESS_CODE.fullmatch(code)
    by_channel = by_channel or (code == "INVALID_REQUEST" and status == 404)
    kind = ChannelRefusal if status < 500 and by_channel else PlatformRefusal
    return kind(status, code, message, where=where, request_id=request_id)
