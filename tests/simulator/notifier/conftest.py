"""A merchant whose answers a test scripts, and a notifier with its time, faults and records."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from harness.callbacks.callback import Issuer
from harness.core.clock import BusinessClock
from harness.core.redelivery import WECHAT
from harness.levers.models import Delivery
from harness.processes.serving import listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import Verifier
from harness.simulator.faults.rules import FaultBook
from harness.simulator.notifier.ladder import OFFSETS
from harness.simulator.notifier.notification import Notification
from harness.simulator.notifier.schedule import Notifier

MCHID = "1900007291"
ORDER = "order-20261123-001"
RESOURCE = {"out_trade_no": ORDER, "amount": {"total": 1990}}
DAY = OFFSETS[-1]
ISSUER = Issuer(
    "PUB_KEY_ID_0114232134912410000000000000", keys.generate(), "k" * 32, keys.generate(), keys.generate()
)
VERIFIER = Verifier({ISSUER.serial: ISSUER.private_key.public_key()})


class Merchant:
    """A merchant's server whose answers a test scripts: the last one repeats."""

    def __init__(self) -> None:
        self.base = ""
        self.received: list[tuple[list[tuple[str, str]], bytes]] = []
        self.answers: list[int] = [204]
        self.says = b""
        """The body of each answer."""
        self.under_way = 0
        self.most_under_way = 0
        self.freed = threading.Event()

    @property
    def url(self) -> str:
        """Where callbacks go."""
        return f"{self.base}/notify"

    async def notify(self, request: Request) -> Response:
        """Keep what came and give the next answer."""
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            body = await request.body()
            self.received.append((list(request.headers.items()), body))
            status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            return Response(self.says or None, status_code=status)
        finally:
            self.under_way -= 1

    async def moved(self, request: Request) -> Response:
        """Point elsewhere, to a place that would accept."""
        self.received.append((list(request.headers.items()), await request.body()))
        return RedirectResponse(self.url, status_code=307)

    async def silent(self, request: Request) -> Response:
        """Take the callback and answer only when the test lets go."""
        await asyncio.to_thread(self.freed.wait)
        return Response(status_code=200)

    async def trickle(self, request: Request) -> Response:
        """Begin an answer of 200 at once, but do not end it until the test lets go."""

        async def body() -> Any:
            yield b"{"
            await asyncio.to_thread(self.freed.wait)
            yield b"}"

        return StreamingResponse(body())

    async def endless(self, request: Request) -> Response:
        """Answer 200 with more than anybody should read."""

        async def body() -> Any:
            while not await request.is_disconnected():
                yield b"x" * 65_536

        return StreamingResponse(body())

    def app(self) -> Starlette:
        """The server's routes."""
        return Starlette(
            routes=[
                Route(f"/{name}", getattr(self, name), methods=["POST"])
                for name in ("notify", "moved", "silent", "trickle", "endless")
            ]
        )


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    """A merchant's server on loopback."""
    merchant = Merchant()
    with serving(merchant.app(), listen()) as base:
        merchant.base = base
        yield merchant
        merchant.freed.set()


def world_of(monkeypatch: pytest.MonkeyPatch, **rules: Any) -> None:
    """Change the rules by which every notification is delivered."""
    monkeypatch.setattr(Notification, "rules", property(lambda self: replace(WECHAT, **rules)))


class World:
    """One simulator's time, faults and records around a notifier."""

    def __init__(self, allowed_hosts: frozenset[str] = frozenset()) -> None:
        self.clock = BusinessClock()
        self.faults = FaultBook()
        self.deliveries: list[Delivery] = []
        self.recorded = asyncio.Event()
        self.notifier = Notifier(
            clock=self.clock,
            issuer=lambda mchid: ISSUER,
            faults=self.faults,
            record=self.record,
            allowed_hosts=allowed_hosts,
        )

    def record(self, mchid: str, out_trade_no: str, out_refund_no: str, delivery: Delivery) -> None:
        """Keep one attempt, as the platform's audit trail would."""
        self.deliveries.append(delivery)
        self.recorded.set()

    async def pass_time(self, by: timedelta) -> None:
        """Move business time and wait for what fell due."""
        self.clock.advance(by)
        await self.notifier.drain()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until the background work got there."""
        async with asyncio.timeout(10):
            while not reached():
                self.recorded.clear()
                await self.recorded.wait()


def play(scene: Callable[[World], Coroutine[Any, Any, None]], **options: Any) -> World:
    """Run a scene with a running notifier and return the world as it was left."""

    async def run() -> World:
        world = World(**options)
        async with world.notifier:
            await scene(world)
        return world

    return asyncio.run(run())


def paid(url: str) -> Callable[[World], Coroutine[Any, Any, None]]:
    """The scene of one payment, and its first attempt ended."""

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, url, RESOURCE, mchid=MCHID, dialect="apiv3")
        await world.notifier.drain()

    return scene


def paid_then(url: str, later: timedelta) -> Callable[[World], Coroutine[Any, Any, None]]:
    """The scene of one payment, and then a jump of business time."""

    async def scene(world: World) -> None:
        await paid(url)(world)
        await world.pass_time(later)

    return scene
