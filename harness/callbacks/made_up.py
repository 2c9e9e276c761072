"""Payments that nobody made, and what could have become of one: what a callback carries without a platform.

Every form has a module `made_up` with the members of `MadeUp`. It makes what the form's `genuine` takes: of a
payment somebody describes, or out of what a platform told of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harness.core.money import Fen

Resource = Mapping[str, object]
"""What a form's `genuine` makes a callback of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment, in no platform's words."""

    out_trade_no: str
    transaction_id: str
    total: Fen
    appid: str
    account: str
    """Whom the money went to, as the platform calls it: mchid or seller_id."""
    payer: str
    """openid or buyer_id."""
    subject: str
    paid: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A refund that has ended well."""

    out_refund_no: str
    amount: Fen
    at: datetime


class MadeUp(Protocol):
    """The module `made_up` of a form."""

    APP: str
    """The variable of a settings file that names the application."""
    ACCOUNT: str
    """The variable that names whom the money goes to."""
    PAYER: str
    """A payer, where nobody names one."""
    NOTIFY_URL: str
    """The variable that says where the merchant is called back."""
    KEYS: tuple[str, ...]
    """The variables without which nothing can be sealed or named, beside the key that signs."""
    TELLS_COUPONS: bool
    """Whether a callback is another one where a coupon gave a part."""
    BOOKED_BY: tuple[str, ...]
    """The members by which a merchant decides whether a callback is the payment of its order."""
    UNKNOWN_MEMBER: str
    """The id of the variation that has members nobody knows."""

    def payment(self, paid: Payment) -> Resource:
        """What is told of it."""
        ...

    def total(self, resource: Resource) -> Fen:
        """What the order costs."""
        ...

    def refund(self, resource: Resource, given: GivenBack) -> Resource:
        """What is told of a refund of that payment, the first one of it."""
        ...

    def coupon(self, resource: Resource, given: Fen) -> Resource:
        """The same payment, of which a coupon gave so much."""
        ...

    def earlier(self, resource: Resource, seconds: int) -> Resource:
        """The same payment, made so many seconds before."""
        ...
