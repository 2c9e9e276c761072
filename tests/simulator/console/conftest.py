"""A simulator with its console, and a merchant's server that answers callbacks as a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.processes.serving import listen, serving
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import AlipaySide
from tests.simulator.console.console_side import ConsoleSide
from tests.simulator.merchant_side import MerchantSide


@dataclass
class Shop:
    """A merchant's server."""

    url: str = ""
    status: int = 200
    says: bytes = b"success"
    received: list[bytes] = field(default_factory=list)
    asks: Callable[[], object] = lambda: None
    """What it asks the platform while it answers."""

    async def notify(self, request: Request) -> Response:
        """Keep what came, and answer."""
        self.received.append(await request.body())
        self.asks()
        return Response(self.says, self.status)


@pytest.fixture(scope="module")
def served_shop() -> Iterator[Shop]:
    """One server for the tests of a module."""
    shop = Shop()
    app = Starlette(routes=[Route("/notify", shop.notify, methods=["POST"])])
    with serving(app, listen()) as base:
        shop.url = f"{base}/notify"
        yield shop


@pytest.fixture
def shop(served_shop: Shop) -> Shop:
    """It, with nothing received."""
    served_shop.status, served_shop.says = 200, b"success"
    served_shop.asks = lambda: None
    served_shop.received.clear()
    return served_shop


@pytest.fixture
def simulator(identity: Identity) -> Simulator:
    """As everywhere, with its console."""
    return Simulator(identity=identity, experience=False, console=True)


@pytest.fixture
def console(merchant: MerchantSide) -> ConsoleSide:
    """Whoever looks."""
    return ConsoleSide(merchant)


@pytest.fixture
def alipay(merchant: MerchantSide) -> AlipaySide:
    """The same merchant on Alipay's platform."""
    return AlipaySide(merchant)
