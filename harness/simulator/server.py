"""Assembles one simulator: platform, wire, levers, cashier and notifier behind one ASGI application."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from harness.callbacks.callback import Issuer
from harness.core.clock import BusinessClock
from harness.core.errors import HarnessError
from harness.simulator import cashier
from harness.simulator.account.environment import environment
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.cashier.payments import Till
from harness.simulator.defects import (
    CLOCK_SKEW_S,
    LOST_FEN,
    NO_MARKS,
    check_names,
    experience_rules,
    spoil_environment,
)
from harness.simulator.faults.recurring import FREEZE, AilingBook, Freeze, ailments
from harness.simulator.faults.rules import FaultBook
from harness.simulator.levers import Levers
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.platform.ledger import Book
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.apiv3 import ApiV3
from harness.simulator.wire.apiv3.answer import Writer
from harness.simulator.wire.envelope import PREFIX as ENVELOPE
from harness.simulator.wire.envelope import EnvelopeWire
from harness.simulator.wire.kit.body import PATIENCE_S, Patience
from harness.simulator.wire.mcp import PATH as MCP
from harness.simulator.wire.mcp import McpWire

__all__ = ["Simulator"]


class Simulator:
    """One simulated platform with one merchant account; an ASGI application.

    Args:
        identity: credentials of both sides; fresh ones by default.
        clock: business time; wire time is always real.
        defects: names out of `harness.simulator.defects`.
        notify_hosts: hosts beside loopback that may be called back, also without TLS.
        experience: whether the merchant account is of the experience edition, with its limits and its test
            payee, or of the formal one.
        body_patience_s: how long a request's whole body may take.
        freeze: how long it stands still, and how often, under the defect `freezes`.
    """

    def __init__(
        self,
        *,
        identity: Identity | None = None,
        clock: BusinessClock | None = None,
        defects: Collection[str] = (),
        notify_hosts: frozenset[str] = frozenset(),
        experience: bool = True,
        body_patience_s: float = PATIENCE_S,
        freeze: Freeze = FREEZE,
    ) -> None:
        self._body_patience_s = body_patience_s
        self.defects = check_names(defects)
        self.identity = identity or new_identity()
        self.clock = clock or BusinessClock()
        ailing = ailments(self.defects, freeze=freeze)
        self.faults = AilingBook(ailing) if ailing else FaultBook()
        self.platform = Platform(
            appid=self.identity.appid,
            mchid=self.identity.mchid,
            clock=self.clock,
            test_payer=self.identity.openid,
            book=Book(loses=LOST_FEN if "ledger-loses-a-fen" in self.defects else 0),
            experience=experience_rules(self.defects, self.identity) if experience else None,
            marks=NO_MARKS not in self.defects,
        )
        self.notifier = Notifier(
            clock=self.clock,
            issuer=self._issuer,
            faults=self.faults,
            record=self.platform.delivered,
            allowed_hosts=notify_hosts,
        )
        skew = CLOCK_SKEW_S if "clock-skewed" in self.defects else 0.0
        self._apiv3 = ApiV3(
            platform=self.platform,
            identity=self.identity,
            faults=self.faults,
            enqueue=self.notifier.enqueue,
            plain_http=notify_hosts,
            signing_clock=lambda: time.time() + skew,
        )
        self._envelope = EnvelopeWire(
            platform=self.platform,
            identity=self.identity,
            faults=self.faults,
            plain_http=notify_hosts,
            defects=self.defects,
        )
        self._mcp = McpWire(
            platform=self.platform,
            identity=self.identity,
            faults=self.faults,
            plain_http=notify_hosts,
            defects=self.defects,
        )
        self._reached = False
        self._wire = Router(self._apiv3.routes(), redirect_slashes=False, default=_unknown_path)
        self._pages = self._assemble_pages()

    def environment(self, *, base_url: str, notify_url: str, mcp_enabled: bool = True) -> dict[str, str]:
        """The settings of this simulator's merchant; see `harness.simulator.account.environment`."""
        values = environment(self.identity, base_url=base_url, notify_url=notify_url, mcp_enabled=mcp_enabled)
        spoil_environment(values, self.defects, self.identity)
        return values

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The wires stay outside of Starlette's middleware: that is the path of load, and faults need the
        # server's own `send` to drop connections.
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        if not self._reached:
            self._note_address(scope)
        patience = Patience(receive, self._body_patience_s)
        await self._serve(scope, patience.receive, send)
        patience.part(send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith("/v3/"):
            await self._wire(scope, receive, send)
        elif path == MCP:
            await self._mcp.app(scope, receive, send)
        elif path.startswith(ENVELOPE):
            await self._envelope.app(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    def _note_address(self, scope: Scope) -> None:
        """Where we are reached is where the H5 middle page is; the socket says so, not a header."""
        host, port = scope.get("server") or ("", None)
        if port is not None:
            named = f"[{host}]" if ":" in host else host
            self.platform.h5_base = f"{scope['scheme']}://{named}:{port}"
            self._reached = True

    def _assemble_pages(self) -> Starlette:
        till = Till(self.platform, self.notifier)
        levers = Levers(
            platform=self.platform,
            identity=self.identity,
            clock=self.clock,
            faults=self.faults,
            notifier=self.notifier,
            till=till,
        )

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            async with self.notifier, self._mcp.run():
                yield

        pages = Starlette(
            routes=[
                *levers.routes(),
                *cashier.routes(
                    self.platform, till.settle, merchant_key=self.identity.merchant_key.public_key()
                ),
            ],
            lifespan=lifespan,
        )
        pages.router.redirect_slashes = False
        pages.router.default = _unknown_path
        return pages

    def _issuer(self, name: str) -> Issuer:
        """Who signs a callback: the credential named, or the one the order of that number was made with."""
        for serial in (name, self.platform.serial_of(name), self.identity.public_key_id):
            key = self.identity.private_key(serial) if serial else None
            if serial and key is not None:
                return Issuer(serial, key, self.identity.apiv3_key, self.identity.mcp.platform_key)
        raise HarnessError("the platform holds no key to sign callbacks with", where="simulator")


async def _unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await Writer.empty(send, 404)
    else:
        await send({"type": "websocket.close", "code": 1000})
