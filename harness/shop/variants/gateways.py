"""Another rightful way to place an order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from harness.core.errors import AnswerOverdue, GoLiveError, UnknownOutcome
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared
from harness.gateways.choose import open_endpoint
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings
from harness.shop.placing import Placing
from harness.shop.practices import Now
from harness.shop.practices import gateway as right_gateway


def sends_again_over_mcp(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Where an answer is lost, the same order goes out over MCP once more before anybody is asked: the same
    number with the same parameters is the same order (facts 6.5).
    """
    right = right_gateway(settings, listeners, now)
    if not settings.mcp.enabled:
        return right
    alone = open_endpoint(settings, listeners=listeners)

    def place(order: Order) -> Prepared:
        try:
            return alone.create(order)
        except AnswerOverdue:
            pass  # a shopper waits: who is slow is not asked twice
        except UnknownOutcome:
            with suppress(GoLiveError):
                return alone.create(order)
        except GoLiveError:
            pass
        return right.create(order)

    return cast("PaymentGateway", Placing(right, place, alone))
