"""Which gateways a merchant's settings ask for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from harness.core import dialects as table
from harness.core.errors import EnvironmentUnreachable, GoLiveError
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared, Provider, Transaction
from harness.gateways.fallback import FallbackGateway
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.protocol import DialectGateway, EndpointStatus, PaymentGateway
from harness.gateways.refusals import ChannelRefusal, NotSpoken
from harness.gateways.service_status import ServiceStatus
from harness.settings.model import Settings


def open_gateway(
    dialect: str,
    settings: Settings,
    *,
    listeners: Sequence[Listener] = (),
    guard: Unguarded = UNGUARDED,
) -> DialectGateway:
    """The gateway of one dialect. Sends nothing.

    Raises:
        UsageError: there is no such dialect.
        UnsafeRequest: the address is neither https nor loopback.
    """
    made: DialectGateway = table.made(table.dialect(dialect).gateway)(
        settings, listeners=listeners, guard=guard
    )
    return made


def open_classic(
    settings: Settings,
    *,
    provider: Provider = Provider.WECHAT,
    listeners: Sequence[Listener] = (),
    guard: Unguarded = UNGUARDED,
) -> DialectGateway:
    """The gateway of the provider's own API."""
    return open_gateway(table.classic_of(provider).id, settings, listeners=listeners, guard=guard)


def open_endpoint(
    settings: Settings,
    *,
    provider: Provider = Provider.WECHAT,
    listeners: Sequence[Listener] = (),
    guard: Unguarded = UNGUARDED,
) -> PaymentGateway:
    """The gateway of the provider's MCP endpoint: in the dialect that is set, or that it turns out to speak.

    Raises:
        ConfigurationError: the settings name no such endpoint.
    """
    mcp = settings.mcp_of(provider)
    if mcp is not None and mcp.dialect is not None:
        return open_gateway(mcp.dialect, settings, listeners=listeners, guard=guard)
    return ProbingGateway(
        [
            open_gateway(dialect, settings, listeners=listeners, guard=guard)
            for dialect in table.mcp_dialects(provider)
        ]
    )


def build_gateway(
    settings: Settings,
    *,
    provider: Provider = Provider.WECHAT,
    listeners: Sequence[Listener] = (),
    now: Callable[[], float] = time.monotonic,
    guard: Unguarded = UNGUARDED,
) -> PaymentGateway:
    """The gateway the settings ask for. Sends nothing: an endpoint that is away is no reason not to start.

    MCP switched off, or no endpoint of that provider's: the classic API alone. Otherwise the MCP endpoint
    first, and the classic API behind it.

    Args:
        now: seconds on the clock by which a failed MCP side is left alone for a while.
        guard: shared by both sides, and asked before every request and every order.

    Raises:
        UnsafeRequest: an address is neither https nor loopback.
    """
    classic = open_classic(settings, provider=provider, listeners=listeners, guard=guard)
    return behind_mcp(classic, settings, provider=provider, listeners=listeners, now=now, guard=guard)


def behind_mcp(
    classic: PaymentGateway,
    settings: Settings,
    *,
    provider: Provider,
    listeners: Sequence[Listener],
    now: Callable[[], float],
    guard: Unguarded,
) -> PaymentGateway:
    """A gateway of the provider's own API, with its MCP endpoint in front where the settings ask for that."""
    if not settings.mcp.enabled or settings.mcp_of(provider) is None:
        return classic
    first = open_endpoint(settings, provider=provider, listeners=listeners, guard=guard)
    return FallbackGateway(first, classic, now=now)


class ProbingGateway:
    """Finds out with its first request which dialect the endpoint speaks, and keeps to it. Thread-safe.

    Args:
        candidates: one a dialect, in the order they are tried.
    """

    def __init__(self, candidates: Sequence[DialectGateway]) -> None:
        self._candidates = tuple(candidates)
        self._lock = threading.Lock()
        self._chosen: DialectGateway | None = None
        self._failure: GoLiveError | None = None

    @property
    def dialect(self) -> str:
        """The one found out; the one tried first as long as nothing is known."""
        return (self._chosen or self._candidates[0]).dialect

    @property
    def can_close(self) -> bool:
        """Whether the dialect found out has a close; the first one's answer as long as nothing is known."""
        return (self._chosen or self._candidates[0]).can_close

    def create(self, order: Order) -> Prepared:
        """Place the order in the endpoint's dialect."""
        return self._endpoint().create(order)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask in the endpoint's dialect."""
        return self._endpoint().query(out_trade_no)

    def close(self, out_trade_no: str) -> None:
        """Close in the endpoint's dialect.

        Raises:
            ChannelRefusal: that dialect cannot.
        """
        endpoint = self._endpoint()
        if not endpoint.can_close:
            raise ChannelRefusal(405, "", f"the {endpoint.dialect} dialect cannot close", where="close")
        endpoint.close(out_trade_no)

    def probe(self) -> EndpointStatus:
        """Whether it answers in any of the dialects."""
        try:
            return self._endpoint().probe()
        except EnvironmentUnreachable as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        except GoLiveError as error:
            return EndpointStatus(reachable=True, clock_skew_s=0.0, detail=str(error))

    def status(self) -> ServiceStatus:
        """What the endpoint says of itself in its dialect."""
        try:
            return self._endpoint().status()
        except GoLiveError as error:
            return ServiceStatus(enabled=True, wechat=False, alipay=False, detail=str(error))

    def close_connections(self) -> None:
        """Give back what all of them hold."""
        with ExitStack() as stack:
            for each in self._candidates:
                stack.callback(each.close_connections)

    def _endpoint(self) -> DialectGateway:
        """The gateway of the endpoint's dialect.

        Raises:
            EnvironmentUnreachable: nothing answers; what it speaks is found out another time.
            ChannelRefusal: it answers in none of the dialects, or refuses our key.
        """
        return self._chosen or self._choose(self._failure)

    def _choose(self, before: GoLiveError | None) -> DialectGateway:
        with self._lock:
            if self._chosen is not None:
                return self._chosen
            if self._failure is not None and self._failure is not before:
                # Found out while this call waited: asking once more would make a shopper wait once more.
                raise self._failure
            try:
                self._chosen = self._found_out()
            except GoLiveError as error:
                self._failure = error
                raise
            return self._chosen

    def _found_out(self) -> DialectGateway:
        refusals: list[NotSpoken] = []
        for each in self._candidates:
            try:
                each.recognise()
            except NotSpoken as error:
                refusals.append(error)
                continue
            return each
        said = "; ".join(
            f"{each.dialect}: {error.message}" for each, error in zip(self._candidates, refusals, strict=True)
        )
        raise ChannelRefusal(
            refusals[0].status,
            "",
            f"the endpoint speaks neither of the dialects we know: {said}",
            where="handshake",
        ) from refusals[-1]
