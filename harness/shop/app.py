"""The shop as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from harness.shop.assembly import Shop
from harness.shop.observer_api import ObserverApi
from harness.shop.payment_api import PaymentApi
from harness.shop.reconciliation_api import ReconciliationApi
from harness.shop.refund_api import RefundApi
from harness.shop.refusal import Refusal
from harness.shop.status_api import StatusApi
from harness.shop.storefront import Storefront
from harness.shop.web import PlainHeaders, on_bug, on_refusal


def create_app(shop: Shop) -> Starlette:
    """The application; the shop starts and stops with it."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        del app
        shop.start()
        try:
            yield
        finally:
            await run_in_threadpool(shop.stop)

    return Starlette(
        debug=not shop.practices.explains_failures,
        routes=[
            *Storefront(shop).routes(),
            *PaymentApi(shop).routes(),
            *RefundApi(shop).routes(),
            *ReconciliationApi(shop).routes(),
            *StatusApi(shop).routes(),
            *ObserverApi(shop).routes(),
        ],
        middleware=[Middleware(PlainHeaders, practices=shop.practices)],
        exception_handlers={Refusal: on_refusal, Exception: on_bug},
        lifespan=lifespan,
    )
