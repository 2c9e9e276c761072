"""Appid, merchant number and serial are one merchant's: the endpoint takes an order by them (C02)."""

from __future__ import annotations

import secrets
from datetime import timedelta

from harness.core.dialects import dialects
from harness.core.errors import NotExercised, PlatformRefusal
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, Settings, control

AMOUNT = Fen(1)
NOT_ONE_MERCHANTS = frozenset(
    ("APPID_MCHID_NOT_MATCH", "APPID_NOT_EXIST", "MCH_NOT_EXISTS", "MCHID_NOT_EXIST", "SIGN_ERROR", "NO_AUTH")
)
"""What the platform says of numbers, keys or serials that are not one merchant's (facts 1.6)."""


@control("CFG-10", dialects=dialects(provider=Provider.WECHAT, classic=True))
def test_the_endpoint_takes_appid_mchid_and_serial_together(
    gateway: PaymentGateway, dialect_settings: Settings, daily_limit: DailyLimit, journal: Journal
) -> None:
    daily_limit.spend(AMOUNT)
    order = Order(
        out_trade_no=f"GLB{secrets.token_hex(10)}",
        product=Product.NATIVE,
        amount=AMOUNT,
        description="配置检查",
        notify_url=dialect_settings.wechat.notify_url,
        time_expire=(daily_limit.now() + timedelta(minutes=30)).replace(microsecond=0),
    )
    refused = _refusal(gateway, order)
    journal.observe(f"order {order.out_trade_no}: {refused or 'taken'}")
    assert refused not in NOT_ONE_MERCHANTS, (
        f"the endpoint says that these settings are not one merchant's: {refused}"
    )
    if refused:
        raise NotExercised(
            f"the order that would show it was refused for another reason: {refused}",
            where="CFG-10",
            remedy="look at what PAY-02 says of the same order",
        )
    gateway.close(order.out_trade_no)


def _refusal(gateway: PaymentGateway, order: Order) -> str:
    """The code with which the order is refused; empty: it is taken."""
    try:
        gateway.create(order)
    except PlatformRefusal as refusal:
        return refusal.code or "refused"
    return ""
