"""Drives a merchant: orders, asks and confirms as a shopper, delivers callbacks as the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from http.cookiejar import Cookie
from typing import Literal, Self

import httpx

from harness.core.errors import MerchantFailure, NotExercised
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.patience import Patience
from harness.core.payment import PayersCard
from harness.levers.client import LeversClient
from harness.merchant.answers import (
    Answered,
    CallbackAnswer,
    CreatedOrder,
    MerchantAnswer,
    Page,
    ReconciledDay,
    ServiceAnswer,
    text_of,
)
from harness.merchant.arrivals import PATIENCE_S, Arrivals
from harness.merchant.gap import ProfileGap, place
from harness.merchant.http import MERCHANT, MerchantHttp, json_object, send
from harness.merchant.operator import Operator
from harness.merchant.own_json import OwnJson, as_json, named
from harness.merchant.own_routes import Credentials
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.cashier_visit import CashierVisit
from harness.merchant.rungs.described import AppRequest
from harness.merchant.rungs.person import PATIENCE_S as A_PERSONS_S
from harness.merchant.rungs.person import Person
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.shopper import ShopperSession

PRODUCTS = {"qr": "native", "h5": "h5", "jsapi": "jsapi", "miniprogram": "jsapi"}
"""What the platform calls each way of paying."""
BridgeOutcome = Literal["ok", "cancel", "fail"]
"""The last word of `get_brand_wcpay_request:…` (facts 7.2)."""


class MerchantClient:
    """Drives one merchant as one of its shoppers. Close it, or use it as a context manager.

    Every call raises `EnvironmentUnreachable` when the merchant is not up, and `UnknownOutcome` when it
    took a request and gave no answer.

    Args:
        profile: how to drive it.
        listeners: hear every exchange but logins.
        patience: with this merchant; None: of its own.
        levers: of the platform it orders from, which sees which order that was where the app does not say.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        *,
        listeners: Sequence[Listener] = (),
        patience: Patience | None = None,
        levers: LeversClient | None = None,
    ) -> None:
        self.profile = profile
        self._listeners = tuple(listeners)
        patience = patience or Patience(MERCHANT)
        self._shopper = MerchantHttp(profile.base_url, patience)
        # Callbacks come from a platform: no cookie of a shopper may be what lets them in.
        self._platform = MerchantHttp(profile.base_url, patience)
        self.session = ShopperSession(
            self._shopper, profile.base_url, profile.folder, profile.lines, self._listeners
        )
        self._own = OwnJson(profile, self._shopper, self._listeners)
        self._operator = Operator(profile, self._platform, levers)
        self._arrivals = Arrivals(levers) if levers else None
        self._cashier = CashierVisit(levers.platform) if levers else None
        self._notify_url = profile.paths.notify

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.session.close()
        self._shopper.close()
        self._platform.close()

    def login(self, credentials: Credentials | None = None) -> None:
        """Log in as the profile's shopper, or as someone else.

        Raises:
            MerchantFailure: the merchant would not have it.
        """
        if credentials is None and self.profile.sign_in is not None:
            self.session.sign_in(self.profile.sign_in)
            return
        path = self.profile.paths.login
        if path is None:  # nobody need sign in
            return
        who = credentials or self.profile.credentials
        content = as_json({"email": who.email, "password": who.password})
        response, _ = send(self._shopper, "login", "POST", path, headers=self._own.headers, content=content)
        if response.status_code >= 400 or not self._shopper.cookies:
            raise MerchantFailure(
                f"the merchant did not log {who.email} in: HTTP {response.status_code}",
                where=path,
                remedy="check credentials in the merchant profile",
            )

    def login_as_other(self) -> None:
        """Sign the profile's second shopper in.

        Raises:
            ProfileGap: it names none, or that one cannot sign in.
            MerchantFailure: the merchant would not have it.
        """
        profile = self.profile
        if profile.sign_in is not None and profile.sign_in.other is not None:
            self.session.sign_in(profile.sign_in.other, "sign_in.other")
        elif profile.sign_in is None and profile.other_credentials is not None:
            self.login(profile.other_credentials)
        else:
            ours = profile.sign_in is None and profile.paths.login is not None
            table = "other_credentials" if ours else "sign_in.other"
            raise profile.gap(table, "how a second shopper signs in")

    def login_afresh(self) -> None:
        """Log in as if for the first time: an app that was started again may know no session of before."""
        self._shopper.cookies.clear()
        self.login()

    @property
    def wants_session(self) -> bool:
        """Whether the profile says how a shopper signs in."""
        return self.profile.sign_in is not None or self.profile.paths.login is not None

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """Those that the merchant set for the shopper."""
        return tuple(self._shopper.cookies.jar)

    def take(self, cookies: Iterable[Cookie]) -> None:
        """Send these cookies from now on."""
        for cookie in cookies:
            self._shopper.cookies.jar.set_cookie(cookie)

    def create_order(
        self,
        *,
        order_id: str,
        amount: Fen | None = None,
        amount_yuan: str | None = None,
        goods: str = "custom",
        payment_type: str = "qr",
        payment_method: str | None = None,
        description: str | None = None,
        client_ip: str | None = None,
    ) -> CreatedOrder:
        """Order as the profile says. The answer is returned whatever its status.

        Args:
            order_id: the page's name for the purchase.
            amount: in fen.
            amount_yuan: the same as text.
            goods: what is bought.
            payment_type: `qr`, `h5`, `jsapi` or `miniprogram`.
            payment_method: `wechat` or `alipay`; None: the provider of the wire it is told to speak.
            description: what the payer's bill says.
            client_ip: whom a proxy in front of the merchant says it speaks for, as X-Forwarded-For.
        """
        trigger = self.profile.trigger(payment_type)
        if trigger is not None and trigger.by_hand:
            values = self._ordering(order_id, _asked(amount, amount_yuan), description or "")
            name = f"order.{payment_type}"
            return self._arrived(
                payment_type,
                lambda: self.session.ask(trigger, values, "create-order", name),
                person=self.session.person_of(name) if trigger.person is not None else None,
                asked=_asked(amount, amount_yuan),
            )
        request = self.order_request(
            order_id=order_id,
            amount=amount,
            amount_yuan=amount_yuan,
            goods=goods,
            payment_type=payment_type,
            payment_method=payment_method,
            description=description,
            client_ip=client_ip,
        )
        return self.send_order(request, payment_type=payment_type)

    def order_request(
        self,
        *,
        order_id: str,
        amount: Fen | None = None,
        amount_yuan: str | None = None,
        goods: str = "custom",
        payment_type: str = "qr",
        payment_method: str | None = None,
        description: str | None = None,
        client_ip: str | None = None,
    ) -> PreparedRequest:
        """The request that would order; see `create_order`.

        Raises:
            ProfileGap: no request makes an order of that kind.
        """
        if trigger := self.profile.trigger(payment_type):
            values = self._ordering(order_id, _asked(amount, amount_yuan), description or "")
            return self.session.prepare(trigger, values, "create-order", f"order.{payment_type}")
        members: dict[str, object] = {
            "orderId": order_id,
            "goods": goods,
            "amount": None if amount is None else int(amount),
            "amountYuan": amount_yuan,
            "description": description,
            "paymentMethod": payment_method or self.profile.provider,
            "paymentType": payment_type,
        }
        proxied = {} if client_ip is None else {"X-Forwarded-For": client_ip}
        return PreparedRequest(
            method="POST",
            url=named(self.profile.paths.create_order, "create_order"),
            headers={**self._own.headers, **proxied},
            members={name: value for name, value in members.items() if value is not None},
        )

    def send_order(
        self, request: PreparedRequest, *, payment_type: str = "qr", patience_s: float = PATIENCE_S
    ) -> CreatedOrder:
        """Order by this request, whoever prepared it. The answer is returned whatever its status.

        Args:
            patience_s: how long an order is waited for that the app may make after its answer.
        """
        if self.profile.trigger(payment_type) is not None:
            return self._arrived(payment_type, lambda: self.session.send(request, "create-order"), patience_s)
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

    def answer_to_order(self, request: PreparedRequest, *, payment_type: str = "qr") -> Answered:
        """Order with this request, and return what the shopper is answered, in whatever form. Thread-safe.

        Which order that was is not asked: it may have become none.
        """
        if self.profile.trigger(payment_type) is not None:
            return self._followed(self.session.send(request, "create-order"))
        return _answered(*self._placed(request))

    def require_own_order_numbers(self) -> None:
        """A shopper can ask for the same order again.

        Raises:
            ProfileGap: nothing in the profile's request says which purchase it is.
        """
        trigger = self.profile.trigger("qr")
        if trigger is not None and "order_id" not in trigger.placeholders:
            raise ProfileGap(
                "a shopper cannot ask for the same order again: the app names its orders itself",
                where=place(self.profile.lines, "order.qr"),
                remedy="put order_id in braces where the request names the purchase, if it does",
            )

    @property
    def known_pages(self) -> list[str]:
        """Pages that links may not lead to: those that the profile names, and where the last order led."""
        profile, led = self.profile, list(self.session.order_urls.values())[-1:]
        forms = [profile.sign_in.page] if profile.sign_in else []
        return [each for each in ("/", profile.paths.payment, *forms, *led) if each]

    def query(self, out_trade_no: str) -> MerchantAnswer:
        """How the order stands, without making the merchant ask anybody."""
        return self._own.told("query", named(self.profile.paths.query, "query"), out_trade_no)

    def confirm(self, out_trade_no: str) -> MerchantAnswer:
        """Press "I have paid"; see `close_order`."""
        return self._pressed("confirm", 'what "I have paid" sends', out_trade_no)

    def close_order(self, out_trade_no: str) -> MerchantAnswer:
        """Press "cancel". Where the profile only says how, the answer is a page: its status is empty.

        Raises:
            ProfileGap: the profile does not say how.
            NoForm: the order's page has no such button.
        """
        return self._pressed("close", "how a shopper cancels an order", out_trade_no)

    def refund(self, out_trade_no: str, amount: Fen, key: str) -> MerchantAnswer:
        """Ask for money of an order back. Where the profile only says how, the answer's status is empty.

        Args:
            key: names this refund: the same again is the same refund, where the app can be told so.

        Raises:
            ProfileGap: the profile does not say how.
        """
        profile = self.profile
        if profile.refund is None:
            if profile.paths.refund is None:
                raise profile.gap("refund", "how an order is given back")
            further = {"refundId": key, "amount": int(amount)}
            return self._own.told("refund", profile.paths.refund, out_trade_no, **further)
        known = self.session.known_of(out_trade_no)
        values = {**known, "amount_yuan": amount.yuan, "amount_fen": str(int(amount)), "refund_key": key}
        answered = self.session.ask(profile.refund, values, "refund", "refund", out_trade_no=out_trade_no)
        return MerchantAnswer(status_code=answered.status, status="", duration_s=answered.duration_s, raw={})

    def refund_to_card(self, out_trade_no: str, key: str, card: PayersCard) -> MerchantAnswer:
        """Ask that a refund which found no way back goes to a card; see `refund`.

        Raises:
            ProfileGap: the profile does not say how.
        """
        profile = self.profile
        told = {"bank_account": card.account, "bank_type": card.bank_type, "real_name": card.name}
        if profile.card_refund is None:
            if profile.paths.card_refund is None:
                raise profile.gap("card_refund", "how a refund that found no way back is sent to a card")
            further = {"bankAccount": card.account, "bankType": card.bank_type, "realName": card.name}
            return self._own.told(
                "card-refund", profile.paths.card_refund, out_trade_no, refundId=key, **further
            )
        values = {**self.session.known_of(out_trade_no), "refund_key": key, **told}
        asked = profile.card_refund
        answered = self.session.ask(asked, values, "card-refund", "card_refund", out_trade_no=out_trade_no)
        return MerchantAnswer(status_code=answered.status, status="", duration_s=answered.duration_s, raw={})

    def _pressed(self, button: Literal["confirm", "close"], what: str, out_trade_no: str) -> MerchantAnswer:
        asked: AppRequest | None = getattr(self.profile, button)
        if asked is None:
            path: str | None = getattr(self.profile.paths, button)
            if path is None:
                raise self.profile.gap(button, what)
            return self._own.told(button, path, out_trade_no)
        known = self.session.known_of(out_trade_no)
        answered = self.session.ask(asked, known, button, button, out_trade_no=out_trade_no)
        return MerchantAnswer(status_code=answered.status, status="", duration_s=answered.duration_s, raw={})

    def bridge(self, out_trade_no: str, outcome: BridgeOutcome) -> MerchantAnswer:
        """Tell the merchant how WeChat's bridge ended, as its page does.

        Raises:
            ProfileGap: the profile names no route for that.
        """
        path = named(self.profile.paths.bridge, "bridge")
        return self._own.told("bridge", path, out_trade_no, outcome=outcome)

    def status(self) -> ServiceAnswer:
        """What the merchant says of its payment services; see `OwnJson.status`."""
        return self._own.status()

    def mcp_health(self) -> ServiceAnswer:
        """Which providers the merchant says answer over MCP; see `OwnJson.mcp_health`."""
        return self._own.mcp_health()

    def page(self, path: str, *, user_agent: str) -> Page:
        """A page of the merchant as one browser gets it, scripts not run."""
        response, taken = send(
            self._shopper,
            "page",
            "GET",
            path,
            headers={"User-Agent": user_agent},
            listeners=self._listeners,
        )
        return Page(
            status_code=response.status_code,
            text=response.text,
            headers={name.lower(): value for name, value in response.headers.items()},
            duration_s=taken,
        )

    def deliver(
        self,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        *,
        to: str | None = None,
        at_once: Sequence[Listener] = (),
    ) -> CallbackAnswer:
        """Deliver a callback byte for byte, header lines in order and repeats included. Thread-safe.

        Args:
            to: `notify_url` of the order it is about; None: of the last one, or the profile's.
            at_once: hear of it before anybody else, as soon as the answer is there.
        """
        response, taken = send(
            self._platform,
            "deliver",
            "POST",
            to or named(self._notify_url, "notify"),
            headers=list(headers),
            content=body,
            listeners=(*at_once, *self._listeners),
        )
        return CallbackAnswer(status=response.status_code, body=response.content, duration_s=taken)

    def advance(self, seconds: float) -> datetime | None:
        """Move the merchant's business clock; see `Operator.advance`."""
        return self._operator.advance(seconds)

    def run_query_job(self) -> Answered:
        """Make the merchant ask the platform about its open orders; see `Operator.run_query_job`."""
        return self._operator.run_query_job()

    def take_key(self, values: Mapping[str, str]) -> Answered:
        """Give the merchant another API certificate of its account; see `Operator.take_key`."""
        return self._operator.take_key(values)

    def reconcile(self, day: date) -> ReconciledDay:
        """Make the merchant compare a day's bill with its books; see `Operator.reconcile`."""
        return self._operator.reconcile(day)

    def reconciled(self, day: date) -> ReconciledDay:
        """How a day stands with the merchant; see `Operator.reconciled`."""
        return self._operator.reconciled(day)

    def _ordering(self, order_id: str, asked: Fen | None, description: str) -> dict[str, str]:
        """What the placeholders of an order stand for."""
        return {
            "amount_yuan": asked.yuan if asked is not None else "",
            "amount_fen": str(int(asked)) if asked is not None else "0",
            "order_id": order_id,
            "product": self.profile.product_of(asked),
            "description": description,
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
            self._notify_url = came.notify_url
            self.session.order_urls[came.out_trade_no] = answered.url
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
            self._shopper,
            "create-order",
            request.method,
            request.address,
            headers=request.all_headers,
            content=request.content,
            listeners=self._listeners,
        )


def _answered(response: httpx.Response, taken: float) -> Answered:
    return Answered(response.status_code, response.text, str(response.request.url), taken)


def _asked(amount: Fen | None, amount_yuan: str | None) -> Fen | None:
    return Fen.from_yuan(amount_yuan) if amount_yuan is not None else amount
