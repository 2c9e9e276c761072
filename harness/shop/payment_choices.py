"""The right ways to pay for the browser a shopper holds (PAY-14): what cannot work there is not offered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from harness.core.payment import Product

_MOBILE = re.compile(r"Mobi|Android|iPhone|iPad|HarmonyOS", re.IGNORECASE)
_WECHAT = "micromessenger"


class PaymentType(StrEnum):
    """A way to pay with WeChat, in the page's word for it."""

    QR = "qr"
    H5 = "h5"
    JSAPI = "jsapi"
    MINI_PROGRAM = "miniprogram"
    """Asked for by a Mini-program, never by a page."""

    @property
    def product(self) -> Product:
        """What the platform is asked for."""
        return _PRODUCTS[self]


_PRODUCTS = {
    PaymentType.QR: Product.NATIVE,
    PaymentType.H5: Product.H5,
    PaymentType.JSAPI: Product.JSAPI,
    PaymentType.MINI_PROGRAM: Product.JSAPI,
}


@dataclass(frozen=True, slots=True)
class PaymentChoices:
    """What a page offers. The first kind is the one chosen at first."""

    types: tuple[PaymentType, ...]
    alipay: bool
    """Whether Alipay may be named at all; inside WeChat it cannot be opened."""


def choices_for(user_agent: str) -> PaymentChoices:
    """Inside WeChat its own bridge; on a phone H5, or a code for another phone; at a desk a code.

    H5 never works inside WeChat, the bridge nowhere else (facts 7.2, 7.5).
    """
    if _WECHAT in user_agent.lower():
        return PaymentChoices((PaymentType.JSAPI,), alipay=False)
    if _MOBILE.search(user_agent):
        return PaymentChoices((PaymentType.H5, PaymentType.QR), alipay=True)
    return PaymentChoices((PaymentType.QR,), alipay=True)
