"""The way of a request on this wire: route, read, fault, authenticate, perform, answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.types import Receive, Scope, Send

from harness.simulator.account.environment import mcp_settings
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import Refused
from harness.simulator.signatures.refused import RefusedRequest
from harness.simulator.wire.envelope.answer import Writer
from harness.simulator.wire.envelope.auth import Gatekeeper
from harness.simulator.wire.envelope.call import Call, read_call
from harness.simulator.wire.envelope.described import SUMMARIES, described
from harness.simulator.wire.envelope.errors import invalid
from harness.simulator.wire.envelope.forged import forged
from harness.simulator.wire.envelope.orders import Orders
from harness.simulator.wire.envelope.refunds import Refunds
from harness.simulator.wire.envelope.service import HEALTH, Operation, Service
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.described import Described
from harness.simulator.wire.kit.errors import Refusal, SignatureRefused, business, unreadable
from harness.simulator.wire.kit.faults import Hit, Hittable, hit_by
from harness.simulator.wire.kit.raw_message import raw_message
from harness.simulator.wire.kit.wire import Wire, WireContext

PREFIX = "/mcp/v1/"


def _operations(context: WireContext) -> Mapping[str, Operation]:
    orders, refunds = Orders(context), Refunds(context)
    return {
        "wechat/health": Operation(HEALTH, orders.health, SUMMARIES["health"]),
        "wechat/payment/create": Operation("create", orders.create, SUMMARIES["create"], orders.create_body),
        "wechat/payment/query": Operation("query", orders.query, SUMMARIES["query"], orders.query_body),
        "wechat/payment/refund": Operation("refund", refunds.ask, SUMMARIES["refund"], refunds.ask_body),
        "wechat/payment/refund/query": Operation(
            "refund-query", refunds.query, SUMMARIES["refund-query"], refunds.query_body
        ),
    }


WECHAT = Service(
    prefix=PREFIX,
    name="envelope",
    shown=f"{PREFIX}wechat/payment/…",
    success="0000",
    number_of=lambda merchant: merchant.identity.mchid,
    app_of=lambda identity: "",
    api_key_of=lambda identity: identity.mcp_api_key,
    asked_by=lambda identity: identity.mcp.private_key.public_key(),
    answered_by=lambda identity: identity.mcp.platform_key,
    settings=mcp_settings,
    operations=_operations,
)


def open_wire(context: WireContext) -> Wire:
    """The envelope dialect of one simulator, with WeChat's operations."""
    return Envelope(context, WECHAT)


class Envelope(Wire):
    """The wire of one simulator.

    Args:
        service: whose operations they are, and where.
    """

    def __init__(self, context: WireContext, service: Service) -> None:
        self.name, self.shown = service.name, service.shown
        self._service = service
        self._context = context
        self._gate = Gatekeeper(context.merchants, service)
        self._writer = Writer(
            success=service.success, key_of=service.answered_by, signs=context.practices.signs_envelopes
        )
        self._operations = {
            f"{service.prefix}{path}": operation for path, operation in service.operations(context).items()
        }

    def handles(self, path: str) -> bool:
        """Everything below the endpoint's path."""
        return path.startswith(self._service.prefix)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """Where its endpoint is, and with which keys it is spoken to."""
        return self._service.settings(identity, base_url)

    @property
    def operations(self) -> frozenset[str]:
        """What faults call its endpoints."""
        return frozenset(each.fault for each in self._operations.values())

    def described(self) -> Iterator[Described]:
        """Every operation, and the probe."""
        return described(self._service.prefix, self._service.success, self._operations)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        context = self._context
        call = Call({}, {}, context.merchant)
        try:
            if scope["path"] == f"{self._service.prefix}health" and scope["method"] == "HEAD":
                await self._probed(receive, send)
                return
            operation = self._find(scope)
            body = await read_body(scope, receive)
        except Refusal as error:
            await self._writer.refusal(send, call, error)
            return
        except (TooLarge, TooSlow) as error:
            await self._writer.refusal(send, call, unreadable(error, too_large=413))
            return
        except Disconnected:
            return
        call, problem = read_call(scope, body, call.merchant)
        account = self._gate.named(call)
        asked = Hittable(operation.fault, self._about(call, account), context.dialect, account)
        with hit_by(context.faults, asked, receive, send) as hit:
            try:
                if hit is not None:
                    if await hit.before():
                        return
                    send = hit.answer(send)
                    call.refund_ends, call.state = hit.refund_ends, hit.state
                    call.forged = hit.forgery is not None
                if problem is not None:
                    raise problem
                self._gate.admit(call)
                data = await operation.perform(call)
                if hit is not None:
                    hit.performed()
                    if (late := hit.late_refusal) is not None:
                        raise late
            except Refusal as error:
                self._look_into(scope, body, call, error)
                await self._refuse(send, call, error, hit)
            except Refused as refused:
                await self._refuse(send, call, business(refused), hit)
            else:
                await self._say(send, call, data, hit)

    async def _probed(self, receive: Receive, send: Send) -> None:
        """HEAD, which nobody signs."""
        faults = self._context.faults
        with hit_by(faults, Hittable(HEALTH, None, self._context.dialect), receive, send) as hit:
            if hit is None or not await hit.before():
                await self._writer.alive(send if hit is None else hit.answer(send))

    async def _say(self, send: Send, call: Call, data: Mapping[str, object], hit: Hit | None) -> None:
        if hit is None:
            await self._writer.success(send, call, data)
            return
        told = hit.altered(data if hit.forgery is None else forged(data))
        hit.spoils(told, data, signed=hit.spoils_signature)
        await self._writer.success(send, call, told, signature=hit.signature, forgery=hit.forgery)

    async def _refuse(self, send: Send, call: Call, error: Refusal, hit: Hit | None) -> None:
        """A refusal is signed, so a signature can be spoilt there as well."""
        if hit is not None:
            hit.spoils(None, None, signed=hit.signature != "genuine")
        await self._writer.refusal(send, call, error, "genuine" if hit is None else hit.signature)

    def _about(self, call: Call, account: str | None) -> str | None:
        """Which order it is about, by whichever number it names it, before anything is checked."""
        if call.out_trade_no is not None:
            return call.out_trade_no
        holders = (each for owner in self._context.merchants.values() for each in owner.accounts)
        holder = next((each for each in holders if each.mchid == account), None)
        if holder is None:
            return None
        if payment := call.text("paymentId"):
            return holder.number_of_payment(payment)
        return holder.refunds.order_of_number(call.text("outRefundNo"))

    def _look_into(self, scope: Scope, body: bytes, call: Call, error: Refusal) -> None:
        """Where its signature is why, keep it for whoever asks, and say more where answers do."""
        if not isinstance(error, SignatureRefused):
            return
        told = self._context.refused.note(
            RefusedRequest(
                raw_message(scope, body),
                self._context.dialect,
                f"{error.status} {error.code}: {error.message}",
                [call.merchant],
                asked_by=self._service.asked_by,
                about=lambda: call.out_trade_no,
            )
        )
        if told is not None:
            error.detail = {"golive_diagnosis": told}

    def _find(self, scope: Scope) -> Operation:
        operation = self._operations.get(scope["path"])
        if operation is None:
            raise invalid("没有这个接口 (no such operation)", status=404)
        if scope["method"] != "POST":
            raise invalid("此接口只接受POST (method not allowed)", status=405)
        return operation
