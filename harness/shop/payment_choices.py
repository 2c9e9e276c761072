"""The right ways to pay for the browser a shopper holds (PAY-14): what cannot work there is not offered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.core.payment import Product, Provider

_MOBILE = re.compile(r"Mobi|Android|iPhone|iPad|HarmonyOS", re.IGNORECASE)
_WECHAT = "micromessenger"
_ALIPAY = "alipayclient"


class PaymentType(StrEnum):
    """A way to pay, in the page's word for it."""

    QR = "qr"
    H5 = "h5"
    JSAPI = "jsapi"
    """By the bridge of the provider's own browser."""
    MINI_PROGRAM = "miniprogram"
    """Asked for by a Mini-program, never by a page."""
    PAGE = "page"
    """Alipay's cashier in a browser at a desk."""

    def sold_over(self, provider: Provider) -> Product:
        """What the platform is asked for.

        Alipay's bridge takes an app's order string as well as a trade (facts alipay 4.4), and that wants no
        `buyer_id`, which only somebody who logs shoppers in by Alipay knows.
        """
        if provider is Provider.ALIPAY and self is PaymentType.JSAPI:
            return Product.APP
        return _PRODUCTS[self]


_PRODUCTS = {
    PaymentType.QR: Product.NATIVE,
    PaymentType.H5: Product.H5,
    PaymentType.JSAPI: Product.JSAPI,
    PaymentType.MINI_PROGRAM: Product.JSAPI,
    PaymentType.PAGE: Product.PAGE,
}
OFFERED: Mapping[Provider, tuple[PaymentType, ...]] = {
    Provider.WECHAT: (PaymentType.QR, PaymentType.H5, PaymentType.JSAPI, PaymentType.MINI_PROGRAM),
    Provider.ALIPAY: (PaymentType.QR, PaymentType.H5, PaymentType.JSAPI, PaymentType.PAGE),
}
"""What this shop sells over each provider, whatever a page offers."""
CARRIED: Mapping[Provider, tuple[PaymentType, ...]] = {
    Provider.WECHAT: (),
    Provider.ALIPAY: (PaymentType.H5, PaymentType.JSAPI, PaymentType.PAGE),
}
"""Of these the platform hears only when a payer's browser, or their Alipay, brings the signed order there."""


@dataclass(frozen=True, slots=True)
class PaymentChoices:
    """What a page offers. The first kind is the one chosen at first."""

    types: tuple[PaymentType, ...]
    """Of WeChat Pay."""
    alipay: bool
    """Whether Alipay may be named at all; inside WeChat it cannot be opened."""
    alipay_types: tuple[PaymentType, ...] = (PaymentType.QR,)
    wechat: bool = True
    """Whether WeChat Pay is offered where Alipay can be used instead; inside Alipay it cannot be opened."""

    def ways(self, *, takes_alipay: bool) -> dict[Provider, tuple[PaymentType, ...]]:
        """The kinds by provider, the one that is chosen at first in front.

        Args:
            takes_alipay: whether the shop is set up for Alipay at all.
        """
        ways: dict[Provider, tuple[PaymentType, ...]] = {}
        if self.wechat or not takes_alipay:
            ways[Provider.WECHAT] = self.types
        if self.alipay and takes_alipay:
            ways[Provider.ALIPAY] = self.alipay_types
        return ways


def choices_for(user_agent: str) -> PaymentChoices:
    """Inside WeChat its own bridge; on a phone H5, or a code for another phone; at a desk a code.

    H5 never works inside WeChat, the bridge nowhere else (facts 7.2, 7.5). Alipay's H5 opens on a phone and
    inside Alipay, where its own bridge comes first, its page at a desk (facts alipay 6.2, AL-D11).
    """
    if _WECHAT in user_agent.lower():
        return PaymentChoices((PaymentType.JSAPI,), alipay=False)
    on_phone = (PaymentType.H5, PaymentType.QR)
    if _ALIPAY in user_agent.lower():
        return PaymentChoices(
            on_phone, alipay=True, alipay_types=(PaymentType.JSAPI, PaymentType.H5), wechat=False
        )
    if _MOBILE.search(user_agent):
        return PaymentChoices(on_phone, alipay=True, alipay_types=on_phone)
    return PaymentChoices((PaymentType.QR,), alipay=True, alipay_types=(PaymentType.QR, PaymentType.PAGE))
