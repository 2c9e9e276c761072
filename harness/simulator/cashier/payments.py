"""How a payer pays: what the buttons do, and when the merchant is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, Protocol, get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.core.money import Fen
from harness.levers.actions import ACTIONS, PAYING
from harness.levers.models import Payment
from harness.simulator.faults.rules import FaultBook
from harness.simulator.platform.orders import PlatformOrder, Refused
from harness.simulator.platform.platform import NO_COUPON, Platform

Button = Literal["pay", "cancel", "fail"]


class Pay(Protocol):
    """Carries out what a button asks for, callback included."""

    async def __call__(self, order: PlatformOrder, *, openid: str | None, outcome: Button) -> Payment: ...


def button_routes(path: str, press: Callable[[Button, Request], Awaitable[Response]]) -> list[Route]:
    """A POST below `path` for each button of a page."""
    return [
        Route(f"{path}/{button}", partial(press, button), methods=["POST"]) for button in get_args(Button)
    ]


class Payments:
    """What the cashier's pages and the pay lever share.

    Args:
        announce: calls the merchant of a paid order back, and returns when the first attempt has ended.
        faults: what becomes of an attempt otherwise.
    """

    def __init__(
        self, platform: Platform, announce: Callable[[PlatformOrder], Awaitable[None]], faults: FaultBook
    ) -> None:
        self._platform = platform
        self._announce = announce
        self._faults = faults

    async def take(
        self,
        order: PlatformOrder,
        *,
        openid: str | None = None,
        coupon: Fen = NO_COUPON,
        outcome: Button = "pay",
    ) -> Payment:
        """Pay, cancel or fail; after a payment, return when the first callback attempt has ended.

        Raises:
            Refused: as `Platform.pay`.
        """
        if outcome == "cancel":
            return self._platform.cancel(order, openid)
        if outcome == "fail":
            return self._platform.fail(order, openid)
        request = order.request
        about = PAYING, order.out_trade_no, request.dialect
        fault = self._faults.take(*about, request.mchid)
        fails = fault is not None and ACTIONS[fault.action].paying == "fails"
        gives = fault is not None and not fails and coupon == NO_COUPON
        if fault is not None and gives:
            coupon = Fen(min(int(fault.value or 0), request.total))  # of a cheaper order it gives all
        try:
            if fails:
                return self._platform.fail(order, openid)
            payment = self._platform.pay(order, openid, coupon)
        except Refused:
            fails = gives = False  # nothing has come of it anyhow
            raise
        finally:
            if fault is not None and not (fails or gives):
                self._faults.missed(fault, *about)
        await self._announce(order)
        return payment
