"""The way of a request to Alipay's gateway: read, fault, authenticate, perform, answer (facts alipay 1)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypedDict

from starlette.types import Receive, Scope, Send

from harness.levers.actions import Signature
from harness.simulator.account.identity import Identity
from harness.simulator.platform.alipay_rules import CASHIER
from harness.simulator.platform.identifiers import token
from harness.simulator.wire.alipay import answer, bills, members, orders
from harness.simulator.wire.alipay.answer import Addressed
from harness.simulator.wire.alipay.asked import Asked, read_asked
from harness.simulator.wire.alipay.auth import Gatekeeper
from harness.simulator.wire.alipay.bill_counter import BillCounter
from harness.simulator.wire.alipay.call import Call, Operation, order_named, read_json
from harness.simulator.wire.alipay.described import Method, described_download, described_gateway
from harness.simulator.wire.alipay.errors import AlipayRefusal, BadGateway, injected, invalid, no_json
from harness.simulator.wire.alipay.forged import forged
from harness.simulator.wire.alipay.refunds import Refunds
from harness.simulator.wire.alipay.refused_signature import look_into, on_a_page
from harness.simulator.wire.alipay.settings import GATEWAY, settings
from harness.simulator.wire.alipay.tells import TellsAsAlipay
from harness.simulator.wire.alipay.v3 import V3
from harness.simulator.wire.kit.answered import Base64, said_by
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.described import Described
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.faults import NO_OPERATION, Hit, Hittable, hit_by
from harness.simulator.wire.kit.in_a_row import InARow
from harness.simulator.wire.kit.unknown import empty
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext

PATHS = ("/gateway.do", GATEWAY)
"""The live one, then where settings lead."""
PAGES: Mapping[str, orders.Sold] = {
    "alipay.trade.page.pay": orders.PAGE,
    "alipay.trade.wap.pay": orders.WAP,
    "alipay.trade.app.pay": orders.APP,
}
"""Methods that a payer's browser opens, or a payer's Alipay with the order string that an app hands it."""
_OF_PAGES: Mapping[str, str] = {
    "alipay.trade.page.pay": "统一收单下单并支付页面 / lead a browser to the cashier",
    "alipay.trade.wap.pay": "手机网站支付 / lead a phone's browser to the cashier",
    "alipay.trade.app.pay": "APP支付 / the order string that an app hands to Alipay",
}


def open_wire(context: WireContext) -> Wire:
    """Alipay's open platform of one simulator."""
    return AlipayWire(context)


class _Read(NamedTuple):
    """A request that has come whole, and how it is answered."""

    scope: Scope
    body: bytes
    asked: Asked
    to: Addressed


class AlipayWire(TellsAsAlipay):
    """The wire of one simulator."""

    name = "Alipay"
    shown = f"{GATEWAY}, /v3/alipay/…"

    def __init__(self, context: WireContext) -> None:
        self.context = context
        self._orders = orders.Orders(context)
        self._bills = BillCounter(context)
        self._operations = self._every_operation(Refunds(context))
        self._signatures = InARow()
        self._gate = Gatekeeper(context.merchants, {*self._operations, *PAGES})
        self._v3 = V3(context, self._gate, self._operations)

    def handles(self, path: str) -> bool:
        """The gateway, the addresses of bills, and everything of the V3 style."""
        return path in PATHS or path == bills.DOWNLOAD or self._v3.handles(path)

    @property
    def operations(self) -> frozenset[str]:
        """What faults call its endpoints."""
        return frozenset(("bill-download", *(each.fault for each in self._operations.values())))

    def described(self) -> Iterator[Described]:
        """The gateway's methods, which share its paths, then the V3 style and the files of bills."""
        pages = {
            name: Method(summary, *orders.order_members(PAGES[name]), None)
            for name, summary in _OF_PAGES.items()
        }
        others = {
            name: Method(each.summary, each.demands, each.takes, said_by(each.perform))
            for name, each in self._operations.items()
        }
        yield from described_gateway(PATHS, {**others, **pages})
        yield from self._v3.described()
        yield described_download(bills.DOWNLOAD)

    def _every_operation(self, refunds: Refunds) -> Mapping[str, Operation]:
        """The methods that answer in JSON, by name."""
        ours = self._orders
        create = orders.order_members(orders.CREATE)
        return {
            "alipay.trade.precreate": Operation(
                "create",
                ours.precreate,
                "统一收单线下交易预创建 / a code for a payer to scan",
                *orders.order_members(orders.PRECREATE),
            ),
            "alipay.trade.create": Operation(
                "create",
                ours.create,
                "统一收单交易创建 / a trade for a payer who is named",
                create[0],
                (*create[1], *members.BUYERS),
            ),
            "alipay.trade.query": Operation(
                "query", ours.query, "统一收单交易查询 / look a trade up", takes=members.TRADE
            ),
            "alipay.trade.close": Operation(
                "close", ours.close, "统一收单交易关闭 / close a trade", takes=members.TRADE
            ),
            "alipay.trade.cancel": Operation(
                "close", ours.cancel, "统一收单交易撤销 / cancel a trade", takes=members.TRADE
            ),
            "alipay.trade.refund": Operation(
                "refund",
                refunds.refund,
                "统一收单交易退款 / give a trade back, whole or in part",
                (members.REFUND_AMOUNT,),
                (*members.TRADE, members.OUT_REQUEST_NO, members.REFUND_REASON),
            ),
            "alipay.trade.fastpay.refund.query": Operation(
                "refund-query",
                refunds.query,
                "统一收单交易退款查询 / look a refund up",
                (members.OUT_REQUEST_NO,),
                (*members.TRADE, members.QUERY_OPTIONS),
            ),
            bills.METHOD: Operation(
                "bill",
                self._bills.query,
                "查询对账单下载地址 / where a bill can be fetched",
                (replace(members.BILL_TYPE, choices=tuple(bills.BIZ_TYPES)), members.BILL_DATE),
            ),
            "alipay.open.app.alipaycert.download": Operation(
                "certificates",
                _certificate,
                "应用支付宝公钥证书下载 / the platform's certificate",
                (members.ALIPAY_CERT_SN,),
            ),
        }

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. `send` must be uvicorn's own, because faults hang up."""
        if self._v3.handles(scope["path"]):
            await self._v3.app(scope, receive, send)
        elif scope["path"] == bills.DOWNLOAD:
            await self._bills.fetch(scope, receive, send)
        elif scope["method"] not in ("GET", "POST"):
            await empty(send, 405)
        else:
            await self._serve(scope, receive, send)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """What a merchant signs with, what it verifies with, and where."""
        return settings(identity, base_url, notify_url)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace_id = token(32).lower()
        try:
            body = await read_body(scope, receive)
            asked = await _read(scope, body)
        except (TooLarge, TooSlow):
            to = Addressed("", "utf-8", trace_id, None, self._signatures)
            await answer.refuse(send, to, invalid("parameter", signs=False, nodeless=True))
            return
        except Disconnected:
            return
        method = asked.parameters.get("method", "")
        to = Addressed(method, asked.charset or "utf-8", trace_id, None, self._signatures)
        if not self.context.faults.armed:
            await self._answer(_Read(scope, body, asked, to), send, None)
            return
        with self._hit(asked, receive, send) as hit:
            await self._answer(_Read(scope, body, asked, to), send, hit)

    async def _answer(self, read: _Read, send: Send, hit: Hit | None) -> None:
        asked, to = read.asked, read.to
        method, trace_id = to.method, to.trace_id
        try:
            if hit is not None:
                if await _ended(hit):
                    return
                send = hit.answer(send)
            merchant = self._gate.known(asked)
            to = Addressed(method, to.charset, trace_id, merchant.identity.alipay, self._signatures)
            try:
                await self._gate.admit(asked, merchant)
            except AlipayRefusal as error:
                about = partial(self._about, asked)
                look_into(error, self.context, read.scope, read.body, owners=[merchant], about=about)
                raise
            call = _call(asked, merchant, method, trace_id)
            if (sold := PAGES.get(method)) is not None:
                intent = self._orders.intend(call, sold)
                await answer.redirect(send, to, f"{merchant.alipay.platform_url}{CASHIER}/{intent.token}")
                return
            if hit is not None:
                call.refund_ends, call.state = hit.refund_ends, hit.state
                call.forged = hit.forgery is not None
            told = await self._operations[method].perform(call)
            if hit is not None:
                hit.performed()
                if (late := hit.late_refusal) is not None:
                    raise injected(late.status)
            await _say(send, to, call, told, hit)
        except AlipayRefusal as error:
            if to.method in PAGES:
                await answer.error_page(send, to, on_a_page(error))
            else:
                await _refuse(send, to, error, hit)
        except BadGateway as error:
            await answer.trouble(send, to, error.status)

    def _hit(self, asked: Asked, receive: Receive, send: Send) -> AbstractContextManager[Hit | None]:
        """The fault that this request meets, if any."""
        method = asked.parameters.get("method", "")
        operation = self._operations.get(method)
        name = operation.fault if operation is not None else "create" if method in PAGES else NO_OPERATION
        merchant = self._gate.merchant(asked.parameters.get("app_id", ""))
        account = None if merchant is None else merchant.alipay.mchid
        hittable = Hittable(name, self._about(asked), self.context.dialect, account)
        return hit_by(self.context.faults, hittable, receive, send)

    def _about(self, asked: Asked) -> str | None:
        """Which order it is about, before anything is checked."""
        merchant = self._gate.merchant(asked.parameters.get("app_id", ""))
        try:
            biz = read_json(asked.parameters.get("biz_content", ""))
        except AlipayRefusal:
            return None
        return order_named(biz, merchant)


async def _read(scope: Scope, body: bytes) -> Asked:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return await read_asked(scope["query_string"], kind.decode("latin-1"), body)


async def _ended(hit: Hit) -> bool:
    """Whether a fault was the end of the request; what it answers with has this platform's shape."""
    try:
        return await hit.before()
    except Refusal as refusal:
        raise injected(refusal.status) from None


def _call(asked: Asked, merchant: Merchant, method: str, trace_id: str) -> Call:
    given = asked.parameters
    content = given.get("biz_content", "")
    if given.get("encrypt_type"):
        # No application here has a key for it.
        raise AlipayRefusal("40003", "isv.missing-encrypt-key", "未配置接口内容加密密钥")
    if not content:
        raise no_json()
    return Call(
        merchant,
        method=method,
        charset=asked.charset or "utf-8",
        biz=read_json(content),
        notify_url=given.get("notify_url", ""),
        return_url=given.get("return_url", ""),
        request_id=trace_id,
    )


async def _say(send: Send, to: Addressed, call: Call, told: Mapping[str, object], hit: Hit | None) -> None:
    if hit is None:
        await answer.answer(send, to, told)
        return
    said = told if hit.forgery is None else forged(call, told, hit.forgery)
    said = hit.altered(said)
    # What somebody kept is truly signed here, and is another answer.
    hit.spoils(said, told, signed=hit.spoils_signature and hit.forgery != "stale")
    await answer.answer(send, to, said, signature=hit.signature, forgery=hit.forgery)


async def _refuse(send: Send, to: Addressed, error: AlipayRefusal, hit: Hit | None) -> None:
    signature: Signature = "genuine" if hit is None else hit.signature
    if hit is not None:
        signs = error.signs and to.identity is not None
        hit.spoils(None, None, signed=signs and signature != "genuine")
    await answer.refuse(send, to, error, signature=signature)


class AlipayCertificate(TypedDict):
    """The platform's certificate: PEM."""

    alipay_cert_content: Base64


async def _certificate(call: Call) -> AlipayCertificate:
    """alipay.open.app.alipaycert.download: the platform's certificate, for a client that does not know it."""
    certificates = call.identity.certificates
    if call.biz.get(members.ALIPAY_CERT_SN.name) != certificates.alipay_sn:
        raise invalid("parameter")
    return {"alipay_cert_content": base64.b64encode(certificates.alipay.encode()).decode()}
