"""The way of a request on this wire: route, read, fault, authenticate, perform, answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

from harness.simulator.account.environment import mcp_settings
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import Refused
from harness.simulator.wire.envelope.answer import Writer
from harness.simulator.wire.envelope.auth import Gatekeeper
from harness.simulator.wire.envelope.call import Call, read_call
from harness.simulator.wire.envelope.errors import invalid
from harness.simulator.wire.envelope.orders import Orders
from harness.simulator.wire.envelope.refunds import Refunds
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.errors import Refusal, business, unreadable
from harness.simulator.wire.kit.faults import hit_by
from harness.simulator.wire.kit.wire import Wire, WireContext

PREFIX = "/mcp/v1/"
"""Everything below the endpoint's path; the path itself belongs to the Model Context Protocol."""
HEALTH = "session"
"""What probes are called in the fault book: only a fault of operation `any` meets them."""


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
        self._context = context
        self._gate = Gatekeeper(context.merchants)
        self._writer = Writer(signs=context.practices.signs_envelopes)
        orders, refunds = Orders(context), Refunds(context)
        self._operations = {
            f"{PREFIX}wechat/health": _Operation(HEALTH, orders.health),
            f"{PREFIX}wechat/payment/create": _Operation("create", orders.create),
            f"{PREFIX}wechat/payment/query": _Operation("query", orders.query),
            f"{PREFIX}wechat/payment/refund": _Operation("refund", refunds.ask),
            f"{PREFIX}wechat/payment/refund/query": _Operation("refund-query", refunds.query),
        }

    def handles(self, path: str) -> bool:
        """Everything below the endpoint's path."""
        return path.startswith(PREFIX)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """Where its endpoint is, and with which keys it is spoken to."""
        return mcp_settings(identity, base_url)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        context = self._context
        call, hit = Call({}, {}, context.merchant), None
        try:
            if scope["path"] == f"{PREFIX}health" and scope["method"] == "HEAD":
                hit = hit_by(context.faults.take(HEALTH, None, context.dialect), receive, send)
                if hit is None or not await hit.before():
                    await self._writer.alive(send)
                return
            operation = self._find(scope)
            body = await read_body(scope, receive)
            call, problem = read_call(scope, body, call.merchant)
            fault = context.faults.take(operation.fault, call.out_trade_no, context.dialect)
            hit = hit_by(fault, receive, send)
            if hit is not None:
                if await hit.before():
                    return
                send = hit.answer(send)
                call.refund_ends = hit.refund_ends
            if problem is not None:
                raise problem
            self._gate.admit(call)
            data = operation.perform(call)
            if hit is not None and (late := hit.late_refusal) is not None:
                raise late
            if hit is not None and hit.state is not None:
                data["tradeState"] = hit.state
        except Refusal as error:
            await self._writer.refusal(send, call, error)
        except Refused as refused:
            await self._writer.refusal(send, call, business(refused))
        except (TooLarge, TooSlow) as error:
            await self._writer.refusal(send, call, unreadable(error, too_large=413))
        except Disconnected:
            return
        else:
            signature = hit.signature if hit else "genuine"
            await self._writer.success(send, call, data, signature=signature)

    def _find(self, scope: Scope) -> _Operation:
        operation = self._operations.get(scope["path"])
        if operation is None:
            raise invalid("没有这个接口 (no such operation)", status=404)
        if scope["method"] != "POST":
            raise invalid("此接口只接受POST (method not allowed)", status=405)
        return operation
