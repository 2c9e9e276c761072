"""One request of a load, and a dialect as a load sees it: it makes requests and judges their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harness.core.dialects import dialect, made
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from load.key import Key
from load.users.answers import Answer

DESCRIPTION = "GoLive load"
PAYER_IP = "203.0.113.7"
"""Of H5 orders: an address of the documentation's, because loopback leads to the H5 page's own error."""
H5_TYPE = "Wap"
USER_AGENT = "GoLive/0.1 (load)"
_NOBODY = "oGoLiveLoadTester00000000000"
"""The payer of JSAPI orders where the settings name no test payer."""
HANDLES: Mapping[Product, str] = {
    Product.NATIVE: "code_url",
    Product.H5: "h5_url",
    Product.JSAPI: "prepay_id",
    Product.APP: "prepay_id",
}
"""The member of an answer that starts a payment, under API v3's name."""


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

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order."""

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks for an order, whose `trade_state` must be one of `states`."""

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an order."""


def open_wires(
    dialects: Iterable[str], settings: Settings, *, notify_url: str, amount: Fen
) -> dict[str, Wire]:
    """The wire of each dialect, by its id.

    Args:
        notify_url: of every order.
        amount: of every order.
    """
    openid = settings.test_openid or _NOBODY
    return {
        each: made(dialect(each).load_wire)(settings, openid=openid, notify_url=notify_url, amount=amount)
        for each in dialects
    }
