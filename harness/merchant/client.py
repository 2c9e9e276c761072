"""Drives a merchant: orders, asks and confirms as a shopper, delivers callbacks as the platform."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from http.cookiejar import Cookie
from typing import Literal, Self, Unpack

from harness.core.errors import MerchantFailure
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
)
from harness.merchant.arrivals import PATIENCE_S
from harness.merchant.http import MERCHANT, MerchantHttp, send
from harness.merchant.operator import Operator
from harness.merchant.order_buttons import OrderButtons
from harness.merchant.ordering import Ordering, Wanted
from harness.merchant.own_json import OwnJson, as_json, named
from harness.merchant.own_routes import Credentials
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.shopper import ShopperSession

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
        roots: whose certificates are believed; None: those of everybody.
    """

    def __init__(
        self,
        profile: MerchantProfile,
        *,
        listeners: Sequence[Listener] = (),
        patience: Patience | None = None,
        levers: LeversClient | None = None,
        roots: ssl.SSLContext | None = None,
    ) -> None:
        self.profile = profile
        self._listeners = tuple(listeners)
        patience = patience or Patience(MERCHANT)
        self._shopper = MerchantHttp(profile.base_url, patience, roots=roots)
        # Callbacks come from a platform: no cookie of a shopper may be what lets them in.
        self._platform = MerchantHttp(profile.base_url, patience, roots=roots)
        self.session = ShopperSession(
            self._shopper, profile.base_url, profile.folder, profile.lines, self._listeners
        )
        self._own = OwnJson(profile, self._shopper, self._listeners)
        self._operator = Operator(profile, self._platform, levers)
        self._buttons = OrderButtons(profile, self.session, self._own)
        self._ordering = Ordering(
            profile,
            self._shopper,
            self.session,
            headers=self._own.headers,
            listeners=self._listeners,
            levers=levers,
        )

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

    def create_order(self, **wanted: Unpack[Wanted]) -> CreatedOrder:
        """Order as the profile says; see `Ordering.create`."""
        return self._ordering.create(**wanted)

    def order_request(self, **wanted: Unpack[Wanted]) -> PreparedRequest:
        """The request that would order; see `Ordering.request`."""
        return self._ordering.request(**wanted)

    def send_order(
        self, request: PreparedRequest, *, payment_type: str = "qr", patience_s: float = PATIENCE_S
    ) -> CreatedOrder:
        """Order by this request, whoever prepared it; see `Ordering.send`."""
        return self._ordering.send(request, payment_type=payment_type, patience_s=patience_s)

    def answer_to_order(self, request: PreparedRequest, *, payment_type: str = "qr") -> Answered:
        """Order, and return what the shopper is answered, in whatever form; see `Ordering.answer`."""
        return self._ordering.answer(request, payment_type=payment_type)

    def require_own_order_numbers(self) -> None:
        """A shopper can ask for the same order again; see `Ordering.require_own_order_numbers`."""
        self._ordering.require_own_order_numbers()

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
        """Press "I have paid"; see `OrderButtons`."""
        return self._buttons.confirm(out_trade_no)

    def close_order(self, out_trade_no: str) -> MerchantAnswer:
        """Press "cancel"; see `OrderButtons`."""
        return self._buttons.close(out_trade_no)

    def refund(self, out_trade_no: str, amount: Fen, key: str) -> MerchantAnswer:
        """Ask for money of an order back; see `OrderButtons.refund`."""
        return self._buttons.refund(out_trade_no, amount, key)

    def refund_to_card(self, out_trade_no: str, key: str, card: PayersCard) -> MerchantAnswer:
        """Ask that a refund which found no way back goes to a card; see `OrderButtons.refund_to_card`."""
        return self._buttons.refund_to_card(out_trade_no, key, card)

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
            to or named(self._ordering.notify_url, "notify"),
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
