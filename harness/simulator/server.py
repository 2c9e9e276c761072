"""Assembles one simulator: platform, wires, levers, cashier and notifier behind one ASGI application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.callbacks.callback import Issuer
from harness.core.clock import BusinessClock
from harness.core.control import Text
from harness.core.dialects import all_dialects, made
from harness.core.errors import HarnessError
from harness.levers.models import Delivery
from harness.simulator import cashier
from harness.simulator.account.account_modes import AccountModes
from harness.simulator.account.environment import environment
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.account.merchant_certificates import MerchantCertificates
from harness.simulator.cashier.payments import Payments
from harness.simulator.console.console import PATH, Console
from harness.simulator.console.exchanges import Exchange
from harness.simulator.defects import practices_with
from harness.simulator.faults.absent import Present
from harness.simulator.faults.armed import Moments
from harness.simulator.faults.recurring import RecurringFaultBook, recurring_faults
from harness.simulator.faults.rules import FaultBook
from harness.simulator.https_door import HttpsDoor
from harness.simulator.kept.accounts import account_text
from harness.simulator.kept.database import Database
from harness.simulator.kept.held import HeldAnswer
from harness.simulator.kept.keeper import Keeper
from harness.simulator.kept.restore import kept_accounts, restore
from harness.simulator.levers import Levers
from harness.simulator.notifier.refund_news import RefundNews
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.notifier.trade_news import TradeNews
from harness.simulator.openapi.served import openapi_route
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.practices import FREEZE, LONGEST_EXPIRY, Freeze, OlderRefunds
from harness.simulator.signatures.refused import RefusedRequest, RefusedSignatures
from harness.simulator.wire.kit.body import PATIENCE_S, Disconnected, Patience, is_complete
from harness.simulator.wire.kit.unknown import nobody_there, unknown_path
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext


class Simulator:
    """One simulated platform with its merchant accounts; an ASGI application.

    Every dialect of `harness.core.dialects` is served.

    Args:
        identity: credentials of both sides; fresh ones by default.
        others: those of further merchant accounts.
        clock: business time; wire time is always real.
        defects: names out of `harness.simulator.defects`.
        notify_hosts: hosts beside loopback that may be called back.
        experience: whether the merchant accounts are of the experience edition, with its limits and its test
            payee, or of the formal one.
        key_mode: by which of its credentials the platform is known to accounts that are made here.
        alipay_certified: whether applications on Alipay's platform that are made here are of certificates, or
            of bare public keys.
        older_refunds: where refunds follow older documents.
        longest_expiry: after which an order's `time_expire` is cut.
        gives_back: whether the experience edition gives payments back by itself, 23 hours on.
        body_patience_s: how long a request's whole body may take.
        freeze: how long it stands still, and how often, under the defect `freezes`.
        door: serves it over https, too.
        console: whether it is shown under /console, which remembers the newest requests.
        tells_signatures: whether an answer that refuses a signature says why, too.
        hears_signatures: is told of each such refusal, as `RefusedSignatures` says.
        database: where its state is kept; its first account is then `identity`, and the others come with it.
            None: in memory alone.

    Raises:
        UsageError: the database is damaged, or there is no such defect.
        NotKept: the database cannot be written.
    """

    def __init__(
        self,
        *,
        identity: Identity | None = None,
        others: Collection[Identity] = (),
        clock: BusinessClock | None = None,
        defects: Collection[str] = (),
        notify_hosts: frozenset[str] = frozenset(),
        experience: bool = True,
        key_mode: KeyMode = KeyMode.SWITCHING,
        alipay_certified: bool = False,
        older_refunds: Collection[OlderRefunds] = (),
        longest_expiry: timedelta = LONGEST_EXPIRY,
        gives_back: bool = False,
        body_patience_s: float = PATIENCE_S,
        freeze: Freeze = FREEZE,
        door: HttpsDoor | None = None,
        console: bool = False,
        tells_signatures: bool = False,
        hears_signatures: Callable[[RefusedRequest, int], None] | None = None,
        database: Database | None = None,
    ) -> None:
        self.refused = RefusedSignatures(tells=tells_signatures, hear=hears_signatures)
        self._body_patience_s = body_patience_s
        self._gives_back = gives_back
        self.defects = frozenset(defects)
        practices = practices_with(defects)
        if practices.freezes is not None:
            practices = replace(practices, freezes=freeze)
        older: dict[str, Any] = {each.practice: True for each in older_refunds}
        practices = replace(practices, longest_expiry=longest_expiry, **older)
        self.practices = practices
        modes = AccountModes(key_mode=key_mode, alipay_certified=alipay_certified)
        self.identity = identity or modes.identity()
        self.clock = clock or BusinessClock()
        recurring = recurring_faults(practices)
        knows: dict[str, Any] = {
            "moments": Moments(business=self.clock),
            "numbers_of": lambda account: self._owners[account].numbers,
            "amount_of": self._amount_of,
        }
        self.faults = RecurringFaultBook(recurring, **knows) if recurring else FaultBook(**knows)
        self.platform = Platform(clock=self.clock, practices=practices)
        self._merchants: dict[str, Merchant] = {}
        self._owners: dict[str, Merchant] = {}
        """By what either platform calls them."""
        self.notifier = Notifier(
            clock=self.clock,
            issuer=self._issuer,
            faults=self.faults,
            record=self._record,
            allowed_hosts=notify_hosts,
        )
        self.refund_news = RefundNews(
            accounts=self.platform.every_account,
            clock=self.clock,
            notifier=self.notifier,
            told=self.refund_told,
        )
        self.trade_news = TradeNews(
            accounts=self.platform.alipay_accounts.values,
            clock=self.clock,
            notifier=self.notifier,
            told=lambda order: self._wires[order.request.dialect].over_told(order),
        )
        self._keeper = None if database is None else self._kept_in(database)
        for owner in (self.identity, *others):
            self._register(owner, experience=experience)
        if self._keeper is not None:
            self._take_up(self._keeper)
        self._wires: dict[str, Wire] = {
            spec.id: made(spec.wire)(
                WireContext(
                    dialect=spec.id,
                    merchants=self._merchants,
                    faults=self.faults,
                    enqueue=self.notifier.enqueue,
                    practices=practices,
                    refused=self.refused,
                    signing_clock=lambda: time.time() + practices.signing_clock_ahead_s,
                )
            )
            for spec in all_dialects()
        }
        self.present = Present(
            accounts=lambda: [number for each in self._merchants.values() for number in each.numbers],
            has_order=lambda number: self._amount_of(None, number) is not None,
            operations=lambda: {id_: wire.operations for id_, wire in self._wires.items()},
        )
        self._reached = False
        self._door = door
        self.console: Console | None = None
        """What a developer sees of it; None: nothing is shown."""
        self._pages = self._assemble_pages(console=console)

    @property
    def paths(self) -> dict[str, str]:
        """Where each dialect is spoken, by what it is called."""
        return {wire.name: wire.shown for wire in self._wires.values()}

    @property
    def keeps(self) -> bool:
        """Whether its state outlives it."""
        return self._keeper is not None

    @property
    def account(self) -> Account:
        """The first merchant account."""
        return self.platform.accounts[self.identity.mchid]

    def add_account(self, *, experience: bool, key_mode: KeyMode | None = None) -> Identity:
        """Open another merchant account, with keys of its own; making them takes a while.

        Args:
            experience: whether it is of the experience edition.
            key_mode: its own; None: that of the first account.
        """
        modes = AccountModes(
            key_mode=key_mode or self.identity.key_mode,
            alipay_certified=self.identity.alipay.certified,
            alipay_open_id=self.identity.alipay.tells_open_id,
        )
        owner = modes.identity(levers_token=self.identity.levers_token)
        self._register(owner, experience=experience)
        return owner

    def environment(
        self, *, base_url: str, notify_url: str, mcp_enabled: bool = True, mchid: str | None = None
    ) -> dict[str, str]:
        """The settings of a merchant, the first by default; see `harness.simulator.account.environment`."""
        identity = self._merchants[mchid or self.identity.mchid].identity
        return environment(
            identity,
            [wire.settings(identity, base_url, notify_url) for wire in self._wires.values()],
            self.practices.settings,
            base_url=base_url,
            mcp_enabled=mcp_enabled,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The wires stay outside of Starlette's middleware: that is the path of load, and faults need the
        # server's own `send` to drop connections.
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        if not self._reached:
            self._note_address(scope)
        if is_complete(send):
            await self._serve(scope, receive, send)
        else:
            patience = Patience(receive, self._body_patience_s)
            await self._serve(scope, patience.receive, send)
            patience.part(send)
        if self._keeper is not None:
            await self._keeper.why_not_kept()  # of a request that a fault left without an answer

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        for wire in self._wires.values():
            if wire.handles(path):
                app = self._holding(wire.app)
                if self.console is None:
                    await app(scope, receive, send)
                else:
                    await self.console.exchanges.through(wire.name, app, scope, receive, send)
                    self.console.moved()
                return
        looks_on = path.startswith(PATH) and scope["method"] == "GET"  # and acknowledges nothing
        pages: ASGIApp = self._pages if looks_on else self._holding(self._pages)
        await pages(scope, receive, send)
        if self.console is not None and not path.startswith(PATH):
            self.console.moved()

    def _holding(self, app: ASGIApp) -> ASGIApp:
        """The same application, whose answers leave when what they tell is kept."""
        if (keeper := self._keeper) is None:
            return app

        async def held(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, HeldAnswer(send, keeper).send)

        return held

    def _why_refused(self, exchange: Exchange) -> Text | None:
        return self.refused.why(exchange.headers, exchange.target, exchange.body)

    def _why_unkept(self) -> str:
        return "" if self._keeper is None else self._keeper.failing

    def _note_address(self, scope: Scope) -> None:
        """Where we are reached is where the H5 middle page is; the socket says so, not a header."""
        host, port = scope.get("server") or ("", None)
        if port is not None:
            named = f"[{host}]" if ":" in host else host
            self.platform.is_reached_at(f"{scope['scheme']}://{named}:{port}")
            self._reached = True

    def _assemble_pages(self, *, console: bool) -> Starlette:
        payments = Payments(self.platform, self._announce, self.faults)
        levers = Levers(
            platform=self.platform,
            merchants=self._merchants,
            clock=self.clock,
            faults=self.faults,
            notifier=self.notifier,
            refund_news=self.refund_news,
            trade_news=self.trade_news,
            payments=payments,
            told=self._told,
            refund_told=self.refund_told,
            open_account=self._open_account,
            door=self._door,
            refused=self.refused,
            present=self.present,
        )
        if console:
            self.console = Console(levers, self._issuer, cause=self._why_refused, unkept=self._why_unkept)

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                if self._keeper is not None:
                    await stack.enter_async_context(self._keeper)
                await stack.enter_async_context(self.notifier)
                await stack.enter_async_context(self.refund_news)
                await stack.enter_async_context(self.trade_news)
                if self._door is not None:
                    await stack.enter_async_context(self._door)
                for wire in self._wires.values():
                    await stack.enter_async_context(wire.lifespan())
                yield

        pages = Starlette(
            routes=[
                *levers.routes(),
                openapi_route(self._wires.values()),
                *(self.console.routes() if self.console else ()),
                *cashier.routes(self.platform, payments.take, merchant_keys=self._merchant_keys),
                *cashier.alipay_routes(self.platform, payments.take, platform_key=self._alipay_key),
                *cashier.alipay_bridge_routes(self.platform, payments.take, platform_key=self._alipay_key),
            ],
            lifespan=lifespan,
            exception_handlers={Disconnected: nobody_there, ClientDisconnect: nobody_there},
        )
        pages.router.redirect_slashes = False
        pages.router.default = unknown_path
        return pages

    def _register(self, identity: Identity, *, experience: bool) -> None:
        account = self.platform.open_account(
            mchid=identity.mchid,
            appids=(identity.appid,),
            test_payer=identity.openid,
            experience=experience,
        )
        of_alipay = self.platform.open_alipay_account(
            seller_id=identity.alipay.seller_id,
            app_id=identity.alipay.app_id,
            test_payer=identity.alipay.buyer_id,
        )
        for each in (account, of_alipay):
            each.refunds.changed = self.refund_news.look_again
        of_alipay.ends.changed = self.trade_news.look_again
        account.refunds.edition.on = self._gives_back
        merchant = Merchant(identity, account, MerchantCertificates(identity), of_alipay)
        if self._keeper is not None:
            account.changes = of_alipay.changes = self._keeper
            merchant.certificates.changed = self._keeper.account
        self._merchants[identity.mchid] = merchant
        self._owners |= {identity.mchid: merchant, identity.alipay.seller_id: merchant}
        if self._keeper is not None:
            self._keeper.account()  # last: it may be written at once, by another thread

    def _kept_in(self, database: Database) -> Keeper:
        keeper = Keeper(database, self.platform, self.clock, self._account_texts)
        self.notifier.keeper = keeper
        return keeper

    def _take_up(self, keeper: Keeper) -> None:
        """Everything that the file holds, as it was."""
        for identity, record in kept_accounts(keeper.database):
            if identity.mchid not in self._merchants:
                self._register(identity, experience=record.experience)
            merchant = self._merchants[identity.mchid]
            merchant.account.refunds.edition.on = record.gives_back
            for each in record.held:
                merchant.certificates.found_again(each.serial, each.private_key, revoked=each.revoked)
        if keeper.database.rows("accounts"):
            restore(keeper, self.notifier)
        keeper.write()

    def _account_texts(self) -> list[bytes]:
        return [
            account_text(
                each.identity,
                each.certificates,
                experience=each.account.experience,
                gives_back=each.account.refunds.edition.on,
            )
            for each in tuple(self._merchants.values())
        ]

    async def _open_account(
        self, base_url: str, notify_url: str, experience: bool, key_mode: str | None
    ) -> dict[str, str]:
        mode = None if key_mode is None else KeyMode(key_mode)
        owner = await asyncio.to_thread(self.add_account, experience=experience, key_mode=mode)
        return self.environment(base_url=base_url, notify_url=notify_url, mchid=owner.mchid)

    def _merchant_keys(self, mchid: str) -> tuple[RSAPublicKey, ...]:
        return self._merchants[mchid].certificates.valid_keys

    def _alipay_key(self, seller_id: str) -> RSAPrivateKey:
        return self._owners[seller_id].identity.alipay.platform_key

    def _amount_of(self, account: str | None, out_trade_no: str) -> int | None:
        """Of an order of that account; without one, of the first that has such an order."""
        accounts = self.platform.every_account()
        having = [each for each in accounts if account in (None, each.mchid) and each.has(out_trade_no)]
        return int(having[0].find(out_trade_no).total) if having else None

    def _told(self, order: PlatformOrder) -> Mapping[str, object]:
        return self._wires[order.request.dialect].told(order.as_it_was_paid())

    def refund_told(self, refund: PlatformRefund) -> Mapping[str, object]:
        """What a callback of a refund carries."""
        return self._wires[refund.request.dialect].refund_told(refund)

    def _record(self, mchid: str, out_trade_no: str, out_refund_no: str, delivery: Delivery) -> None:
        self.platform.account_named(mchid).delivered(out_trade_no, out_refund_no, delivery)
        if self.console is not None:
            self.console.moved()

    async def _announce(self, order: PlatformOrder) -> None:
        """Call the merchant back in the form of the dialect that brought the order, once for now.

        Where the order names no address, the audit says why nobody was told.
        """
        request = order.request
        await self.notifier.enqueue(
            request.out_trade_no,
            request.notify_url,
            self._told(order),
            mchid=request.mchid,
            dialect=request.dialect,
        )
        await self.notifier.drain()

    def _issuer(self, mchid: str) -> Issuer:
        """Who signs a merchant's callbacks, on the platform that calls it so."""
        identity = self._owners[mchid].identity
        on_alipay = mchid == identity.alipay.seller_id
        key = identity.private_key(identity.callbacks_by)
        if key is None:
            raise HarnessError("the platform holds no key to sign callbacks with", where="simulator")
        return Issuer(
            identity.callbacks_by,
            key,
            identity.apiv3_key,
            # Alipay's MCP endpoint has no keys of its own: what it sends is signed as its notifies are.
            identity.alipay.platform_key if on_alipay else identity.mcp.platform_key,
            identity.alipay.platform_key if on_alipay else None,
            api_key=identity.api_key,
            appid=identity.appid,
        )
