"""Whom the cashier says the money goes to, and how a payment is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from harness.levers.models import Payment
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.orders import PlatformOrder

__all__ = ["Button", "Pay", "Payee"]

Button = Literal["pay", "cancel", "fail"]


class Pay(Protocol):
    """Carries out what a button asks for, callback included."""

    async def __call__(self, order: PlatformOrder, *, openid: str | None, outcome: Button) -> Payment: ...


@dataclass(frozen=True, slots=True)
class Payee:
    """The name on the cashier's pages; `edition` is empty, or what marks a test account."""

    name: str
    edition: str

    @classmethod
    def of(cls, account: Account) -> Payee:
        """The merchant account, or the official test account that an experience edition pays (facts 9.1)."""
        return cls(account.payee, account.edition)
