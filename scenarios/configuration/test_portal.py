"""What has to be set on the portals is set: a probe says it, or a picture (C54)."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from harness.core.dialects import dialects
from harness.core.errors import PlatformRefusal
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, Settings, control

AMOUNT = Fen(1)
CONFIRMED = ("payment-directory", "h5-domain", "apiv3-key", "callback-firewall")
"""What only the portal shows; `golive portal` lists them."""


@pytest.mark.parametrize("product", [Product.NATIVE, Product.H5], ids=["native", "h5"])
@control("CFG-14", dialects=dialects(provider=Provider.WECHAT, classic=True))
def test_the_product_is_permitted(
    product: Product,
    gateway: PaymentGateway,
    dialect_settings: Settings,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    daily_limit.spend(AMOUNT)
    order = Order(
        out_trade_no=f"GLP{secrets.token_hex(10)}",
        product=product,
        amount=AMOUNT,
        description="产品权限检查",
        notify_url=dialect_settings.wechat.notify_url,
        time_expire=(daily_limit.now() + timedelta(minutes=30)).replace(microsecond=0),
        payer_client_ip="203.0.113.24" if product is Product.H5 else None,
        h5_type="Wap" if product is Product.H5 else None,
    )
    refused = _refusal(gateway, order)
    journal.observe(f"{product} order {order.out_trade_no}: {refused or 'taken'}")
    assert refused != "NO_AUTH", (
        f"the merchant number has no permission for {product}: apply for it in the portal"
    )
    if refused:
        journal.doubt(f"the {product} order that would show it was refused for another reason: {refused}")
    else:
        gateway.close(order.out_trade_no)


@pytest.mark.parametrize("setting", CONFIRMED)
@control("CFG-14", dialects=())
def test_the_portal_setting_is_confirmed(setting: str, portal_confirmation: str, journal: Journal) -> None:
    journal.observe(portal_confirmation)


def _refusal(gateway: PaymentGateway, order: Order) -> str:
    """The code with which the order is refused; empty: it is taken."""
    try:
        gateway.create(order)
    except PlatformRefusal as refusal:
        return refusal.code or "refused"
    return ""
