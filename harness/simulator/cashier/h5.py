"""The H5 middle page (收银台中间页): between the merchant's page and WeChat, and the way back (facts 7.5).

The live page opens WeChat by a deep link. Here the page itself plays what WeChat then shows, so that one
browser can walk the whole way; who pays is the cookie `openid`, or the platform's test payer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.control import Text
from harness.simulator.cashier import h5_rules, pages
from harness.simulator.cashier.forms import form_texts
from harness.simulator.cashier.h5_rules import Arrival, Declined, Passage
from harness.simulator.cashier.payer_address import client_address
from harness.simulator.cashier.payments import Button, Pay, button_routes
from harness.simulator.cashier.words import H5, H5_BY_REASON, OUTCOMES
from harness.simulator.platform.identifiers import H5_PAGE
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import Platform


def routes(platform: Platform, pay: Pay) -> list[Route]:
    """The middle page under its live path and a plain one, and what its buttons call."""
    page = _MiddlePage(platform, pay)
    return [
        Route(H5_PAGE, page.show, methods=["GET"]),
        Route("/cashier/h5", page.show, methods=["GET"]),
        Route("/cashier/h5/open", page.open, methods=["POST"]),
        *button_routes("/cashier/h5", page.press),
    ]


class _MiddlePage:
    def __init__(self, platform: Platform, pay: Pay) -> None:
        self._platform = platform
        self._pay = pay
        self._secret = secrets.token_bytes(32)

    async def show(self, request: Request) -> Response:
        """The page: HTTP 200 with a deep link, or HTTP 200 with an error, as the live one answers."""
        arrival = Arrival(
            query=request.url.query,
            referer=request.headers.get("Referer", ""),
            user_agent=request.headers.get("User-Agent", ""),
            client_address=client_address(request),
            openid=request.cookies.get("openid"),
        )
        try:
            passage = h5_rules.examine(self._platform, arrival)
        except Declined as declined:
            return pages.scripted("h5_error.html", text=declined.text)  # with HTTP 200, like the live one
        order = passage.order
        return pages.scripted(
            "h5.html",
            account=self._platform.account_of(order),
            description=order.request.description,
            out_trade_no=order.out_trade_no,
            amount=order.total.yuan,
            deeplink=self._deeplink(passage),
            prepay_id=passage.prepay_id,
            token=self._token(passage.prepay_id),
            redirect_url=passage.redirect_url,
        )

    async def open(self, request: Request) -> Response:
        """WeChat opens: the account on this phone takes the order; others are kept out from now on."""
        try:
            order = await self._order(request)
            self._platform.open(order, self._payer(request, order))
        except Declined as declined:
            return _refusal(declined.text)
        except Refused as refused:
            return _refusal(H5_BY_REASON.get(refused.reason, H5["not_opened"]))
        return JSONResponse({})

    async def press(self, button: Button, request: Request) -> Response:
        """The payer pays, walks away, or tries and fails."""
        try:
            order = await self._order(request)
            payment = await self._pay(order, openid=self._payer(request, order), outcome=button)
        except Declined as declined:
            return _refusal(declined.text)
        except Refused as refused:
            return _refusal(H5_BY_REASON.get(refused.reason, H5["not_opened"]))
        text = OUTCOMES[button]
        return JSONResponse({"zh": text.zh, "en": text.en, "paid": payment.payer_total.yuan})

    async def _order(self, request: Request) -> PlatformOrder:
        """The order that a button is about; only whom the page let through knows its token."""
        form = await form_texts(request, most=4, files=0)
        prepay_id, token = form.get("prepay_id", ""), form.get("token", "")
        if not hmac.compare_digest(token.encode(), self._token(prepay_id).encode()):
            raise Declined(H5["not_opened"])
        found = self._platform.find_by_prepay_id(prepay_id)
        if isinstance(found, Reason):
            raise Refused(found)
        return found

    def _payer(self, request: Request, order: PlatformOrder) -> str:
        return request.cookies.get("openid") or self._platform.account_of(order).test_payer

    def _token(self, prepay_id: str) -> str:
        return hmac.new(self._secret, prepay_id.encode(), hashlib.sha256).hexdigest()

    def _deeplink(self, passage: Passage) -> str:
        members = (
            f"prepayid={passage.prepay_id}&package={passage.package}"
            f"&noncestr={secrets.token_hex(16)}&sign={self._token(passage.prepay_id)[:32]}"
        )
        return f"weixin://wap/pay?{quote(members, safe='')}"


def _refusal(text: Text) -> Response:
    return JSONResponse({"error": {"zh": text.zh, "en": text.en}}, status_code=409)
