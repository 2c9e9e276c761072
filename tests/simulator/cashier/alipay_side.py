"""Alipay's cashier without the rest of a simulator: a platform with intents, and browsers at its pages."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.core.clock import BusinessClock
from harness.core.payment import Product, TradeState
from harness.levers.models import Payment
from harness.signing import keys
from harness.simulator import cashier
from harness.simulator.cashier.payments import Button
from harness.simulator.platform.orders import Intent, OrderRequest, PlatformOrder
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.terms import Terms

SELLER = "2088999900000013"
APP_ID = "9021000199990001"
BUYER = "2088999900004217"
NUMBER = "GL20261105000001"
RETURN_URL = "https://shop.example/pay/alipay/return?from=web"
QUIT_URL = "https://shop.example/basket"
NOTIFY_URL = "https://shop.example/pay/alipay/notify"
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/140.0.0.0 Mobile Safari/537.36"
ALIPAY = f"{PHONE} AliApp(AP/10.7.20.8000) AlipayClient/10.7.20.8000"
WECHAT = f"{PHONE} MicroMessenger/8.0.62"
PLATFORM_KEY = keys.generate()
METHODS = {
    Product.H5: "alipay.trade.wap.pay",
    Product.PAGE: "alipay.trade.page.pay",
    Product.NATIVE: "alipay.trade.precreate",
    Product.JSAPI: "alipay.trade.create",
    Product.APP: "alipay.trade.app.pay",
}


@dataclass
class AlipaySide:
    """One platform's cashier."""

    clock: BusinessClock = field(default_factory=BusinessClock)

    def __post_init__(self) -> None:
        self.platform = Platform(clock=self.clock)
        self.account = self.platform.open_alipay_account(seller_id=SELLER, app_id=APP_ID, test_payer=BUYER)
        self.order_strings: dict[str, Intent] = {}
        self.app = Starlette(
            routes=[
                *cashier.alipay_routes(self.platform, self._settle, platform_key=lambda _: PLATFORM_KEY),
                *cashier.alipay_bridge_routes(
                    self.platform, self._settle, platform_key=lambda _: PLATFORM_KEY
                ),
                Route("/gateway.do", self._gateway),
            ]
        )

    def intend(
        self,
        product: Product = Product.H5,
        *,
        total: int = 1990,
        return_url: str = RETURN_URL,
        quit_url: str = QUIT_URL,
        charset: str = "utf-8",
        out_trade_no: str = NUMBER,
    ) -> Intent:
        """An order call as the gateway has understood it."""
        return self.account.intend(
            self._request(product, total, out_trade_no),
            self._terms(product, return_url=return_url, quit_url=quit_url, charset=charset),
            judged=False,
        )

    def make(self) -> PlatformOrder:
        """A trade that exists at once, for the test payer."""
        return self.account.make(
            self._request(Product.JSAPI, 1990, NUMBER), self._terms(Product.JSAPI), payer=BUYER
        )

    @staticmethod
    def _request(product: Product, total: int, out_trade_no: str) -> OrderRequest:
        return OrderRequest(
            mchid=SELLER,
            appid=APP_ID,
            product=product,
            out_trade_no=out_trade_no,
            total=total,
            notify_url=NOTIFY_URL,
            parameters={},
            description="海岛一日游 <b>两人</b>",
            dialect="alipay",
        )

    @staticmethod
    def _terms(
        product: Product, *, return_url: str = "", quit_url: str = "", charset: str = "utf-8"
    ) -> Terms:
        return Terms(
            method=METHODS[product],
            timeout=timedelta(minutes=30),
            return_url=return_url,
            quit_url=quit_url,
            charset=charset,
        )

    async def _gateway(self, request: Request) -> Response:
        """As much of the gateway as an app meets."""
        intent = self.order_strings.get(request.url.query)
        if intent is None:
            return HTMLResponse("")
        return RedirectResponse(f"http://127.0.0.1/alipay/cashier/{intent.token}", 302)

    @property
    def order(self) -> PlatformOrder:
        return self.account.find(NUMBER)

    def state(self) -> TradeState | None:
        """How the trade stands; None: there is none yet."""
        return None if self.order.born is None else self.order.state

    @property
    def kinds(self) -> list[str]:
        """What happened to the order, in a word each."""
        return [event.kind for event in self.account.audit(NUMBER).events]

    async def _settle(self, order: PlatformOrder, *, openid: str | None, outcome: Button) -> Payment:
        if outcome == "pay":
            return self.platform.pay(order, openid)
        return (self.platform.cancel if outcome == "cancel" else self.platform.fail)(order, openid)

    def send(self, method: str, path: str, *, agent: str = PHONE, **options: Any) -> httpx.Response:
        """One request, in-process."""

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(
                transport=transport,
                base_url="http://127.0.0.1",
                trust_env=False,
                headers={"User-Agent": agent},
                cookies=options.pop("cookies", None),
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())

    def show(self, intent: Intent, *, agent: str = PHONE) -> httpx.Response:
        """Open the cashier."""
        return self.send("GET", f"/alipay/cashier/{intent.token}", agent=agent)

    def scan(self, code: str, *, agent: str = ALIPAY, **options: Any) -> httpx.Response:
        """Open what a phone opens for a code."""
        return self.send("GET", "/alipay/scan", agent=agent, params={"code_url": code}, **options)

    def press(self, intent: Intent, step: str, *, buyer: str = "") -> Mapping[str, Any]:
        """Press a button; what its page is then told."""
        answer = self.send("POST", f"/alipay/cashier/{intent.token}/{step}", data={"buyer": buyer})
        told: Mapping[str, Any] = answer.json()
        assert answer.status_code == (409 if "error" in told else 200)
        return told

    def status(self, intent: Intent) -> Mapping[str, Any]:
        """What the desk is told while it waits."""
        told: Mapping[str, Any] = self.send("GET", f"/alipay/cashier/{intent.token}/status").json()
        return told

    def bridge(self, outcome: str = "pay", *, agent: str = ALIPAY, **given: object) -> Mapping[str, Any]:
        """Call `tradePay` as Alipay's browser passes it on."""
        asked = {"buyer_id": BUYER, "outcome": outcome, **given}
        answer = self.send("POST", "/alipay/bridge", agent=agent, json=asked)
        told: Mapping[str, Any] = answer.json()
        return {"status": answer.status_code, **told}


def told(page: str, test_id: str) -> str:
    """The text of a part of a page."""
    found = re.search(rf'<(\w+)[^>]* data-testid="{test_id}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found is not None, f"no {test_id} in {page}"
    return html.unescape(re.sub(r"<[^>]+>", "", found[2]))


def script_value(page: str, name: str) -> str:
    """A value the page's script holds."""
    found = re.search(rf"(?:var|const) {name} = (.*);", page)
    assert found is not None, f"no {name} in {page}"
    return str(json.loads(found[1]))
