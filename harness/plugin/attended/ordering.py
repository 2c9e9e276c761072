"""Two ways to an order that a phone can pay: from the merchant, or at the endpoint by our own gateways."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from harness.core.clock import wire_now
from harness.core.errors import NotExercised, UnsafeRequest
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.payment import JsapiParameters, Order, Prepared, Product, Provider
from harness.gateways.guard import Guard
from harness.gateways.protocol import PaymentGateway
from harness.merchant.answers import Answered
from harness.merchant.client import MerchantClient
from harness.merchant.merchant_order import MerchantOrder
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.shopper import ShopperSession
from harness.plugin.attended.desk import Desk
from harness.settings.model import Settings
from harness.signing.wechat_v3 import jsapi_pay_sign

PRODUCTS = {"qr": Product.NATIVE, "h5": Product.H5, "jsapi": Product.JSAPI}
BEYOND = timedelta(minutes=5)
"""How much longer than it is waited for an order lives: one that nobody can close ends by itself."""
CodesIn = Callable[[Answered, ShopperSession], Collection[str]]
DESCRIPTION = "GoLive 支付验证"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order that waits for its payer."""

    number: str
    """Its `out_trade_no`."""
    amount: Fen
    by_merchant: bool
    scan: str = ""
    """What its code holds."""
    link: str = ""
    """Where a phone's browser goes."""
    jsapi: JsapiParameters | None = None
    over_mcp: bool | None = None
    """Whether the merchant says that it ordered over MCP; None: nobody saw it say anything of that."""
    request_id: str = ""
    """The request that it names for it."""


class Orderer(Protocol):
    """Whoever orders."""

    def order(self, way: str, provider: Provider, amount: Fen, gateway: PaymentGateway) -> Ordered: ...

    def seen(self, number: str) -> MerchantOrder | None:
        """What the merchant's books say of it; None: nobody can look into them."""
        ...


@dataclass(frozen=True, slots=True)
class AtTheEndpoint:
    """Orders by our own gateways: callbacks go where the settings say, and nobody sees what they come to."""

    settings: Settings
    wait_s: float
    phone_ip: str = ""

    def order(self, way: str, provider: Provider, amount: Fen, gateway: PaymentGateway) -> Ordered:
        """Order, and hand back what the phone starts from; the phone's address and openid are known here."""
        product = PRODUCTS[way]
        wechat = self.settings.wechat
        alipay = self.settings.alipay
        is_h5 = way == "h5" and provider is Provider.WECHAT
        order = Order(
            out_trade_no=f"GLP{secrets.token_hex(10)}",
            product=product,
            amount=amount,
            description=DESCRIPTION,
            notify_url=alipay.notify_url if provider is Provider.ALIPAY and alipay else wechat.notify_url,
            time_expire=(wire_now() + timedelta(seconds=self.wait_s) + BEYOND).replace(microsecond=0),
            openid=self.settings.test_openid if way == "jsapi" else None,
            payer_client_ip=self.phone_ip if is_h5 else None,
            h5_type="Wap" if is_h5 else None,
        )
        prepared = gateway.create(order)
        jsapi = self._bridge(prepared) if way == "jsapi" else None
        if not (prepared.code_url or prepared.h5_url or jsapi):
            raise AssertionError(f"a {product} order was answered without anything to pay it by")
        link = prepared.h5_url or ""
        return Ordered(
            number=order.out_trade_no,
            amount=amount,
            by_merchant=False,
            scan=prepared.code_url or link,
            link=link,
            jsapi=jsapi,
        )

    def seen(self, number: str) -> MerchantOrder | None:
        """Nothing: it is no order of the merchant's."""
        return None

    def _bridge(self, prepared: Prepared) -> JsapiParameters | None:
        """What the endpoint signed for the bridge; else signed here, as a merchant would."""
        if prepared.jsapi is not None or not prepared.prepay_id:
            return prepared.jsapi
        wechat = self.settings.wechat
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signature = jsapi_pay_sign(
            wechat.private_key,
            appid=wechat.appid,
            timestamp=timestamp,
            nonce=nonce,
            prepay_id=prepared.prepay_id,
        )
        return JsapiParameters(
            appid=wechat.appid,
            timestamp=timestamp,
            nonce=nonce,
            package=f"prepay_id={prepared.prepay_id}",
            sign_type="RSA",
            pay_sign=signature,
        )


class FromTheMerchant:
    """Orders in the merchant's app: by its profile's request, or by the person, on the phone.

    Close it: it holds connections to the app.

    Args:
        codes_in: the codes that an answer of the app shows.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        desk: Desk,
        guard: Guard,
        listeners: tuple[Listener, ...],
        codes_in: CodesIn,
    ) -> None:
        self._profile = profile
        self._desk = desk
        self._guard = guard
        self._client = MerchantClient(profile, listeners=listeners)
        self._observer = Observer(profile, session=self._client.session, listeners=listeners)
        self._codes_in = codes_in
        self._signed_in = False

    def close(self) -> None:
        """Give the connections back."""
        self._observer.close()
        self._client.close()

    def order(self, way: str, provider: Provider, amount: Fen, gateway: PaymentGateway) -> Ordered:
        """Order as its shopper does; where no request can, the person orders on the phone, and says which
        order that was.

        Raises:
            UnsafeRequest: its price does not fit into the budget; nothing was ordered.
            NotExercised: nothing says which order that was.
        """
        price = self._profile.price_of(amount)
        self._must_fit(price)
        made = self._by_request(way, provider, price)
        if made is None:
            made = self._by_hand(way, price)
        self._guard.spend(made.number, price, provider=provider)
        return made

    def seen(self, number: str) -> MerchantOrder | None:
        """What its books, or what a shopper is shown, say of it."""
        return self._observer.order(number)

    def _must_fit(self, price: Fen) -> None:
        left = self._guard.budget - self._guard.spent
        if price > left:
            raise UnsafeRequest(
                f"refused before sending: an order of {int(price)} fen does not fit into the {left} fen "
                f"that are left of the budget of {self._guard.budget} fen",
                where="--budget-fen",
                remedy="allow more with --budget-fen, if you mean it; each order counts, paid or not",
            )

    def _by_request(self, way: str, provider: Provider, price: Fen) -> Ordered | None:
        trigger = self._profile.trigger(way)
        if way == "jsapi" or (trigger is not None and trigger.by_hand):
            return None
        if trigger is None and self._profile.paths.create_order is None:
            return None
        if not self._signed_in:
            self._client.login()
            self._signed_in = True
        request = self._client.order_request(
            order_id=f"golive-{secrets.token_hex(8)}",
            amount=price,
            payment_type=way,
            payment_method=provider,
            description=DESCRIPTION,
        )
        if trigger is not None:
            answered = self._client.answer_to_order(request, payment_type=way)
            codes = sorted(self._codes_in(answered, self._client.session))
            scan = codes[0] if len(codes) == 1 else ""
            return Ordered(number=self._number(way), amount=price, by_merchant=True, scan=scan)
        created = self._client.send_order(request, payment_type=way)
        if not created.out_trade_no:
            said = created.error or "no error"
            raise AssertionError(f"ordering ¥{price.yuan} was answered HTTP {created.status_code}: {said}")
        link = (created.payment_url or "") if way == "h5" else ""
        return Ordered(
            number=created.out_trade_no,
            amount=price,
            by_merchant=True,
            scan=link or created.qr_code or created.payment_url or "",
            link=link,
            over_mcp=created.mcp_enabled,
            request_id=created.mcp_request_id or "",
        )

    def _by_hand(self, way: str, price: Fen) -> Ordered:
        path = self._profile.paths.payment or ""
        self._desk.say("order_yourself", yuan=price.yuan, way=way, url=f"{self._profile.base_url}{path}")
        return Ordered(number=self._number(way), amount=price, by_merchant=True)

    def _number(self, way: str) -> str:
        number = self._desk.text(f"order {way}", "number")
        if not (6 <= len(number) <= 64 and number.isascii() and number.isprintable() and " " not in number):
            raise NotExercised(
                "nobody said which order that was, so that nothing can be watched; it may still be paid, and "
                "is not closed",
                where="the order number",
                remedy="read it off the app or the bill (商户单号) and type it, or order directly: --direct",
            )
        return number
