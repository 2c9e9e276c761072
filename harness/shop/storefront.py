"""The pages a shopper sees, and logging in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from harness.core.control import Text
from harness.core.payment import Provider
from harness.shop.accounts import DEMONSTRATIONS, SESSION_S
from harness.shop.assembly import Shop
from harness.shop.catalogue import SHELF
from harness.shop.confirmations import PAGES
from harness.shop.order_record import OrderRecord
from harness.shop.payment_api import RETURN_PATH
from harness.shop.qr import qr_picture
from harness.shop.refusal import refusal, sentence
from harness.shop.web import SESSION_COOKIE, RequestModel, read_model, refused, require_same_origin

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_WRONG = Text(zh="邮箱或密码不正确。", en="The address or the password is wrong.")


class Login(RequestModel):
    """What a program sends to log in; a browser sends the same as a form."""

    email: str
    password: str


class Storefront:
    """Routes for pages, logging in and out, health and metrics."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._templates = Jinja2Templates(directory=PAGES)

    def routes(self) -> list[Route | Mount]:
        """What Starlette mounts."""
        return [
            Route("/", self.front, methods=["GET"]),
            Route("/login", self.login_page, methods=["GET"]),
            Route("/payment", self.payment_page, methods=["GET"]),
            Route(RETURN_PATH, self.return_page, methods=["GET"]),
            Route("/orders/{out_trade_no}/confirmation", self.confirmation, methods=["GET"]),
            Route("/api/user/login", self.log_in, methods=["POST"]),
            Route("/api/user/logout", self.log_out, methods=["POST"]),
            Route("/healthz", self.healthy, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
            *(Route(path, self.beside, methods=["GET"]) for path in self._shop.served_beside),
            Mount("/assets", StaticFiles(directory=PAGES / "assets")),
        ]

    async def front(self, request: Request) -> Response:
        """There is one thing to do here."""
        del request
        return RedirectResponse("/payment", status_code=303)

    async def login_page(self, request: Request) -> Response:
        """The login form."""
        return self._login_form(request, status=200, wrong="")

    async def payment_page(self, request: Request) -> Response:
        """The page that takes the payment; a stranger is asked to log in first."""
        token = request.cookies.get(SESSION_COOKIE, "")
        account = await run_in_threadpool(self._shop.accounts.of_session, token)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        shop = self._shop
        offered = shop.practices.choices_for(request.headers.get("user-agent", ""))
        ways = offered.ways(takes_alipay=Provider.ALIPAY in shop.providers)
        return self._templates.TemplateResponse(
            request,
            "payment.html",
            {
                "account": account,
                "shelf": SHELF.values(),
                "offered": offered,
                "ways": ways,
                "kinds": dict.fromkeys(kind for kinds in ways.values() for kind in kinds),
                "experience": shop.experience and shop.practices.warns_of_experience,
                "over_mcp": shop.over_mcp,
                "pictures_after_ms": shop.practices.pictures_after_ms,
                "follow": qr_picture(follow) if (follow := shop.practices.account_to_follow) else "",
                "h5_opens_tab": shop.practices.h5_opens_tab,
                "told": shop.told_to_page,
                "inlined": "A" * shop.practices.inlined_bytes,
                "limit": shop.limit.yuan if shop.limit is not None else None,
            },
            headers={"Referrer-Policy": shop.practices.referrer_policy},
        )

    async def return_page(self, request: Request) -> Response:
        """Where the H5 cashier leaves a shopper: shows what is known, and asks when told to (facts 7.5)."""
        token = request.cookies.get(SESSION_COOKIE, "")
        account = await run_in_threadpool(self._shop.accounts.of_session, token)
        if account is None:
            return RedirectResponse("/login", status_code=303)
        record = await run_in_threadpool(self._returned, request, account)
        if record is None:
            raise HTTPException(404)
        if self._shop.practices.believes_return:
            await run_in_threadpool(self._shop.settlement.believe_shopper, record)
            record = await run_in_threadpool(self._returned, request, account)
        unescaped = self._shop.practices.unescaped
        number = "" if record is None else record.out_trade_no
        refunds = await run_in_threadpool(self._shop.refunds.book.of_order, number)
        return self._templates.TemplateResponse(
            request,
            "return.html",
            {
                "account": account,
                "order": record,
                "unescaped": unescaped,
                "refunds": refunds,
                "refund_shown": self._shop.practices.refund_shown,
            },
        )

    def _returned(self, request: Request, account: str) -> OrderRecord | None:
        """The order a payer comes back from: our own name for it, or the number, which Alipay sends along.

        What else stands in the address proves nothing, signed or not: the page shows what the shop knows.
        """
        number = request.query_params.get("out_trade_no")
        if number is None:
            return self._shop.book.latest(account, request.query_params.get("orderId", ""))
        record = self._shop.book.get(number)
        return record if record is not None and record.account == account else None

    async def confirmation(self, request: Request) -> Response:
        """The letter of a paid order, for whoever bought it."""
        token = request.cookies.get(SESSION_COOKIE, "")
        account = await run_in_threadpool(self._shop.accounts.of_session, token)
        record = await run_in_threadpool(self._shop.book.get, request.path_params["out_trade_no"])
        letter = None
        if account is not None and record is not None and record.account == account:
            letter = await run_in_threadpool(self._shop.confirmations.letter, record.out_trade_no)
        if letter is None:
            raise HTTPException(404)
        return HTMLResponse(letter)

    async def beside(self, request: Request) -> Response:
        """A file that no correct shop serves."""
        return PlainTextResponse(self._shop.served_beside[request.url.path])

    async def log_in(self, request: Request) -> Response:
        """Takes the form (answers with a page) or JSON (answers with JSON)."""
        require_same_origin(request, self._shop.origins)
        by_form = "json" not in request.headers.get("content-type", "")
        if by_form:
            try:
                async with request.form(max_files=0, max_fields=8) as form:
                    login = Login(email=str(form.get("email", "")), password=str(form.get("password", "")))
            except (UnicodeError, ClientDisconnect):
                # In a charset that nobody writes in, or not whole: its sender went away.
                raise HTTPException(400) from None
        else:
            login = await read_model(request, Login)
        token = await run_in_threadpool(self._shop.accounts.log_in, login.email, login.password)
        if token is None:
            if by_form:
                return self._login_form(request, status=401, wrong=sentence(_WRONG))
            return refused(refusal(401, _WRONG.zh, _WRONG.en))
        answer: Response = (
            RedirectResponse("/payment", status_code=303) if by_form else JSONResponse({"success": True})
        )
        answer.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=SESSION_S,
            httponly=True,
            samesite="lax" if self._shop.practices.guards_against_other_sites else None,
            secure=request.url.scheme == "https" and self._shop.practices.secures_session,
        )
        return answer

    async def log_out(self, request: Request) -> Response:
        """Ends the session."""
        require_same_origin(request, self._shop.origins)
        await run_in_threadpool(self._shop.accounts.log_out, request.cookies.get(SESSION_COOKIE, ""))
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
        return answer

    async def healthy(self, request: Request) -> Response:
        """Up."""
        del request
        return PlainTextResponse("ok")

    async def metrics(self, request: Request) -> Response:
        """The figures, for Prometheus."""
        del request
        return Response(self._shop.metrics.text(), media_type=_METRICS_TYPE)

    def _login_form(self, request: Request, *, status: int, wrong: str) -> Response:
        return self._templates.TemplateResponse(
            request,
            "login.html",
            {"wrong": wrong, "demonstration": DEMONSTRATIONS[0]},
            status_code=status,
        )
