"""How a payer pays: what the buttons do, whom the money goes to, and when the merchant is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from harness.core.money import Fen
from harness.levers.models import Payment
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import NO_COUPON, Platform

Button = Literal["pay", "cancel", "fail"]


class Pay(Protocol):
    """Carries out what a button asks for, callback included."""

    async def __call__(self, order: PlatformOrder, *, openid: str | None, outcome: Button) -> Payment: ...


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom the cashier's pages name; `edition` is empty, or says that it is a test account."""

    name: str
    edition: str

    @classmethod
    def of(cls, account: Account) -> Payee:
        """The merchant account, or the official test account that an experience edition pays (facts 9.1)."""
        return cls(account.payee, account.edition)


class Payments:
    """What the cashier's pages and the pay lever share.

    Args:
        announce: calls the merchant of a paid order back, and returns when the first attempt has ended.
    """

    def __init__(self, platform: Platform, announce: Callable[[PlatformOrder], Awaitable[None]]) -> None:
        self._platform = platform
        self._announce = announce

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
        payment = self._platform.pay(order, openid, coupon)
        await self._announce(order)
        return payment
