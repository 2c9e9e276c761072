"""Mini-program: the order, and the five parameters of `wx.requestPayment`, rightly signed (facts 7.1)."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.browser.wechat_bridge import why_not_signed
from harness.core.money import Fen
from harness.core.payment import Product, Provider
from harness.levers.models import PlatformKeys
from harness.merchant.client import MerchantClient
from harness.plugin import Journal, PlacedOrders, control

FIVE = {"timeStamp", "nonceStr", "package", "signType", "paySign"}


@control("PAY-15", product=Product.JSAPI, provider=Provider.WECHAT)
def test_the_five_parameters_are_rightly_signed(
    merchant: MerchantClient,
    merchant_key: RSAPublicKey,
    platform_keys: PlatformKeys,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    price = orders.price_of(Fen(100))
    orders.daily_limit.spend(price)
    created = merchant.create_order(
        order_id=f"golive-{secrets.token_hex(8)}", amount_yuan=price.yuan, payment_type="miniprogram"
    )
    given = dict(created.mini_program_params)
    journal.observe(f"HTTP {created.status_code}, parameters {sorted(given)}")
    assert created.created, f"the order was answered HTTP {created.status_code}: {created.error}"
    assert given.keys() >= FIVE, f"wx.requestPayment wants {sorted(FIVE)}, got {sorted(given)}"
    wrong = why_not_signed({**given, "appId": platform_keys.appid}, merchant_key)
    assert not wrong, wrong
    assert created.out_trade_no, "the merchant's answer names no outTradeNo"
    paid = orders.find(created.out_trade_no).pay().total
    assert paid == price, f"¥{price.yuan} was asked for, and ¥{paid.yuan} ordered from the platform"
