"""The finance desk: what of the platform's bills and the shop's books does not agree, as a page and as data.

Only from this machine, and only with the shop's token: as `Authorization: Bearer …`, or in a browser as the
password of whatever name. To everyone else these addresses do not exist, or ask for that password.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from harness.core.clock import BEIJING
from harness.core.control import Text
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.settings.addresses import is_loopback
from harness.shop.assembly import Shop
from harness.shop.confirmations import PAGES
from harness.shop.reconciliation.record import DayRecord, DayState, Kind
from harness.shop.refusal import refusal
from harness.shop.web import RequestModel, read_model

DESK = "/finance/reconciliation"
SHOWN = 31
"""Days on the page."""
_STATES = {
    DayState.WAITING: Text(zh="等待账单", en="waiting for the bill"),
    DayState.DONE: Text(zh="已核对", en="compared"),
    DayState.NO_TRADE: Text(zh="当日无交易", en="no trade"),
    DayState.GIVEN_UP: Text(zh="需人工核对", en="to be done by hand"),
}
_KINDS = {
    Kind.MISSING_HERE: Text(zh="我方缺失", en="missing here"),
    Kind.MISSING_THERE: Text(zh="平台缺失", en="missing there"),
    Kind.AMOUNT: Text(zh="金额不符", en="amount differs"),
}

_PROVIDERS = {
    Provider.WECHAT: Text(zh="微信支付", en="WeChat Pay"),
    Provider.ALIPAY: Text(zh="支付宝", en="Alipay"),
}
_WORST_FIRST = (DayState.WAITING, DayState.GIVEN_UP, DayState.DONE, DayState.NO_TRADE)

Handler = Callable[[Request], Awaitable[Response]]


class RunFor(RequestModel):
    """Which day is to be reconciled, Beijing."""

    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class ReconciliationApi:
    """Routes of the finance desk."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._templates = Jinja2Templates(directory=PAGES)

    def routes(self) -> list[Route]:
        """What Starlette mounts."""
        return [
            Route("/golive/reconciliation", self._guarded(self.run), methods=["POST"]),
            Route("/golive/reconciliation", self._guarded(self.day), methods=["GET"]),
            Route(DESK, self._guarded(self.desk, asks=True), methods=["GET"]),
        ]

    async def run(self, request: Request) -> Response:
        """Fetch the bill of a day and compare it now; answers how that day stands then."""
        wanted = await read_model(request, RunFor)
        day = _day_of(wanted.date)
        return JSONResponse(_told(day, await run_in_threadpool(self._shop.reconciliation.run, day)))

    async def day(self, request: Request) -> Response:
        """How `?date=` stands, without asking anybody."""
        day = _day_of(request.query_params.get("date", ""))
        return JSONResponse(_told(day, await run_in_threadpool(self._shop.reconciliation.of, day)))

    async def desk(self, request: Request) -> Response:
        """The newest days and their differences, for a person."""
        days = await run_in_threadpool(self._shop.reconciliation.latest, SHOWN)
        context = {
            "days": days,
            "providers": _PROVIDERS,
            "states": _STATES,
            "kinds": _KINDS,
            "beijing": BEIJING,
            "yuan": _yuan,
        }
        return self._templates.TemplateResponse(request, "reconciliation.html", context)

    def _guarded(self, handler: Handler, *, asks: bool = False) -> Handler:
        async def guarded(request: Request) -> Response:
            near = request.client is not None and is_loopback(request.client.host)
            given = _secret_of(request.headers.get("authorization", ""))
            if near and hmac.compare_digest(given, self._shop.observer_token.encode()):
                return await handler(request)
            if near and asks:
                return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="finance"'})
            raise HTTPException(404)

        return guarded


def _secret_of(header: str) -> bytes:
    """The token of a program, or the password that a browser sends."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return rest.encode() if scheme.lower() == "bearer" else b""
    try:
        return base64.b64decode(rest, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusal(400, "日期不正确。", "There is no such day.") from None


def _yuan(amount: Fen | None) -> str:
    return "—" if amount is None else f"¥{amount.yuan}"


def _told(day: date, records: Sequence[DayRecord]) -> dict[str, object]:
    """How a day stands at all providers together: it is done with where it is at each."""
    return {
        "date": day.isoformat(),
        "state": min((each.state for each in records), key=_WORST_FIRST.index),
        "done": all(each.state in (DayState.DONE, DayState.NO_TRADE) for each in records),
        "note": " ".join(each.note for each in records if each.note),
        "payments": sum(each.payments for each in records),
        "refunds": sum(each.refunds for each in records),
        "differences": [
            {
                "provider": record.provider,
                "number": each.number,
                "outTradeNo": each.out_trade_no,
                "kind": each.kind,
                "here": None if each.here is None else int(each.here),
                "there": None if each.there is None else int(each.there),
            }
            for record in records
            for each in record.differences
        ],
    }
