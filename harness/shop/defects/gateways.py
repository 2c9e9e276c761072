"""Ways to the payment endpoint that a deliberate defect takes instead of the right one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from harness.core.clock import wire_now
from harness.core.dialects import dialects
from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared
from harness.gateways.choose import open_classic, open_endpoint
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings
from harness.shop.order_numbers import new_number
from harness.shop.practices import Now
from harness.shop.practices import gateway as right_gateway

_SERVER_ERROR = 500


class _Placing:
    """Another gateway in everything but how it places an order.

    Args:
        inner: the other gateway.
        place: places an order the wrong way.
        further: what `place` uses beside it; closed with it.
    """

    def __init__(
        self, inner: PaymentGateway, place: Callable[[Order], Prepared], *further: PaymentGateway
    ) -> None:
        self._all = (inner, *further)
        self.create = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._all[0], name)

    def close_connections(self) -> None:
        """Close all."""
        for each in self._all:
            each.close_connections()


def claims_mcp(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Orders over the classic API, and says that it was MCP."""
    classic = open_classic(settings, listeners=listeners)

    def place(order: Order) -> Prepared:
        return replace(classic.create(order), dialect=dialects(classic=False)[0])

    return cast("PaymentGateway", _Placing(right_gateway(settings, listeners, now), place, classic))


def without_fallback(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Orders over MCP or not at all, as the plan's own client does."""
    right = right_gateway(settings, listeners, now)
    if not settings.mcp.enabled:
        return right
    alone = open_endpoint(settings, listeners=listeners)
    return cast("PaymentGateway", _Placing(right, alone.create, alone))


def new_number_on_fallback(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """After MCP failed orders over the classic API at once, under a fresh number: two may be payable."""
    right = right_gateway(settings, listeners, now)
    if not settings.mcp.enabled:
        return right
    alone = open_endpoint(settings, listeners=listeners)
    classic = open_classic(settings, listeners=listeners)

    def place(order: Order) -> Prepared:
        try:
            return alone.create(order)
        except GoLiveError as error:
            if isinstance(error, PlatformRefusal) and error.status < _SERVER_ERROR:
                raise
        return classic.create(replace(order, out_trade_no=new_number(wire_now())))

    return cast("PaymentGateway", _Placing(right, place, alone, classic))


def never_tries_again(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Leaves MCP alone for good once it failed: on a clock that stands still no time for it ever comes."""
    return right_gateway(settings, listeners, lambda: 0.0)


def ignores_switch(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Goes over MCP whatever PAYMENT_MCP_ENABLED says."""
    return right_gateway(replace(settings, mcp=replace(settings.mcp, enabled=True)), listeners, now)
