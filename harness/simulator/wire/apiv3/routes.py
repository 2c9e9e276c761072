"""The way of a v3 request: route, read, fault, authenticate, perform, answer (facts 1.5)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from harness.core.payment import TRADE_STATE_DESC, Dialect
from harness.levers.models import Fault, FaultOperation
from harness.simulator.account.identity import Identity
from harness.simulator.faults.rules import FaultBook
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.apiv3.answer import Spoil, Writer
from harness.simulator.wire.apiv3.auth import Gatekeeper
from harness.simulator.wire.apiv3.call import Call, read_call
from harness.simulator.wire.apiv3.certificates import Certificates
from harness.simulator.wire.apiv3.echo import Echo, Enqueue
from harness.simulator.wire.apiv3.errors import WireError, injected, unreadable
from harness.simulator.wire.apiv3.orders import Orders
from harness.simulator.wire.apiv3.reply import Reply
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.hangup import hang_up

__all__ = ["ApiV3"]

_SPOILS: Mapping[str, Spoil] = {"wrong_signature": "wrong_signature", "probe_signature": "probe_signature"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: its method, what faults call it, how to answer, and which order a request is about."""

    method: str
    fault: FaultOperation
    perform: Callable[[Call], Awaitable[Reply]]
    about: Callable[[Call], str | None] = lambda call: None
    transactions: bool = True
    """Whether it lies under /v3/pay/transactions, whose 401 answers have habits of their own."""


class ApiV3:
    """The wire of one simulator.

    Args:
        enqueue: schedules callbacks.
        plain_http: hosts beside loopback whose notify_url may be http.
        signing_clock: Unix seconds that answers carry; another than real time only as a defect.
    """

    def __init__(
        self,
        *,
        platform: Platform,
        identity: Identity,
        faults: FaultBook,
        enqueue: Enqueue,
        plain_http: frozenset[str] = frozenset(),
        signing_clock: Callable[[], float] = time.time,
    ) -> None:
        self.gate = Gatekeeper(identity)
        self.writer = Writer(identity, signing_clock)
        self.faults = faults
        self._orders = Orders(platform, plain_http=plain_http)
        self._certificates = Certificates(identity)
        self._echo = Echo(identity, enqueue, plain_http=plain_http)

    def routes(self) -> list[Route]:
        """Every path of this wire; the most frequent first, since they are tried in order."""
        orders = self._orders
        transactions = "/v3/pay/transactions"
        numbered = f"{transactions}/out-trade-no/{{out_trade_no}}"

        def create(perform: Callable[[Call], Awaitable[Reply]]) -> Operation:
            return Operation("POST", "create", perform, about=orders.number_in_body)

        return [
            self._route(f"{transactions}/native", create(orders.native)),
            self._route(f"{transactions}/jsapi", create(orders.jsapi)),
            self._route(numbered, Operation("GET", "query", orders.query, about=orders.number_in_path)),
            self._route(
                f"{numbered}/close", Operation("POST", "close", orders.close, about=orders.number_in_path)
            ),
            self._route(f"{transactions}/h5", create(orders.h5)),
            self._route(f"{transactions}/app", create(orders.app)),
            self._route(
                f"{transactions}/id/{{transaction_id}}",
                Operation("GET", "query", orders.query_transaction, about=orders.number_of_transaction),
            ),
            self._route(
                "/v3/certificates",
                Operation("GET", "certificates", self._certificates.download, transactions=False),
            ),
            self._route("/v3/security/echo", Operation("POST", "echo", self._echo.echo, transactions=False)),
        ]

    def _route(self, path: str, operation: Operation) -> Route:
        return Route(path, _Endpoint(self, operation))


class _Endpoint:
    """The ASGI application behind one path. Raw, because this is the path that load takes."""

    def __init__(self, wire: ApiV3, operation: Operation) -> None:
        self._wire = wire
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire, operation = self._wire, self._operation
        if scope["method"] != operation.method:
            await wire.writer.empty(send, 405)
            return
        call = read_call(scope)
        try:
            call.body = await read_body(scope, receive)
        except (TooLarge, TooSlow) as error:
            await wire.writer.refusal(send, unreadable(error), english=call.english)
            return
        except Disconnected:
            return
        fault = None
        if wire.faults.armed:
            fault = wire.faults.take(operation.fault, operation.about(call), Dialect.APIV3)
        if fault is not None and await self._instead(call, fault, receive, send):
            return
        outcome = await self._perform(call)
        if fault is not None and fault.action == "drop_after_acceptance":
            await hang_up(receive, send)
        elif isinstance(outcome, WireError):
            await wire.writer.refusal(send, outcome, english=call.english)
        else:
            await self._tell(call, outcome, fault, send)

    async def _instead(self, call: Call, fault: Fault, receive: Receive, send: Send) -> bool:
        """Act on a fault that comes before everything else; whether that was the end of the request."""
        if fault.action in ("refuse", "reset"):
            await hang_up(receive, send, reset=fault.action == "reset")
            return True
        if fault.action == "status":
            error = injected(int(fault.value or 500))
            serial = self._wire.gate.serial_for(call)
            await self._wire.writer.refusal(send, error, english=call.english, serial=serial)
            return True
        if fault.action == "delay":
            await asyncio.sleep(float(fault.value or 0))
        return False

    async def _perform(self, call: Call) -> Reply | WireError:
        try:
            self._wire.gate.admit(call, transactions=self._operation.transactions)
            return await self._operation.perform(call)
        except WireError as error:
            return error

    async def _tell(self, call: Call, reply: Reply, fault: Fault | None, send: Send) -> None:
        payload, spoil = reply.payload, None
        if fault is not None:
            spoil = _SPOILS.get(fault.action)
            if fault.action == "trade_state" and payload is not None:
                state = str(fault.value)
                payload = {
                    **payload,
                    "trade_state": state,
                    "trade_state_desc": TRADE_STATE_DESC.get(state, state),
                }
        await self._wire.writer.success(
            send,
            reply.status,
            payload,
            serial=call.serial,
            english=call.english,
            spoil=spoil,
            named=reply.request_id,
        )
