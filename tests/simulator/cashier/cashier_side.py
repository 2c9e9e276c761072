"""A cashier without the rest of a simulator: a platform with orders, and phones that speak to its pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from starlette.applications import Starlette

from harness.core.clock import BusinessClock
from harness.core.payment import Product, TradeState
from harness.levers.models import Payment
from harness.signing import keys
from harness.signing.wechat_v3 import jsapi_pay_sign
from harness.simulator import cashier
from harness.simulator.cashier.payments import Button
from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder
from harness.simulator.platform.parameters import order_parameters
from harness.simulator.platform.platform import Platform

MCHID = "1900007291"
APPID = "wx2421b1c4370ec43b"
SHOPPER = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
FRIEND = "oFriendOfTheShopper123456789"
NOTIFY_URL = "https://shop.example/api/notify"
PAYER_IP = "203.0.113.7"
NUMBER = "order-20261123-001"
TIMESTAMP, NONCE = "1763900000", "593BEC0C930BF1AFEB40B4A08C8FB242"
KEY = keys.generate()
"""The merchant's own, which `parameters` are signed with."""


@dataclass
class CashierSide:
    """One platform's cashier, with the experience edition's payee or the merchant's own."""

    merchant_key: RSAPublicKey | None = None
    experience: bool = False
    clock: BusinessClock = field(default_factory=BusinessClock)

    def __post_init__(self) -> None:
        self.platform = Platform(clock=self.clock)
        self.account = self.platform.open_account(
            mchid=MCHID, appids=(APPID,), test_payer=SHOPPER, experience=self.experience
        )
        key = self.merchant_key
        self.app = Starlette(
            routes=cashier.routes(
                self.platform, self._settle, merchant_keys=(lambda mchid: (key,)) if key else None
            )
        )

    def order(self, product: Product = Product.H5, *, once: str = "first", **changes: Any) -> Handle:
        """Order 19.90 yuan; the same again with another `once` is a re-order."""
        parameters: dict[str, Any] = {"description": "龙井 250 克", "notify_url": NOTIFY_URL}
        if product is Product.H5:
            parameters |= {"payer_client_ip": PAYER_IP, "h5_type": "Wap"}
        if product is Product.JSAPI:
            parameters |= {"openid": SHOPPER}
        parameters |= changes
        return self.account.create(
            OrderRequest(
                mchid=MCHID,
                appid=APPID,
                product=product,
                out_trade_no=NUMBER,
                total=1990,
                notify_url=parameters["notify_url"],
                parameters=order_parameters(**parameters),
                openid=parameters.get("openid"),
                description=parameters["description"],
            ),
            once=once,
        )

    @property
    def state(self) -> TradeState:
        """How the order stands."""
        return self.account.find(NUMBER).state

    @property
    def kinds(self) -> list[str]:
        """What happened to the order, in a word each."""
        return [event.kind for event in self.account.audit(NUMBER).events]

    async def _settle(self, order: PlatformOrder, *, openid: str | None, outcome: Button) -> Payment:
        if outcome == "pay":
            return self.platform.pay(order, openid)
        return (self.platform.cancel if outcome == "cancel" else self.platform.fail)(order, openid)

    def send(self, method: str, path: str, *, peer: str = "127.0.0.1", **options: Any) -> httpx.Response:
        """One request, in-process, from an address."""

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(peer, 50000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", trust_env=False
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())


def parameters(prepay_id: str, **changes: Any) -> dict[str, Any]:
    """The six parameters as the merchant of `KEY` signs them, some changed after signing."""
    signature = jsapi_pay_sign(KEY, appid=APPID, timestamp=TIMESTAMP, nonce=NONCE, prepay_id=prepay_id)
    return {
        "appId": APPID,
        "timeStamp": TIMESTAMP,
        "nonceStr": NONCE,
        "package": f"prepay_id={prepay_id}",
        "signType": "RSA",
        "paySign": signature,
        **changes,
    }
