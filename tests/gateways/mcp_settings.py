"""Settings and an order for gateways that talk to a service of the tests."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.clock import wire_now
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.settings.model import McpSettings
from tests.gateways.payment_service import MCHID

NOTIFY_URL = "https://shop.example.com/api/payment/notify/wechat"


def mcp_settings(base_url: str, key: RSAPrivateKey, platform: RSAPrivateKey, **members: Any) -> McpSettings:
    """Settings whose endpoint is `{base_url}/mcp/v1`."""
    values: dict[str, Any] = {
        "enabled": True,
        "endpoint": f"{base_url}/mcp/v1",
        "api_key": "an-api-key",
        "merchant_id": MCHID,
        "private_key": key,
        "public_key": platform.public_key(),
        "experience": True,
        "timeout_ms": 5000,
        "retry_count": 1,
        "max_amount": None,
        "daily_limit": None,
        "dialect": None,
    }
    return McpSettings(**(values | members))


def new_order(product: Product = Product.NATIVE) -> Order:
    """An order with every parameter its product takes."""
    return Order(
        out_trade_no=f"GL{os.urandom(12).hex()}",
        product=product,
        amount=Fen(1990),
        description="景区日票",
        notify_url=NOTIFY_URL,
        time_expire=(wire_now() + timedelta(hours=2)).replace(microsecond=0),
        attach="day-ticket",
        openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" if product is Product.JSAPI else None,
        payer_client_ip="203.0.113.7" if product is Product.H5 else None,
        h5_type="Wap" if product is Product.H5 else None,
    )
