"""One request of a load, the answer to it, and how a dialect makes the one and judges the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from harness.payment import Product
from load.measurement import Key

__all__ = [
    "HANDLES",
    "Answer",
    "Request",
    "Wire",
    "Wrong",
    "judged_handle",
    "read_object",
    "refused",
    "same",
]

DESCRIPTION = "GoLive load"
PAYER_IP = "203.0.113.7"
"""Of H5 orders: an address of the documentation's, because loopback leads to the H5 page's own error."""
H5_TYPE = "Wap"
USER_AGENT = "GoLive/0.1 (load)"
HANDLES: Mapping[Product, str] = {
    Product.NATIVE: "code_url",
    Product.H5: "h5_url",
    Product.JSAPI: "prepay_id",
    Product.APP: "prepay_id",
}
"""The member of an answer that starts a payment, under API v3's name."""

_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


class Wrong(Exception):
    """An answer that is not what it must be; its text is a few stable words, the reason of a failure."""


class Answer(NamedTuple):
    """What came back, byte for byte; header names may repeat."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes on the wire, signed, and how its answer is judged."""

    key: Key
    method: str
    path: str
    headers: Mapping[str, str | list[str]] | tuple[tuple[str, str], ...]
    """Pairs where a name repeats."""
    body: bytes
    judge: Callable[[Answer], Mapping[str, Any]]
    """Returns what the answer says; raises `Wrong` unless it is verified and right."""


class Wire(Protocol):
    """A dialect, seen by a load. Each call makes a fresh request, signed now."""

    origin: str
    """Scheme, host and port of the endpoint."""
    closes: bool
    """Whether the dialect can close an order."""

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order."""

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks for an order, whose `trade_state` must be one of `states`."""

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an order."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer.

    Raises:
        Wrong: it is none.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Wrong("no JSON") from None
    if not isinstance(value, dict):
        raise Wrong("no JSON object")
    return value


def refused(answer: Answer) -> Wrong:
    """What a non-2xx answer is called: its status, and the platform's code when it has one."""
    try:
        code = json.loads(answer.body).get("code")
    except (ValueError, RecursionError, AttributeError):
        code = None
    known = isinstance(code, str) and _CODE.fullmatch(code)
    return Wrong(f"HTTP {answer.status} {code}" if known else f"HTTP {answer.status}")


def same(members: Mapping[str, Any], name: str, out_trade_no: str) -> None:
    """Refuse an answer about another order.

    Raises:
        Wrong: it is about another one, or does not say.
    """
    if members.get(name) != out_trade_no:
        raise Wrong("answer about another order")


def judged_handle(members: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The members, if one of the names is a text that is not empty.

    Raises:
        Wrong: none is.
    """
    if any(isinstance(members.get(name), str) and members[name] for name in names):
        return members
    raise Wrong(f"no {names[0]}")
