"""What every gateway can do, whatever dialect it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from harness.core.bill import TradeBill
from harness.core.payment import Order, PayersCard, Prepared, Refund, RefundOrder, Transaction
from harness.gateways.service_status import ServiceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStatus:
    """What a probe found. `clock_skew_s` is the platform's clock minus ours, in seconds."""

    reachable: bool
    """Whether any HTTP answer came."""
    clock_skew_s: float
    """Positive when the platform's clock is ahead; 0.0 when nothing told the time."""
    detail: str
    """One sentence for a person: what answered, or why nothing did."""
    trusted: bool = False
    """Whether the answer was a success that carried a signature that holds."""


class PaymentGateway(Protocol):
    """Client of a payment endpoint.

    Every method raises `EnvironmentUnreachable` when nothing was sent, `UnknownOutcome` when something
    was sent and no trustworthy answer came, `PlatformRefusal` when the platform refused in its own
    words, and `SignatureInvalid` when an answer is not signed as it must be. A caller may rely on no more
    and no less: after the last three on `create` the order may exist, so the next step is `query`.
    """

    @property
    def dialect(self) -> str:
        """What it speaks, or tries first."""
        ...

    @property
    def can_close(self) -> bool:
        """Whether its dialect can close an order at all."""
        ...

    def create(self, order: Order) -> Prepared:
        """Place the order; the same order again is allowed and yields a fresh handle (facts 3.3)."""
        ...

    def query(self, out_trade_no: str) -> Transaction:
        """What the platform says of the order now. An unknown `trade_state` is kept as text."""
        ...

    def close(self, out_trade_no: str) -> None:
        """Close an unpaid order; closing twice is fine (facts 3.5)."""
        ...

    def probe(self) -> EndpointStatus:
        """Whether the endpoint answers, and how far the clocks are apart; never raises for a target."""
        ...

    def status(self) -> ServiceStatus:
        """Whether payments go over MCP, and what the service says now; never raises for a target."""
        ...

    def close_connections(self) -> None:
        """Give back the sockets; the gateway is not used afterwards."""
        ...


class DialectGateway(PaymentGateway, Protocol):
    """A gateway that speaks one dialect, and no other."""

    def recognise(self) -> None:
        """Ask what only an endpoint of this dialect answers; nothing is ordered.

        Raises:
            NotSpoken: an answer came, and it is none of this dialect.
            GoLiveError: anything else, which says nothing of the dialect.
        """
        ...


class RefundGateway(Protocol):
    """What gives money back; raises as `PaymentGateway` does, and after an unclear `refund` it may exist."""

    def refund(self, order: RefundOrder) -> Refund:
        """Ask for a refund; the same order again is the same refund (facts 3.7)."""
        ...

    def query_refund(self, out_refund_no: str, out_trade_no: str = "") -> Refund:
        """What the platform says of it now. Alipay knows a refund only by its order's number, too."""
        ...

    def close_connections(self) -> None:
        """Give back the sockets; the gateway is not used afterwards."""
        ...


class RedirectingGateway(RefundGateway, Protocol):
    """One that also sends a refund elsewhere which found no way back; WeChat's alone does."""

    def redirect_refund(self, refund_id: str, out_refund_no: str, card: PayersCard) -> Refund:
        """Send an abnormal refund to a card of the payer's (facts 3.7)."""
        ...


class BillGateway(Protocol):
    """What fetches bills; raises as `PaymentGateway` does."""

    def trade_bill(self, day: date) -> TradeBill:
        """Every payment and refund of one Beijing day, from ten o'clock of the next (facts 3.8).

        Raises:
            TargetFailure: the file is not what was announced, or cannot be read.
        """
        ...

    def close_connections(self) -> None:
        """Give back the sockets; the gateway is not used afterwards."""
        ...
