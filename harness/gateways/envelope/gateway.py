"""The dialect of the plan's own app: signed JSON over plain HTTP requests (envelope facts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx

from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UsageError,
)
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared, Provider, Transaction
from harness.gateways.alipay.gateway import alipay_mcp_of
from harness.gateways.clock_skew import skew_s
from harness.gateways.envelope.alipay import AlipayOperations
from harness.gateways.envelope.mapping import WeChatOperations, same_merchant
from harness.gateways.envelope.operations import Operations
from harness.gateways.envelope.transport import EnvelopeWire, Opened, new_request_id
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.protocol import EndpointStatus
from harness.gateways.refusals import NotSpoken
from harness.gateways.retries import attempted
from harness.gateways.service_status import ServiceStatus
from harness.settings.model import McpSettings, Settings

UNSIGNED = "nothing inside data is signed: only TLS protects amounts, states and addresses"
"""The dialect's own weakness, said wherever its state is told."""


def open_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> EnvelopeGateway:
    """The gateway of a merchant's settings."""
    operations = WeChatOperations(settings.wechat)
    return EnvelopeGateway(settings.mcp, operations, listeners=listeners, guard=guard)


def open_alipay_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> EnvelopeGateway:
    """The gateway to Alipay's endpoint of a merchant's settings.

    Raises:
        ConfigurationError: they name none.
    """
    alipay, mcp = alipay_mcp_of(settings)
    return EnvelopeGateway(mcp, AlipayOperations(alipay), listeners=listeners, guard=guard)


class EnvelopeGateway:
    """A merchant's gateway to an endpoint of this dialect. Thread-safe.

    Args:
        settings: endpoint, keys and patience.
        operations: whose they are, and how they are asked for.
        listeners: hear every exchange.
        guard: asked before every request and every order.

    Raises:
        UnsafeRequest: the endpoint is neither https nor loopback.
    """

    can_close = False

    def __init__(
        self,
        settings: McpSettings,
        operations: Operations,
        *,
        listeners: Sequence[Listener] = (),
        guard: Unguarded = UNGUARDED,
    ) -> None:
        self._settings = settings
        self._operations = operations
        self._guard = guard
        self._wire = EnvelopeWire(settings, operations, listeners=listeners, guard=guard)

    @property
    def dialect(self) -> str:
        """Which row of the table it speaks."""
        return self._operations.dialect

    def create(self, order: Order) -> Prepared:
        """Place an order of any product that the provider sells here.

        Raises:
            NotSold: not this one; nothing was sent.
        """
        members = self._operations.create(order)
        self._guard.spend(order.out_trade_no, order.amount, provider=self._operations.provider)
        opened = self._ask("payment/create", members, "create", order.out_trade_no)
        return self._operations.prepared(order, opened.data, request_id=opened.request_id)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask by the merchant's own number."""
        try:
            opened = self._ask("payment/query", self._operations.query(out_trade_no), "query", out_trade_no)
        except PlatformRefusal as error:
            if (found := self._operations.not_there(out_trade_no, error)) is not None:
                return found
            raise
        same_merchant(opened.data, self._settings.merchant_id)
        return self._operations.transaction(opened.data, out_trade_no=out_trade_no)

    def close(self, out_trade_no: str) -> None:
        """Refused before anything is sent: the dialect has no such operation.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"the envelope cannot close {out_trade_no}",
            where="close",
            remedy="close it over the classic API, which knows the same order",
        )

    def status(self) -> ServiceStatus:
        """Whether the endpoint is healthy; one that does not answer is a status, not an error."""
        try:
            self.health()
        except GoLiveError as error:
            return ServiceStatus(enabled=True, wechat=False, alipay=False, detail=str(error))
        return ServiceStatus(
            enabled=True,
            wechat=self._operations.provider is Provider.WECHAT,
            alipay=self._operations.provider is Provider.ALIPAY,
            detail=f"the envelope endpoint answers; {UNSIGNED}",
        )

    def probe(self) -> EndpointStatus:
        """Ask for health and read the endpoint's clock from its signed answer."""
        try:
            opened = self.health()
        except (EnvironmentUnreachable, UnknownOutcome) as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        except GoLiveError as error:
            return EndpointStatus(reachable=True, clock_skew_s=0.0, detail=str(error))
        stamp = httpx.Headers({"Wechatpay-Timestamp": str(opened.timestamp_ms // 1000)})
        return EndpointStatus(
            reachable=True,
            clock_skew_s=skew_s(stamp, opened.sent, opened.received),
            detail=f"envelope, signed; {UNSIGNED}",
            trusted=True,
        )

    def health(self) -> Opened:
        """The signed answer to a health request.

        Raises:
            GoLiveError: as every request.
        """
        return self._ask("health", {}, "health", None)

    def recognise(self) -> None:
        """Ask for health, which is answered with a signature.

        Raises:
            NotSpoken: whatever answers, it is no believable envelope.
        """
        try:
            self.health()
        except TargetFailure as error:
            status = error.status if isinstance(error, PlatformRefusal) else 0
            raise NotSpoken(status, "", error.what, where="health") from error

    def close_connections(self) -> None:
        """Give back the sockets."""
        self._wire.close()

    def _ask(self, path: str, members: Mapping[str, object], operation: str, number: str | None) -> Opened:
        """Send, again only where nothing was sent, and then the same request."""
        request_id = new_request_id()
        path = f"/{self._operations.provider}/{path}"
        return attempted(
            lambda: self._wire.request(
                path, members, operation=operation, request_id=request_id, number=number
            ),
            attempts=self._settings.retry_count,
            budget_s=self._settings.timeout_ms / 1000,
        )
