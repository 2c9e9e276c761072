"""Orders from a merchant as its shopper does: by a request, in a browser, by a command, or by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Required, TypedDict, Unpack

import httpx

from harness.core.errors import NotExercised
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.merchant.answers import Answered, CreatedOrder, text_of
from harness.merchant.arrivals import PATIENCE_S, Arrivals
from harness.merchant.gap import ProfileGap, place
from harness.merchant.http import MerchantHttp, json_object, send
from harness.merchant.own_json import named
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.cashier_visit import CashierVisit
from harness.merchant.rungs.person import PATIENCE_S as A_PERSONS_S
from harness.merchant.rungs.person import Person
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.shopper import ShopperSession

PRODUCTS = {"qr": "native", "h5": "h5", "jsapi": "jsapi", "miniprogram": "jsapi"}
"""What the platform calls each way of paying."""


class Wanted(TypedDict, total=False):
    """What a shopper wants of one order."""

    order_id: Required[str]
    """The page's name for the purchase."""
    amount: Fen | None
    """In fen."""
    amount_yuan: str | None
    """The same as text."""
    goods: str
    """What is bought; `custom` unless it is said."""
    payment_type: str
    """`qr` unless it is said, `h5`, `jsapi` or `miniprogram`."""
    payment_method: str | None
    """`wechat` or `alipay`; None: the provider of the wire that the merchant is told to speak."""
    description: str | None
    """What the payer's bill says."""
    client_ip: str | None
    """Whom a proxy in front of the merchant says it speaks for, as X-Forwarded-For."""


class Ordering:
    """Orders of one shopper at one merchant.

    Args:
        http: the shopper's connections.
        headers: sent with our JSON.
        levers: of the platform it orders from, which sees which order that was where the app does not say.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        http: MerchantHttp,
        session: ShopperSession,
        *,
        headers: dict[str, str],
        listeners: Sequence[Listener],
        levers: LeversClient | None,
    ) -> None:
        self.notify_url = profile.paths.notify
        """Where callbacks of the last order go."""
        self._profile, self._http, self._session = profile, http, session
        self._headers, self._listeners = headers, tuple(listeners)
        self._arrivals = Arrivals(levers) if levers else None
        self._cashier = CashierVisit(levers.platform) if levers else None

    def create(self, **wanted: Unpack[Wanted]) -> CreatedOrder:
        """Order as the profile says. The answer is returned whatever its status."""
        payment_type = wanted.get("payment_type", "qr")
        trigger = self._profile.trigger(payment_type)
        if trigger is None or not trigger.by_hand:
            return self.send(self.request(**wanted), payment_type=payment_type)
        name = f"order.{payment_type}"
        return self._arrived(
            payment_type,
            lambda: self._session.ask(trigger, self._values(wanted), "create-order", name),
            person=self._session.person_of(name) if trigger.person is not None else None,
            asked=_asked(wanted),
        )

    def request(self, **wanted: Unpack[Wanted]) -> PreparedRequest:
        """The request that would order.

        Raises:
            ProfileGap: no request makes an order of that kind.
        """
        payment_type = wanted.get("payment_type", "qr")
        if trigger := self._profile.trigger(payment_type):
            values = self._values(wanted)
            return self._session.prepare(trigger, values, "create-order", f"order.{payment_type}")
        amount = wanted.get("amount")
        members: dict[str, object] = {
            "orderId": wanted["order_id"],
            "goods": wanted.get("goods", "custom"),
            "amount": None if amount is None else int(amount),
            "amountYuan": wanted.get("amount_yuan"),
            "description": wanted.get("description"),
            "paymentMethod": wanted.get("payment_method") or self._profile.provider,
            "paymentType": payment_type,
        }
        client_ip = wanted.get("client_ip")
        proxied = {} if client_ip is None else {"X-Forwarded-For": client_ip}
        return PreparedRequest(
            method="POST",
            url=named(self._profile.paths.create_order, "create_order"),
            headers={**self._headers, **proxied},
            members={name: value for name, value in members.items() if value is not None},
        )

    def send(
        self, request: PreparedRequest, *, payment_type: str = "qr", patience_s: float = PATIENCE_S
    ) -> CreatedOrder:
        """Order by this request, whoever prepared it. The answer is returned whatever its status.

        Args:
            patience_s: how long an order is waited for that the app may make after its answer.
        """
        if self._profile.trigger(payment_type) is not None:
            return self._arrived(
                payment_type, lambda: self._session.send(request, "create-order"), patience_s
            )
        response, taken = self._placed(request)
        raw = json_object(response, "create-order")
        return CreatedOrder(
            status_code=response.status_code,
            out_trade_no=text_of(raw, "outTradeNo"),
            qr_code=text_of(raw, "qrCode"),
            payment_url=text_of(raw, "paymentUrl"),
            error=text_of(raw, "error"),
            duration_s=taken,
            raw=raw,
            page=_answered(response, taken),
        )

    def answer(self, request: PreparedRequest, *, payment_type: str = "qr") -> Answered:
        """Order with this request, and return what the shopper is answered, in whatever form. Thread-safe.

        Which order that was is not asked: it may have become none.
        """
        if self._profile.trigger(payment_type) is not None:
            return self._followed(self._session.send(request, "create-order"))
        return _answered(*self._placed(request))

    def require_own_order_numbers(self) -> None:
        """A shopper can ask for the same order again.

        Raises:
            ProfileGap: nothing in the profile's request says which purchase it is.
        """
        trigger = self._profile.trigger("qr")
        if trigger is not None and "order_id" not in trigger.placeholders:
            raise ProfileGap(
                "a shopper cannot ask for the same order again: the app names its orders itself",
                where=place(self._profile.lines, "order.qr"),
                remedy="put order_id in braces where the request names the purchase, if it does",
            )

    def _values(self, wanted: Wanted) -> dict[str, str]:
        """What the placeholders of an order stand for."""
        asked = _asked(wanted)
        return {
            "amount_yuan": asked.yuan if asked is not None else "",
            "amount_fen": str(int(asked)) if asked is not None else "0",
            "order_id": wanted["order_id"],
            "product": self._profile.product_of(asked),
            "description": wanted.get("description") or "",
        }

    def _arrived(
        self,
        payment_type: str,
        order: Callable[[], Answered],
        patience_s: float = PATIENCE_S,
        person: Person | None = None,
        asked: Fen | None = None,
    ) -> CreatedOrder:
        """Order from an app that was not written for us: which order that was, the platform saw.

        Raises:
            NotExercised: a person ordered nothing, or something else than was asked for.
        """
        if self._arrivals is None:
            raise ProfileGap(
                "only a platform that is played sees which order that was",
                where=f"order.{payment_type}",
                remedy="rehearse against `golive simulator`",
            )
        begun = self._arrivals.now()
        answered = self._followed(order())
        product = PRODUCTS.get(payment_type, "")
        if person is not None:
            came = self._arrivals.since(begun, product, patience_s=A_PERSONS_S, waiting=person.waiting)
            if came is None:
                raise NotExercised(
                    f"nobody ordered within {A_PERSONS_S:g} s",
                    where=person.where,
                    remedy="order when the terminal asks for it",
                )
            person.came(came.out_trade_no)
            ordered = self._arrivals.levers.audit(came.out_trade_no).total
            if asked is not None and ordered != asked:
                raise NotExercised(
                    f"¥{asked.yuan} was to be ordered, and somebody ordered ¥{ordered.yuan}",
                    where=person.where,
                    remedy="order what the terminal asks for; if that was done, correct the profile's price",
                )
        else:
            left_s = patience_s if answered.status < 400 else 0
            came = self._arrivals.since(begun, product, patience_s=left_s)
        if came is not None:
            self.notify_url = came.notify_url
            self._session.order_urls[came.out_trade_no] = answered.url
        return CreatedOrder(
            status_code=answered.status,
            out_trade_no=came.out_trade_no if came else None,
            qr_code=None,
            payment_url=None,
            error=None if came else f"no order reached the platform; {answered.said}",
            duration_s=answered.duration_s,
            raw=answered.members,
            seen=came is not None,
            page=answered,
        )

    def _followed(self, answered: Answered) -> Answered:
        """Where ordering leads to the platform's own page, the shopper's browser goes there."""
        return answered if self._cashier is None else self._cashier.after(answered)

    def _placed(self, request: PreparedRequest) -> tuple[httpx.Response, float]:
        return send(
            self._http,
            "create-order",
            request.method,
            request.address,
            headers=request.all_headers,
            content=request.content,
            listeners=self._listeners,
        )


def _answered(response: httpx.Response, taken: float) -> Answered:
    return Answered(response.status_code, response.text, str(response.request.url), taken)


def _asked(wanted: Wanted) -> Fen | None:
    """What is to be paid; None where nobody says."""
    amount_yuan = wanted.get("amount_yuan")
    return Fen.from_yuan(amount_yuan) if amount_yuan is not None else wanted.get("amount")
