"""Assembles one simulator: platform, wires, levers, cashier and notifier behind one ASGI application."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from starlette.types import Receive, Scope, Send

from harness.core.clock import BusinessClock
from harness.levers.models import Delivery
from harness.simulator.account.account_modes import AccountModes
from harness.simulator.account.environment import environment
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.cashier.payments import Payments
from harness.simulator.console.console import Console
from harness.simulator.defects import practices_with
from harness.simulator.faults.absent import Present
from harness.simulator.faults.armed import Moments
from harness.simulator.faults.recurring import fault_book
from harness.simulator.https_door import HttpsDoor
from harness.simulator.kept.database import Database
from harness.simulator.kept_state import keeper_of, take_up
from harness.simulator.levers.levers import Levers
from harness.simulator.merchant_accounts import MerchantAccounts
from harness.simulator.notifier.payment_news import PaymentNews
from harness.simulator.notifier.refund_news import RefundNews
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.notifier.trade_news import TradeNews
from harness.simulator.pages_application import pages_application
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.platform import Platform
from harness.simulator.practices import FREEZE, LONGEST_EXPIRY, Freeze, OlderRefunds
from harness.simulator.request_path import RequestPath
from harness.simulator.signatures.refused import RefusedRequest, RefusedSignatures
from harness.simulator.wire.kit.body import PATIENCE_S
from harness.simulator.wire.kit.wire import WireContext
from harness.simulator.wires import Wires


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
        modes = AccountModes(key_mode=key_mode, alipay_certified=alipay_certified)
        self.identity = identity or modes.identity()
        self.clock = clock or BusinessClock()
        self.defects = frozenset(defects)
        self.practices = practices_with(
            defects, freeze=freeze, longest_expiry=longest_expiry, older_refunds=older_refunds
        )
        self.refused = RefusedSignatures(tells=tells_signatures, hear=hears_signatures)
        self.platform = Platform(clock=self.clock, practices=self.practices)
        self.accounts = MerchantAccounts(self.platform, gives_back=gives_back)
        self.wires = Wires()
        self.console: Console | None = None
        """What a developer sees of it; None: nothing is shown."""
        self._door = door
        self.faults = fault_book(
            self.practices,
            moments=Moments(business=self.clock),
            numbers_of=self.accounts.numbers,
            amount_of=self.accounts.amount_of,
        )
        self.notifier = Notifier(
            clock=self.clock,
            issuer=self.accounts.issuer,
            faults=self.faults,
            record=self._record,
            allowed_hosts=notify_hosts,
        )
        self.refund_news = RefundNews(
            accounts=self.platform.every_account,
            clock=self.clock,
            notifier=self.notifier,
            told=self.wires.refund_told,
        )
        self.trade_news = TradeNews(
            accounts=self.platform.alipay_accounts.values,
            clock=self.clock,
            notifier=self.notifier,
            told=self.wires.over_told,
        )
        self.keeper = keeper_of(self.platform, self.clock, self.accounts, self.notifier, database)
        """Who keeps its state; None: it ends with it."""
        self.accounts.watched_by(refunds=self.refund_news, trades=self.trade_news, keeper=self.keeper)
        for owner in (self.identity, *others):
            self.accounts.open(owner, experience=experience)
        if self.keeper is not None:
            take_up(self.keeper, self.accounts, self.notifier)
        self.wires.open(self._lent)
        self.present = Present(
            accounts=self.accounts.every_number,
            has_order=lambda number: self.accounts.amount_of(None, number) is not None,
            operations=lambda: {id_: wire.operations for id_, wire in self.wires.items()},
        )
        """What a rule may name."""
        levers = self._levers()
        if console:
            self.console = Console(
                levers,
                self.accounts.issuer,
                cause=lambda asked: self.refused.why(asked.headers, asked.target, asked.body),
                unkept=lambda: "" if self.keeper is None else self.keeper.failing,
            )
        self.pages = pages_application(
            levers, self.wires.values(), self.console, self.accounts, self._running
        )
        self._requests = RequestPath(
            self.wires.values(),
            self.pages,
            console=self.console,
            keeper=self.keeper,
            reached_at=self.platform.is_reached_at,
            body_patience_s=body_patience_s,
        )

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
        self.accounts.open(owner, experience=experience)
        return owner

    def environment(
        self, *, base_url: str, notify_url: str, mcp_enabled: bool = True, mchid: str | None = None
    ) -> dict[str, str]:
        """The settings of a merchant, the first by default; see `harness.simulator.account.environment`."""
        identity = self.accounts.merchants[mchid or self.identity.mchid].identity
        return environment(
            identity,
            self.wires.settings(identity, base_url, notify_url),
            self.practices.settings,
            base_url=base_url,
            mcp_enabled=mcp_enabled,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._requests(scope, receive, send)

    def _lent(self, dialect: str) -> WireContext:
        practices = self.practices
        return WireContext(
            dialect=dialect,
            merchants=self.accounts.merchants,
            faults=self.faults,
            enqueue=self.notifier.enqueue,
            practices=practices,
            refused=self.refused,
            signing_clock=lambda: time.time() + practices.signing_clock_ahead_s,
        )

    def _levers(self) -> Levers:
        payment_news = PaymentNews(self.notifier, self.wires.told)
        return Levers(
            platform=self.platform,
            merchants=self.accounts.merchants,
            clock=self.clock,
            faults=self.faults,
            notifier=self.notifier,
            refund_news=self.refund_news,
            trade_news=self.trade_news,
            payments=Payments(self.platform, payment_news.tell, self.faults),
            told=self.wires.told,
            refund_told=self.wires.refund_told,
            open_account=self._open_account,
            door=self._door,
            refused=self.refused,
            present=self.present,
        )

    def _running(self) -> Iterator[AbstractAsyncContextManager[object]]:
        for each in (self.keeper, self.notifier, self.refund_news, self.trade_news, self._door):
            if each is not None:
                yield each
        for wire in self.wires.values():
            yield wire.lifespan()

    async def _open_account(
        self, base_url: str, notify_url: str, experience: bool, key_mode: str | None
    ) -> dict[str, str]:
        mode = None if key_mode is None else KeyMode(key_mode)
        owner = await asyncio.to_thread(self.add_account, experience=experience, key_mode=mode)
        return self.environment(base_url=base_url, notify_url=notify_url, mchid=owner.mchid)

    def _record(self, mchid: str, out_trade_no: str, out_refund_no: str, delivery: Delivery) -> None:
        self.platform.account_named(mchid).delivered(out_trade_no, out_refund_no, delivery)
        if self.console is not None:
            self.console.moved()
