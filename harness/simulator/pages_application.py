"""What a simulator serves beside its wires, as one application: levers, OpenAPI, console and cashiers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

from harness.simulator import cashier
from harness.simulator.console.console import Console
from harness.simulator.levers.levers import Levers
from harness.simulator.levers.routes import lever_routes
from harness.simulator.merchant_accounts import MerchantAccounts
from harness.simulator.openapi.served import openapi_route
from harness.simulator.wire.kit.body import Disconnected
from harness.simulator.wire.kit.unknown import nobody_there, unknown_path
from harness.simulator.wire.kit.wire import Wire

Running = Callable[[], Iterable[AbstractAsyncContextManager[object]]]
"""What runs while it serves, in the order of starting."""


def pages_application(
    levers: Levers,
    wires: Collection[Wire],
    console: Console | None,
    accounts: MerchantAccounts,
    running: Running,
) -> Starlette:
    """The application, whose lifespan is that of what runs."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for each in running():
                await stack.enter_async_context(each)
            yield

    platform, pay = levers.platform, levers.payments.take
    pages = Starlette(
        routes=[
            *lever_routes(levers),
            openapi_route(wires),
            *(console.routes() if console else ()),
            *cashier.routes(platform, pay, merchant_keys=accounts.valid_keys),
            *cashier.alipay_routes(platform, pay, platform_key=accounts.alipay_key),
            *cashier.alipay_bridge_routes(platform, pay, platform_key=accounts.alipay_key),
        ],
        lifespan=lifespan,
        exception_handlers={Disconnected: nobody_there, ClientDisconnect: nobody_there},
    )
    pages.router.redirect_slashes = False
    pages.router.default = unknown_path
    return pages
