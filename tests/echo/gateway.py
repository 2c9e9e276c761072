"""Client: one signed line to the endpoint, and one signed line back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
)
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared, Transaction
from harness.gateways.answer_members import fen, moment, required, text
from harness.gateways.channel import Channel, Received
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.protocol import EndpointStatus
from harness.gateways.refusals import NotSpoken, refusal
from harness.gateways.retries import attempted
from harness.gateways.service_status import ServiceStatus
from harness.gateways.wire_json import read_object, serialise
from harness.settings.addresses import parse_address
from harness.settings.model import Settings
from tests.echo.signing import HEADER, PATH, sign, verify


def open_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> EchoGateway:
    """The gateway of a merchant's settings."""
    return EchoGateway(settings, listeners=listeners, guard=guard)


class EchoGateway:
    """See `DialectGateway`. Thread-safe."""

    dialect = "echo"
    can_close = True

    def __init__(self, settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> None:
        self._secret = settings.wechat.apiv3_key
        self._wechat = settings.wechat
        self._attempts = settings.mcp.retry_count
        self._patience_s = settings.mcp.timeout_ms / 1000
        self._guard = guard
        self._channel = Channel(
            parse_address(settings.mcp.endpoint).origin,
            dialect=self.dialect,
            headers={"Content-Type": "application/json"},
            listeners=listeners,
            timeout_s=self._patience_s,
            guard=guard,
        )

    def create(self, order: Order) -> Prepared:
        """Place an order by QR."""
        self._guard.spend(order.out_trade_no, order.amount)
        once = secrets.token_hex(16)
        told = self._ask(
            "create",
            order.out_trade_no,
            once=once,
            amount=int(order.amount),
            description=order.description,
            notify_url=order.notify_url,
            time_expire=order.time_expire.isoformat() if order.time_expire else None,
        )
        return Prepared(
            out_trade_no=order.out_trade_no,
            code_url=required(told, "code_url"),
            expire_time=moment(told, "expire_time"),
            request_id=once,
            dialect=self.dialect,
        )

    def query(self, out_trade_no: str) -> Transaction:
        """Ask by the merchant's own number."""
        told = self._ask("query", out_trade_no)
        return Transaction(
            out_trade_no=out_trade_no,
            trade_state=required(told, "state"),
            mchid=self._wechat.mchid,
            appid=self._wechat.appid,
            transaction_id=text(told, "transaction_id"),
            success_time=moment(told, "success_time"),
            total=fen(told, "amount"),
            currency="CNY",
        )

    def close(self, out_trade_no: str) -> None:
        """Close an unpaid order."""
        self._ask("close", out_trade_no)

    def recognise(self) -> None:
        """Greet the endpoint."""
        try:
            self._ask("hello", "")
        except TargetFailure as error:
            status = error.status if isinstance(error, PlatformRefusal) else 0
            raise NotSpoken(status, "", error.what, where="hello") from error

    def probe(self) -> EndpointStatus:
        """Greet the endpoint; it tells no time."""
        try:
            self._ask("hello", "")
        except (EnvironmentUnreachable, UnknownOutcome) as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        except GoLiveError as error:
            return EndpointStatus(reachable=True, clock_skew_s=0.0, detail=str(error))
        return EndpointStatus(reachable=True, clock_skew_s=0.0, detail="echo, signed", trusted=True)

    def status(self) -> ServiceStatus:
        """It serves WeChat as long as it greets back."""
        found = self.probe()
        return ServiceStatus(enabled=True, wechat=found.trusted, alipay=False, detail=found.detail)

    def close_connections(self) -> None:
        """Give back the sockets."""
        self._channel.close()

    def _ask(self, operation: str, out_trade_no: str, **members: object) -> Mapping[str, object]:
        line = serialise({"merchant": self._wechat.mchid, "out_trade_no": out_trade_no, **members}) + b"\n"
        return attempted(
            lambda: self._sent(operation, out_trade_no, line),
            attempts=self._attempts,
            budget_s=self._patience_s,
        )

    def _sent(self, operation: str, out_trade_no: str, line: bytes) -> Mapping[str, object]:
        target = f"{PATH}{operation}"
        self._channel.await_turn(target)
        request = self._channel.request("POST", target, body=line, headers={HEADER: sign(self._secret, line)})
        trip = self._channel.send(request, operation=operation)
        try:
            told = self._believed(trip.received(), operation, out_trade_no)
        except GoLiveError as error:
            self._channel.tell(trip, out_trade_no=out_trade_no or None, error=error)
            raise
        self._channel.tell(trip, out_trade_no=out_trade_no or None, verified=True)
        return told

    def _believed(self, answer: Received, operation: str, out_trade_no: str) -> Mapping[str, object]:
        if answer.status >= 400:
            raise _refusal(answer, operation)
        if answer.status != 200:
            raise UnknownOutcome(f"HTTP {answer.status} settles nothing", where=operation)
        verify(self._secret, answer.headers.multi_items(), answer.body)
        told = read_object(answer.body)
        if told.get("out_trade_no") != out_trade_no:
            raise TargetFailure("the answer speaks of another order", where=operation)
        return told


def _refusal(answer: Received, operation: str) -> PlatformRefusal:
    try:
        told = read_object(answer.body)
    except ValueError:
        told = {}
    return refusal(answer.status, str(told.get("code", "")), str(told.get("message", "")), where=operation)
