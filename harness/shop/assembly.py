"""One shop: its parts, put together from settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

from harness.core.clock import BusinessClock
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.core.trust import public_roots
from harness.gateways.choose import behind_mcp
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import BillGateway, PaymentGateway, RedirectingGateway
from harness.settings.model import Settings
from harness.shop.accounts import DEMONSTRATIONS, Accounts
from harness.shop.active_query import ActiveQuery
from harness.shop.by_provider import GatewayByProvider, RefundsByProvider
from harness.shop.callbacks.inbox import Inbox
from harness.shop.callbacks.receiver import CallbackReceiver
from harness.shop.confirmations import Confirmations
from harness.shop.daily_reconciliation import DailyReconciliation
from harness.shop.defects.registry import practices_with
from harness.shop.logs import Log
from harness.shop.metrics import Metrics
from harness.shop.order_book import OrderBook
from harness.shop.order_rate import OrderRate
from harness.shop.order_service import OrderService
from harness.shop.practices import Practices
from harness.shop.reconciliation.book import DayBook
from harness.shop.reconciliation_service import Reconciliation
from harness.shop.refund_service import RefundService
from harness.shop.refunds.book import RefundBook
from harness.shop.renewable import Renewable, with_key
from harness.shop.settlement import Settlement
from harness.shop.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The parts of a running shop, as its routes use them."""

    store: Store
    accounts: Accounts
    book: OrderBook
    orders: OrderService
    refunds: RefundService
    reconciliation: DailyReconciliation
    rate: OrderRate
    queries: ActiveQuery
    settlement: Settlement
    callbacks: CallbackReceiver
    inbox: Inbox | None
    """Where believed callbacks wait to be booked; None: they are booked at once."""
    confirmations: Confirmations
    gateway: PaymentGateway
    renewable: Renewable
    """The same, as whoever exchanges its key has it."""
    clock: BusinessClock
    practices: Practices
    metrics: Metrics
    log: Log
    origins: frozenset[str]
    """The addresses its own pages are served from."""
    limit: Fen | None
    """The most a single payment may be, in fen."""
    providers: frozenset[Provider]
    """Those it takes payments of."""
    over_mcp: bool
    """Whether orders are to go over MCP first."""
    experience: bool
    """Whether payments are the experience edition's, which are refunded within 24 hours."""
    openid: str | None
    """Who a shopper is to WeChat: every session's, as if WeChat had told it at log-in."""
    observer_token: str = field(repr=False)
    noted: str = field(repr=False)
    """What is written down with each order beside what it is: nothing."""
    told_to_page: str = field(repr=False)
    """What the scripts of the payment page are told of the settings."""
    served_beside: Mapping[str, str] = field(repr=False)
    """Files that it serves beside its pages, by path."""

    def start(self) -> None:
        """Begin the background work: asking about unpaid orders, booking, writing confirmations."""
        self.confirmations.start()
        if self.inbox is not None:
            self.inbox.start()
        self.reconciliation.start()
        self.queries.start()

    def take_key(self, key_file: str, serial: str) -> None:
        """Sign by another certificate of the merchant account from now on.

        Raises:
            ConfigurationError: no private key can be read there.
        """
        self.practices.take_key(self.renewable, with_key(self.renewable.settings, key_file, serial))

    def stop(self) -> None:
        """End everything that runs in the background and give back files and sockets."""
        self.queries.stop()
        if self.inbox is not None:
            self.inbox.stop()
        self.confirmations.stop()
        self.gateway.close_connections()
        self.refunds.close_connections()
        self.reconciliation.close_connections()
        self.store.close()


def build_shop(
    settings: Settings,
    *,
    database: Path,
    origins: Collection[str],
    observer_token: str,
    defects: Collection[str] = (),
    variants: Collection[str] = (),
    listeners: Sequence[Listener] = (),
    clock: BusinessClock | None = None,
) -> Shop:
    """Put a shop together; nothing runs until `start`.

    Args:
        settings: the merchant account, the platform's key, where callbacks are to arrive.
        database: the SQLite file.
        origins: scheme, host and port under which pages are opened.
        observer_token: opens the read-only view and the clock under `/golive`.
        defects: deliberate faults, by name.
        variants: other rightful ways, by name.
        listeners: hear the gateway's exchanges, beside the shop's own log and metrics.
        clock: business time; None: one that begins at real time.

    Raises:
        UsageError: a defect or a variant that is none.
        UnsafeRequest: the endpoint's address is neither https nor loopback.
    """
    practices = practices_with(defects, variants)
    metrics, log = (
        Metrics(practices.counting),
        Log(settings.secrets(), practices.masked, practices.log_leaves_out),
    )
    clock = clock or BusinessClock()
    listeners = (metrics.exchange, log.exchange, *listeners)
    renewable = Renewable(
        lambda current: practices.gateway(current, listeners, lambda: clock.now().timestamp()), settings
    )
    store = Store(database)
    book = OrderBook(store)
    gateway = cast("PaymentGateway", renewable)
    if settings.alipay is not None:
        guard = Unguarded()
        guard.verify = public_roots(environment=True)
        alipay = behind_mcp(
            practices.alipay_gateway(settings, listeners),
            settings,
            provider=Provider.ALIPAY,
            listeners=listeners,
            now=lambda: clock.now().timestamp(),
            guard=guard,
        )
        gateway = cast("PaymentGateway", GatewayByProvider(gateway, alipay, book.provider_of))
    confirmations = Confirmations(store, book)
    refund_book = RefundBook(store)
    settlement = Settlement(
        store=store,
        book=book,
        refunds=refund_book,
        settings=settings.wechat,
        practices=practices,
        metrics=metrics,
        confirmations=confirmations,
        alipay=settings.alipay,
    )
    inbox = None
    if (after_s := practices.books_after_s) is not None:
        inbox = Inbox(practices.inbox_store(store), lambda paid: settlement.apply(paid, "callback"), after_s)
    refunds = RefundService(
        open_gateway=lambda now: _refund_gateway(now, practices, listeners, book),
        settings=lambda: renewable.settings,
        book=refund_book,
        orders=book,
        clock=clock,
        practices=practices,
        notify_url=settings.wechat.notify_url,
        log=log,
        look_at_order=lambda number: queries.look(number),  # noqa: PLW0108 - it is made below
    )
    reconciliation = DailyReconciliation(
        tuple(
            Reconciliation(
                open_gateway=partial(_bill_gateway, opening, listeners),
                settings=lambda: renewable.settings,
                book=DayBook(store, provider),
                clock=clock,
                no_bill_codes=no_bill_codes,
                practices=practices,
                log=log,
            )
            for provider, opening, no_bill_codes in (
                (Provider.WECHAT, practices.bill_gateway, practices.no_bill_codes),
                (Provider.ALIPAY, practices.alipay_bill_gateway, practices.alipay_no_bill_codes),
            )
            if provider is Provider.WECHAT or settings.alipay is not None
        )
    )
    queries = ActiveQuery(
        gateway=gateway,
        book=book,
        settlement=settlement,
        clock=clock,
        practices=practices,
        log=log,
        jobs=(refunds, reconciliation),
    )
    return Shop(
        store=store,
        accounts=Accounts(store),
        book=book,
        orders=OrderService(
            gateway=gateway,
            book=book,
            queries=queries,
            clock=clock,
            practices=practices,
            log=log,
            wechat=lambda: renewable.wechat,
            alipay=settings.alipay,
        ),
        refunds=refunds,
        reconciliation=reconciliation,
        rate=OrderRate(practices.orders_a_minute, exempt=[DEMONSTRATIONS[0].email]),
        queries=queries,
        settlement=settlement,
        callbacks=CallbackReceiver(
            settings=settings,
            settlement=settlement,
            refunds=refunds,
            practices=practices,
            inbox=inbox,
            metrics=metrics,
            log=log,
        ),
        inbox=inbox,
        confirmations=confirmations,
        gateway=gateway,
        renewable=renewable,
        clock=clock,
        practices=practices,
        metrics=metrics,
        log=log,
        origins=frozenset(origins),
        limit=settings.mcp.max_amount if practices.minds_limit else None,
        providers=frozenset(Provider) if settings.alipay is not None else frozenset({Provider.WECHAT}),
        over_mcp=settings.mcp.enabled,
        experience=settings.mcp.experience,
        openid=settings.test_openid,
        observer_token=observer_token,
        noted=practices.noted(settings),
        told_to_page=practices.told_to_page(settings),
        served_beside=practices.served_beside(settings),
    )


def _bill_gateway(
    opening: Callable[[Settings, Sequence[Listener]], BillGateway],
    listeners: Sequence[Listener],
    settings: Settings,
) -> BillGateway:
    return opening(settings, listeners)


def _refund_gateway(
    settings: Settings, practices: Practices, listeners: Sequence[Listener], book: OrderBook
) -> RedirectingGateway:
    """That of WeChat, and of Alipay where the shop takes it."""
    wechat = practices.refund_gateway(settings, listeners)
    if settings.alipay is None:
        return wechat
    return RefundsByProvider(wechat, practices.alipay_gateway(settings, listeners), book.provider_of)
