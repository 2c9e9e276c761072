"""Which gateways a merchant's settings ask for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from harness.core.errors import EnvironmentUnreachable, GoLiveError, TargetFailure
from harness.core.exchange import Listener
from harness.core.payment import Dialect, Order, Prepared, Transaction
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.fallback import FallbackGateway
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.mcp.gateway import McpGateway
from harness.gateways.protocol import EndpointStatus, PaymentGateway
from harness.gateways.refusals import ChannelRefusal
from harness.gateways.service_status import ServiceStatus
from harness.settings.model import Settings


def build_gateway(
    settings: Settings,
    *,
    listeners: Sequence[Listener] = (),
    now: Callable[[], float] = time.monotonic,
    guard: Unguarded = UNGUARDED,
) -> PaymentGateway:
    """The gateway the settings ask for. Sends nothing: an endpoint that is away is no reason not to start.

    MCP switched off: the classic API alone. Otherwise MCP first, in the dialect that is set or else the one
    the endpoint turns out to speak, and the classic API behind it.

    Args:
        now: seconds on the clock by which a failed MCP side is left alone for a while.
        guard: shared by both sides, and asked before every request and every order.

    Raises:
        UnsafeRequest: an address is neither https nor loopback.
    """
    classic = ApiV3Gateway(settings.wechat, listeners=listeners, guard=guard)
    if not settings.mcp.enabled:
        return classic
    return FallbackGateway(_primary(settings, listeners, guard), classic, now=now)


def _primary(settings: Settings, listeners: Sequence[Listener], guard: Unguarded) -> PaymentGateway:
    if settings.mcp.dialect is Dialect.MCP:
        return McpGateway(settings.mcp, appid=settings.wechat.appid, listeners=listeners, guard=guard)
    if settings.mcp.dialect is Dialect.ENVELOPE:
        return EnvelopeGateway(settings.mcp, settings.wechat, listeners=listeners, guard=guard)
    return ProbingGateway(
        McpGateway(settings.mcp, appid=settings.wechat.appid, listeners=listeners, guard=guard),
        EnvelopeGateway(settings.mcp, settings.wechat, listeners=listeners, guard=guard),
    )


class ProbingGateway:
    """Finds out with its first request which dialect the endpoint speaks, and keeps to it. Thread-safe.

    Args:
        mcp: tried first.
        envelope: tried where something answers that is no Model Context Protocol.
    """

    def __init__(self, mcp: McpGateway, envelope: EnvelopeGateway) -> None:
        self._mcp = mcp
        self._envelope = envelope
        self._lock = threading.Lock()
        self._chosen: McpGateway | EnvelopeGateway | None = None
        self._failure: GoLiveError | None = None

    @property
    def dialect(self) -> Dialect:
        """The one found out; MCP, which is tried first, as long as nothing is known."""
        return (self._chosen or self._mcp).dialect

    @property
    def can_close(self) -> bool:
        """Whether the dialect found out has a close; True as long as nothing is known."""
        return (self._chosen or self._mcp).can_close

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
        """Whether it answers in either dialect."""
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
        """Give back what both hold."""
        try:
            self._mcp.close_connections()
        finally:
            self._envelope.close_connections()

    def _endpoint(self) -> McpGateway | EnvelopeGateway:
        """The gateway of the endpoint's dialect.

        Raises:
            EnvironmentUnreachable: nothing answers; what it speaks is found out another time.
            ChannelRefusal: it answers in neither dialect, or refuses our key.
        """
        return self._chosen or self._choose(self._failure)

    def _choose(self, before: GoLiveError | None) -> McpGateway | EnvelopeGateway:
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

    def _found_out(self) -> McpGateway | EnvelopeGateway:
        try:
            self._mcp.handshake()
        except ChannelRefusal as refused:
            if refused.status in (401, 429) or refused.status >= 500:
                # A wrong key and a full house say nothing of the dialect.
                raise
            return self._envelope_or(refused)
        return self._mcp

    def _envelope_or(self, refused: ChannelRefusal) -> EnvelopeGateway:
        try:
            self._envelope.health()
        except TargetFailure as error:
            raise ChannelRefusal(
                refused.status,
                "",
                f"the endpoint speaks neither dialect: MCP: {refused.message}; envelope: {error.what}",
                where="handshake",
            ) from error
        return self._envelope
