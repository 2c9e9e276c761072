"""The way of a request on this wire: route, read, fault, authenticate, perform, answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from harness.levers.models import Fault
from harness.simulator.account.environment import mcp_settings
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.wire.apiv3.transaction import transaction
from harness.simulator.wire.envelope.answer import Spoil, Writer
from harness.simulator.wire.envelope.auth import Call, Gatekeeper, read
from harness.simulator.wire.envelope.errors import EnvelopeRefusal, injected, invalid, unreadable
from harness.simulator.wire.envelope.orders import Orders
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.hangup import hang_up
from harness.simulator.wire.kit.wire import Wire, WireContext

__all__ = ["PREFIX", "Envelope", "open_wire"]

PREFIX = "/mcp/v1/"
"""Everything below the endpoint's path; the path itself belongs to the Model Context Protocol."""
HEALTH = "session"
"""What probes are called in the fault book: only a fault of operation `any` meets them."""

_SPOILS: Mapping[str, Spoil] = {"wrong_signature": "wrong_signature", "probe_signature": "probe_signature"}


@dataclass(frozen=True, slots=True)
class _Operation:
    fault: str
    perform: Callable[[Call], dict[str, object]]


def open_wire(context: WireContext) -> Wire:
    """The envelope dialect of one simulator."""
    return Envelope(context)


class Envelope(Wire):
    """The wire of one simulator."""

    name = "envelope"
    shown = f"{PREFIX}wechat/payment/…"

    def __init__(self, context: WireContext) -> None:
        identity = context.identity
        self._dialect = context.dialect
        self._identity = identity
        self._faults = context.faults
        self._gate = Gatekeeper(identity)
        self._writer = Writer(identity, signs=context.practices.signs_envelopes)
        orders = Orders(context.platform, identity, context.dialect, plain_http=context.plain_http)
        self._operations = {
            f"{PREFIX}wechat/health": _Operation(HEALTH, orders.health),
            f"{PREFIX}wechat/payment/create": _Operation("create", orders.create),
            f"{PREFIX}wechat/payment/query": _Operation("query", orders.query),
        }

    def handles(self, path: str) -> bool:
        """Everything below the endpoint's path."""
        return path.startswith(PREFIX)

    def settings(self, base_url: str, notify_url: str) -> dict[str, str]:
        """Where its endpoint is, and with which keys it is spoken to."""
        return mcp_settings(self._identity, base_url)

    def told(self, order: PlatformOrder) -> dict[str, object]:
        """The order as the classic API tells it."""
        return transaction(order, self._identity.appid, self._identity.mchid)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        call = Call({}, {})
        try:
            if scope["path"] == f"{PREFIX}health" and scope["method"] == "HEAD":
                await self._probe(receive, send)
                return
            operation = self._find(scope)
            call, fault = await self._read(scope, receive, operation.fault)
            if fault is not None and await _ended_by(fault, receive, send):
                return
            data = self._perform(operation, call, fault)
        except EnvelopeRefusal as refused:
            await self._writer.refusal(send, call.request_id, refused)
        except Disconnected:
            return
        except _Swallowed:
            await hang_up(receive, send)
        else:
            spoil = None if fault is None else _SPOILS.get(fault.action)
            await self._writer.success(send, call.request_id, data, spoil=spoil)

    def _find(self, scope: Scope) -> _Operation:
        operation = self._operations.get(scope["path"])
        if operation is None:
            raise invalid("没有这个接口 (no such operation)", status=404)
        if scope["method"] != "POST":
            raise invalid("此接口只接受POST (method not allowed)", status=405)
        return operation

    async def _probe(self, receive: Receive, send: Send) -> None:
        """HEAD …/health: any answer means that somebody is there."""
        fault = self._faults.take(HEALTH, None, self._dialect)
        if fault is None or not await _ended_by(fault, receive, send):
            await self._writer.alive(send)

    async def _read(self, scope: Scope, receive: Receive, operation: str) -> tuple[Call, Fault | None]:
        """The call, and the fault that hits it; a body that cannot be read is counted as well."""
        try:
            body = await read_body(scope, receive)
        except (TooLarge, TooSlow) as error:
            raise unreadable(error) from None
        try:
            call, problem = read(scope, body), None
        except EnvelopeRefusal as refused:
            call, problem = Call({}, {}), refused
        fault = self._faults.take(operation, Orders.number(call), self._dialect)
        if problem is not None and fault is None:
            raise problem
        return call, fault

    def _perform(self, operation: _Operation, call: Call, fault: Fault | None) -> dict[str, object]:
        swallowed = fault is not None and fault.action == "drop_after_acceptance"
        try:
            self._gate.admit(call)
            data = operation.perform(call)
        except EnvelopeRefusal:
            if swallowed:
                raise _Swallowed from None
            raise
        if swallowed:
            raise _Swallowed
        if fault is not None and fault.action == "trade_state":
            data["tradeState"] = str(fault.value)
        return data


class _Swallowed(Exception):
    """It was done, whatever it was, and nobody will hear of it."""


async def _ended_by(fault: Fault, receive: Receive, send: Send) -> bool:
    """Act on a fault that comes before everything else; whether that was the end of the request.

    Raises:
        EnvelopeRefusal: the fault answers a status.
    """
    if fault.action in ("refuse", "reset"):
        await hang_up(receive, send, reset=fault.action == "reset")
        return True
    if fault.action == "status":
        raise injected(int(fault.value or 500))
    if fault.action == "delay":
        await asyncio.sleep(float(fault.value or 0))
    return False
