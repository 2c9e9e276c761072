"""The page that a scanned code opens, with three buttons that end it.

The first WeChat account that opens a Native order owns it (facts 3.3). Who the payer is says the parameter
or the cookie `openid`; without either it is the platform's test payer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.simulator.cashier import h5, jsapi, pages, words
from harness.simulator.cashier.forms import form_texts
from harness.simulator.cashier.jsapi import MerchantKeys
from harness.simulator.cashier.payments import Button, Pay, button_routes
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.body import announces_more

SCAN = "/cashier/scan"

LARGEST_FORM = 16 * 1024
"""Bytes; a form of this page has a few hundred, and announces them."""

_OPENID = re.compile(r"[0-9A-Za-z_-]{1,128}")


class _Declined(Exception):
    """The payer is turned away with a notice."""

    def __init__(self, notice: words.Notice) -> None:
        super().__init__(notice.text.en)
        self.notice = notice


def routes(platform: Platform, pay: Pay, *, merchant_keys: MerchantKeys | None = None) -> list[Route]:
    """The cashier's paths: the page a code opens with a POST for each button, H5, and JSAPI.

    Args:
        platform: where orders are looked up and opened.
        pay: takes the payment and returns when the merchant was told once.
        merchant_keys: any of which verifies an account's `paySign`; None: no JSAPI.
    """
    cashier = _Cashier(platform, pay)
    return [
        Route(SCAN, cashier.scan, methods=["GET"]),
        *button_routes("/cashier", cashier.press),
        *h5.routes(platform, pay),
        *([] if merchant_keys is None else jsapi.routes(platform, pay, merchant_keys)),
    ]


class _Cashier:
    def __init__(self, platform: Platform, pay: Pay) -> None:
        self._platform = platform
        self._pay = pay

    async def scan(self, request: Request) -> Response:
        """What the phone shows after scanning."""
        try:
            code_url, named = _payer(request, request.query_params)
            order = self._order(code_url)
            account = self._platform.account_of(order)
            openid = named or account.test_payer
            self._platform.open(order, openid)
        except _Declined as declined:
            return pages.notice(declined.notice)
        except Refused as refused:
            return pages.notice(words.NOTICES.get(refused.reason, words.REFUSED))
        return pages.page(
            "checkout.html",
            account=account,
            description=order.request.description,
            out_trade_no=order.out_trade_no,
            amount=order.total.yuan,
            code_url=code_url,
            openid=openid,
        )

    async def press(self, button: Button, request: Request) -> Response:
        """The payer pays, walks away, or tries and fails."""
        announced = request.headers.get("content-length", "")
        if announces_more(announced.encode("latin-1"), LARGEST_FORM):
            return Response(status_code=413)
        try:
            code_url, named = _payer(request, await form_texts(request))
            order = self._order(code_url)
            account = self._platform.account_of(order)
            payment = await self._pay(order, openid=named or account.test_payer, outcome=button)
        except _Declined as declined:
            return pages.notice(declined.notice)
        except Refused as refused:
            return pages.notice(words.NOTICES.get(refused.reason, words.REFUSED))
        return pages.page(
            "result.html",
            outcome=button,
            text=words.OUTCOMES[button],
            account=account,
            amount=payment.total.yuan,
            paid=payment.payer_total.yuan,  # below the amount where a coupon gave the rest
        )

    def _order(self, code_url: str) -> PlatformOrder:
        found = self._platform.find_by_code_url(code_url)
        if isinstance(found, Reason):
            raise Refused(found)
        return found


def _payer(request: Request, given: Mapping[str, str]) -> tuple[str, str]:
    """The code that was scanned and the account that scanned it; empty: the test payer's."""
    if "MicroMessenger" not in request.headers.get("User-Agent", ""):
        raise _Declined(words.NOT_WECHAT)
    openid = given.get("openid") or request.cookies.get("openid") or ""
    if openid and not _OPENID.fullmatch(openid):
        raise _Declined(words.BAD_PAYER)
    return given.get("code_url", ""), openid
