"""Alipay's cashier: for a phone's browser, a desk, and a phone that scanned a code (facts alipay 4.1-4.3).

A payer reaches it by a token that nobody can guess. Logging in or scanning makes the trade, paying pays it;
cancelling, a wrong password and walking away leave it as it is. Who pays is the cookie `buyer_id`, or the
test payer; the button for another buyer plays somebody else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.money import Fen
from harness.core.payment import Product
from harness.simulator.cashier import pages
from harness.simulator.cashier.alipay_codes import LIVES_S, DeskCodes, drawn
from harness.simulator.cashier.alipay_return import PlatformKey, return_address
from harness.simulator.cashier.alipay_words import (
    IN_WECHAT,
    NOT_ALIPAY,
    RESULTS,
    UNKNOWN,
    Notice,
    notice_of,
)
from harness.simulator.cashier.forms import form_texts
from harness.simulator.cashier.payments import Button, Pay
from harness.simulator.platform.alipay_rules import CASHIER
from harness.simulator.platform.orders import Intent, PlatformOrder, Refused
from harness.simulator.platform.platform import Platform

SCAN = "/alipay/scan"
OTHER_BUYER = "2088999900009971"
"""Whom the button for another buyer plays."""
RETURNS_AFTER_S = 3
"""How long the result is shown before the browser is sent back; live it is about five seconds."""
DEEP_LINK = (
    "alipays://platformapi/startApp?appId=10000007&sourceId=excashierQrcodePay&actionType=route&qrcode="
)

_Step = Callable[[Intent, str], Awaitable[Response]]


class _Declined(Exception):
    """The payer is turned away."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.text.en)
        self.notice = notice


def routes(platform: Platform, pay: Pay, *, platform_key: PlatformKey) -> list[Route]:
    """The pages, and what their buttons call.

    Args:
        pay: takes the payment and returns when the merchant was told once.
        platform_key: signs what a browser carries back.
    """
    cashier = _Cashier(platform, pay, platform_key)
    steps: dict[str, _Step] = {
        "login": cashier.login,
        "pay": cashier.pay,
        "wrong-password": cashier.wrong_password,
        "cancel": cashier.cancel,
        "code": cashier.renew,
    }
    return [
        Route(SCAN, cashier.scan, methods=["GET"]),
        Route(CASHIER + "/{token}", cashier.show, methods=["GET"]),
        Route(CASHIER + "/{token}/status", cashier.status, methods=["GET"]),
        *(
            Route(f"{CASHIER}/{{token}}/{name}", cashier.pressed(step), methods=["POST"])
            for name, step in steps.items()
        ),
    ]


class _Cashier:
    def __init__(self, platform: Platform, pay: Pay, platform_key: PlatformKey) -> None:
        self._platform = platform
        self._pay = pay
        self._platform_key = platform_key
        self._codes = DeskCodes()

    async def show(self, request: Request) -> Response:
        """Where gateway.do sends a browser: a phone's way in, or the desk's code and login."""
        try:
            _check_not_wechat(request)
            intent = self._intent(request)
            self._check(intent)
        except _Declined as declined:
            return _notice(declined.notice)
        return self._page(intent, first="desk" if intent.request.product is Product.PAGE else "landing")

    async def scan(self, request: Request) -> Response:
        """What Alipay shows on the phone that scanned a code; the trade is made now."""
        try:
            _check_alipay(request)
            intent = self._named(self._codes.token(request.query_params.get("code_url", "")))
            self._check(intent)
            self._platform.open_intent(intent, self._buyer(request, intent))
        except _Declined as declined:
            return _notice(declined.notice)
        except Refused as refused:
            return _notice(notice_of(refused.reason))
        return self._page(intent, first="sheet")

    async def status(self, request: Request) -> Response:
        """What the desk asks while its code is shown."""
        try:
            intent = self._intent(request)
        except _Declined as declined:
            return _refusal(declined.notice)
        order = intent.order
        reason = self._platform.why_not_payable(order, intent.handle)
        if order.money_taken:
            return self._ended(intent, "pay")
        if reason is not None:
            return _refusal(notice_of(reason))
        return JSONResponse({"state": "waiting" if order.payer is None else "scanned"})

    async def renew(self, intent: Intent, buyer: str) -> Response:
        """The desk draws another code."""
        self._check(intent)
        return JSONResponse({"picture": drawn(self._codes.renewed(intent.token))})

    def pressed(self, step: _Step) -> Callable[[Request], Awaitable[Response]]:
        """One button as an endpoint, which says in JSON how it went."""

        async def answer(request: Request) -> Response:
            try:
                intent = self._intent(request)
                other = (await form_texts(request, most=2, files=0)).get("buyer") == "other"
                return await step(intent, OTHER_BUYER if other else self._buyer(request, intent))
            except _Declined as declined:
                return _refusal(declined.notice)
            except Refused as refused:
                return _refusal(notice_of(refused.reason))

        return answer

    async def login(self, intent: Intent, buyer: str) -> Response:
        """The payer has shown who it is: the trade is made."""
        self._check(intent)
        self._platform.open_intent(intent, buyer)
        return JSONResponse({"state": "opened"})

    async def pay(self, intent: Intent, buyer: str) -> Response:
        """The payer gives the right password."""
        await self._pay(self._opened(intent), openid=buyer, outcome="pay")
        return self._ended(intent, "pay")

    async def wrong_password(self, intent: Intent, buyer: str) -> Response:
        """The payer gives a wrong one, and may try again."""
        await self._pay(self._opened(intent), openid=buyer, outcome="fail")
        text = RESULTS["fail"]
        return JSONResponse({"state": "again", "zh": text.zh, "en": text.en})

    async def cancel(self, intent: Intent, buyer: str) -> Response:
        """The payer presses the way out: to quit_url, where the order names one."""
        await self._pay(self._opened(intent), openid=buyer, outcome="cancel")
        return self._ended(intent, "cancel")

    def _ended(self, intent: Intent, button: Button) -> Response:
        text = RESULTS[button]
        paid = button == "pay"
        return JSONResponse(
            {
                "state": "paid" if paid else "cancelled",
                "zh": text.zh,
                "en": text.en,
                "paid": intent.order.total.yuan if paid else "",
                "to": return_address(intent, self._platform_key) if paid else intent.terms.quit_url,
            }
        )

    def _opened(self, intent: Intent) -> PlatformOrder:
        """The trade that was made of this very intent, or that it continues.

        Raises:
            _Declined: nobody has logged in.
        """
        if intent.order.payer is None:
            raise _Declined(UNKNOWN)
        return intent.order

    def _page(self, intent: Intent, *, first: str) -> Response:
        request = intent.request
        account = self._platform.account_of(intent.order)
        code = self._codes.of(intent.token)
        return pages.scripted(
            "alipay.html",
            script="alipay.js",
            style="alipay.css",
            account=account,
            description=request.description,
            out_trade_no=request.out_trade_no,
            amount=Fen(request.total).yuan,
            first=first,
            buyer=_masked(account.test_payer),
            path=f"{CASHIER}/{intent.token}",
            picture=drawn(code) if first == "desk" else "",
            deeplink=DEEP_LINK + quote(code, safe=""),
            returns_after_s=RETURNS_AFTER_S,
            code_lives_s=LIVES_S,
        )

    def _check(self, intent: Intent) -> None:
        """Whether somebody could pay now.

        Raises:
            _Declined: it is over.
        """
        if reason := self._platform.why_not_payable(intent.order, intent.handle):
            raise _Declined(notice_of(reason))

    def _intent(self, request: Request) -> Intent:
        return self._named(str(request.path_params["token"]))

    def _named(self, name: str) -> Intent:
        intent = self._platform.intent(name)
        if intent is None:
            raise _Declined(UNKNOWN)
        return intent

    def _buyer(self, request: Request, intent: Intent) -> str:
        return request.cookies.get("buyer_id") or self._platform.account_of(intent.order).test_payer


def _check_not_wechat(request: Request) -> None:
    if "MicroMessenger" in request.headers.get("User-Agent", ""):
        raise _Declined(IN_WECHAT)


def _check_alipay(request: Request) -> None:
    if "AlipayClient" not in request.headers.get("User-Agent", ""):
        raise _Declined(NOT_ALIPAY)


def _masked(buyer: str) -> str:
    return f"{buyer[:4]}****{buyer[-4:]}"


def _notice(what: Notice) -> Response:
    return pages.page(
        "alipay_notice.html", status=what.status, style="alipay.css", text=what.text, code=what.code
    )


def _refusal(what: Notice) -> Response:
    error = {"zh": what.text.zh, "en": what.text.en, "code": what.code}
    return JSONResponse({"error": error}, status_code=409)
