"""What a harness may see and move from outside: every order, read-only, the business clock, and the key.

Only from this machine and only with the token; to everyone else these addresses do not exist.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.errors import ConfigurationError
from harness.settings.addresses import is_loopback
from harness.shop.assembly import Shop
from harness.shop.order_record import OrderRecord
from harness.shop.refusal import refusal
from harness.shop.web import RequestModel, read_model

_LONGEST_S = 400 * 24 * 3600


class Renewal(RequestModel):
    """The merchant's new API certificate, as the portal hands it out."""

    key_file: Annotated[str, Field(min_length=1, max_length=1024)]
    """Where `apiclient_key.pem` lies."""
    serial: Annotated[str, Field(pattern="^[0-9A-F]{40}$")]


class Advance(RequestModel):
    """How far business time is to move, in seconds."""

    seconds: Annotated[float, Field(ge=0, le=_LONGEST_S, allow_inf_nan=False)]


Handler = Callable[[Request], Awaitable[Response]]


class ObserverApi:
    """Routes under `/golive`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        """What Starlette mounts."""
        return [
            Route("/golive/orders", self._guarded(self.orders), methods=["GET"]),
            Route("/golive/orders/{out_trade_no}", self._guarded(self.order), methods=["GET"]),
            Route("/golive/key", self._guarded(self.renew), methods=["POST"]),
            Route("/golive/clock/advance", self._guarded(self.advance), methods=["POST"]),
        ]

    async def orders(self, request: Request) -> Response:
        """Every order, oldest first."""
        del request
        records = await run_in_threadpool(self._shop.book.all)
        return JSONResponse({"orders": [_seen(record) for record in records]})

    async def order(self, request: Request) -> Response:
        """One order."""
        record = await run_in_threadpool(self._shop.book.get, request.path_params["out_trade_no"])
        if record is None:
            return JSONResponse({"error": "no such order"}, status_code=404)
        return JSONResponse(_seen(record))

    async def advance(self, request: Request) -> Response:
        """Move business time; answers when everything that fell due has been done."""
        wanted = await read_model(request, Advance)
        now = await run_in_threadpool(self._shop.queries.advance, timedelta(seconds=wanted.seconds))
        return JSONResponse({"now": now.isoformat()})

    async def renew(self, request: Request) -> Response:
        """Take another key; answers when requests are signed by it."""
        wanted = await read_model(request, Renewal)
        try:
            await run_in_threadpool(self._shop.take_key, wanted.key_file, wanted.serial)
        except ConfigurationError as error:
            raise refusal(400, "无法读取新私钥。", f"No key can be read there: {error.what}.") from None
        return JSONResponse({"serial": wanted.serial})

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            wanted = f"Bearer {self._shop.observer_token}".encode()
            near = request.client is not None and is_loopback(request.client.host)
            if not (near and hmac.compare_digest(given, wanted)):
                raise HTTPException(404)
            return await handler(request)

        return guarded


def _seen(record: OrderRecord) -> dict[str, object]:
    return {
        "out_trade_no": record.out_trade_no,
        "order_id": record.order_id,
        "status": record.status,
        "amount": int(record.amount),
        "paid_amount": int(record.paid_amount),
        "refunded_amount": int(record.refunded_amount),
        "credits": record.credits,
        "transaction_id": record.transaction_id,
        "attention": record.attention,
        "provider": record.provider,
        "dialect": record.dialect or "",
        "request_id": record.request_id,
    }
