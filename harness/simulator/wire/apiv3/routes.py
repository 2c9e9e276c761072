"""The way of a v3 request: route, read, fault, authenticate, perform, answer (facts 1.5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import get_args

from starlette.types import Receive, Scope, Send

from harness.core.payment import TRADE_STATE_DESC, Product
from harness.levers.models import FaultOperation
from harness.signing.keys import bare_private, bare_public
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.platform.orders import Refused
from harness.simulator.signatures.refused import RefusedRequest
from harness.simulator.wire.apiv3 import bills
from harness.simulator.wire.apiv3.answer import WechatRefusal, Writer
from harness.simulator.wire.apiv3.auth import Gatekeeper
from harness.simulator.wire.apiv3.call import AnyReply, Call, FileReply, Reply, read_call
from harness.simulator.wire.apiv3.certificates import ALGORITHM, certificates
from harness.simulator.wire.apiv3.echo import Echo
from harness.simulator.wire.apiv3.forged import forged
from harness.simulator.wire.apiv3.orders import OF_QUERIES, Orders
from harness.simulator.wire.apiv3.query import Asked
from harness.simulator.wire.apiv3.refunds import Refunds
from harness.simulator.wire.kit.answered import Answer, said_by
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.described import JSON, Described, Parameter
from harness.simulator.wire.kit.errors import Refusal, SignatureRefused, business, unreadable
from harness.simulator.wire.kit.faults import Hit, Hittable, hit_by
from harness.simulator.wire.kit.json_schema import json_schema
from harness.simulator.wire.kit.order_fields import NUMBER, TRANSACTION_ID
from harness.simulator.wire.kit.paths import PLACE, Paths
from harness.simulator.wire.kit.raw_message import raw_message
from harness.simulator.wire.kit.refund_fields import REFUND_ID, REFUND_NUMBER
from harness.simulator.wire.kit.schema import Object, Text
from harness.simulator.wire.kit.unknown import empty
from harness.simulator.wire.kit.wire import Wire, WireContext

_PLACES: Mapping[str, Text] = {
    "out_trade_no": NUMBER,
    "transaction_id": TRANSACTION_ID,
    "out_refund_no": REFUND_NUMBER,
    "refund_id": REFUND_ID,
}
"""What stands in each place of a path."""
_PLATFORM_KEY = Parameter(
    "Wechatpay-Serial", "header", {"description": "平台证书序列号或公钥ID", "type": "string"}, required=True
)
_NAMES: Mapping[Product, str] = {
    Product.NATIVE: "Native",
    Product.JSAPI: "JSAPI",
    Product.H5: "H5",
    Product.APP: "APP",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: its method, what faults call it, how to answer, and which order a request is about."""

    method: str
    fault: FaultOperation
    perform: Callable[[Call], Awaitable[AnyReply]]
    summary: str
    """What it does: Chinese, then English."""
    takes: Object | None = None
    """What its body may hold; None: nothing is read."""
    asks: tuple[Asked, ...] = ()
    """What its query may have."""
    status: int = 200
    """Of a success."""
    names_key: bool = False
    """Whether a request has to name the platform's key, in `Wechatpay-Serial`."""
    file: bool = False
    """Whether a success is a file."""
    about: Callable[[Call], str | None] = lambda call: None
    transactions: bool = True
    """Whether it lies under /v3/pay/transactions, whose 401 answers have habits of their own."""


def open_wire(context: WireContext) -> Wire:
    """The merchant API v3 of one simulator."""
    return ApiV3(context)


class ApiV3(Wire):
    """The wire of one simulator."""

    name = "API v3"
    shown = "/v3/pay/transactions/…"

    def __init__(self, context: WireContext) -> None:
        self.context = context
        self.gate = Gatekeeper(context.merchants)
        self.writer = Writer(context.signing_clock)
        self._orders = Orders(context)
        self._refunds = Refunds(context)
        self._echo = Echo(context)
        self._operations = self._endpoints()
        self._paths = Paths(
            {path: _Endpoint(self, operation) for path, operation in self._operations.items()}
        )

    def handles(self, path: str) -> bool:
        """Everything below /v3/ that is not Alipay's, whose paths begin alike."""
        return path.startswith("/v3/") and not path.startswith("/v3/alipay/")

    def app(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """One request."""
        return self._paths(scope, receive, send)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """What a merchant signs with, what it verifies with, and where.

        An account of the certificate has that in the public key's place, and its serial for the key's id.
        """
        return {
            "WECHAT_PAY_APP_ID": identity.appid,
            "WECHAT_PAY_MCH_ID": identity.mchid,
            "WECHAT_PAY_API_KEY": identity.api_key,
            "WECHAT_PAY_SANDBOX": "true",
            "WECHAT_PAY_APIV3_KEY": identity.apiv3_key,
            "WECHAT_PAY_CERT_SERIAL": identity.merchant_serial,
            "WECHAT_PAY_PRIVATE_KEY": bare_private(identity.merchant_key),
            "WECHAT_PAY_PUBLIC_KEY_ID": identity.callbacks_by,
            "WECHAT_PAY_PUBLIC_KEY": identity.certificate.bare
            if identity.key_mode is KeyMode.CERTIFICATE
            else bare_public(identity.public_key_private.public_key()),
            "WECHAT_PAY_NOTIFY_URL": notify_url,
            "WECHAT_PAY_BASE_URL": base_url,
        }

    @property
    def operations(self) -> frozenset[str]:
        """What faults call its endpoints."""
        return frozenset(each.fault for each in self._operations.values())

    def described(self) -> Iterator[Described]:
        """Every operation."""
        for path, operation in self._operations.items():
            places = [
                Parameter(name, "path", json_schema(_PLACES[name]), required=True)
                for name in PLACE.findall(path)
            ]
            headers = [_PLATFORM_KEY] if operation.names_key else []
            body = {} if operation.takes is None else {"application/json": json_schema(operation.takes)}
            yield Described(
                method=operation.method,
                path=path,
                summary=operation.summary,
                parameters=(*places, *(each.told for each in operation.asks), *headers),
                body=body,
                status=operation.status,
                signed="wechatpay",
                answers=bills.FILE if operation.file else _answers(operation),
                refusals={JSON: WechatRefusal},
            )

    def _endpoints(self) -> dict[str, Operation]:
        """Every path of this wire; those with a place in them are tried in order, frequent ones first."""
        orders = self._orders
        transactions = "/v3/pay/transactions"
        numbered = f"{transactions}/out-trade-no/{{out_trade_no}}"

        def create(product: Product, perform: Callable[[Call], Awaitable[AnyReply]]) -> Operation:
            summary = f"{_NAMES[product]} 下单 / place an order for {_NAMES[product]}"
            takes = orders.bodies[product]
            return Operation("POST", "create", perform, summary, takes, about=orders.number_in_body)

        return {
            f"{transactions}/native": create(Product.NATIVE, orders.native),
            f"{transactions}/jsapi": create(Product.JSAPI, orders.jsapi),
            numbered: Operation(
                "GET",
                "query",
                orders.query,
                "商户订单号查询订单 / look an order up by its number",
                asks=OF_QUERIES,
                about=orders.number_in_path,
            ),
            f"{numbered}/close": Operation(
                "POST",
                "close",
                orders.close,
                "关闭订单 / close an order",
                orders.close_body,
                status=204,
                about=orders.number_in_path,
            ),
            f"{transactions}/h5": create(Product.H5, orders.h5),
            f"{transactions}/app": create(Product.APP, orders.app),
            f"{transactions}/id/{{transaction_id}}": Operation(
                "GET",
                "query",
                orders.query_transaction,
                "微信支付订单号查询订单 / look an order up by the platform's number",
                asks=OF_QUERIES,
                about=orders.number_of_transaction,
            ),
            **self._refund_operations(),
            **_bill_operations(),
            "/v3/certificates": Operation(
                "GET",
                "certificates",
                certificates,
                "下载平台证书 / download the platform's certificates",
                asks=(ALGORITHM,),
                transactions=False,
            ),
            "/v3/security/echo": Operation(
                "POST",
                "echo",
                self._echo.echo,
                "签名与加密自检 / try signing and encryption",
                self._echo.body,
                names_key=True,
                transactions=False,
            ),
        }

    def _refund_operations(self) -> dict[str, Operation]:
        refunds = self._refunds
        path = "/v3/refund/domestic/refunds"
        return {
            path: Operation(
                "POST",
                "refund",
                refunds.create,
                "申请退款 / give an order back, whole or in part",
                refunds.body,
                about=refunds.order_in_body,
                transactions=False,
            ),
            f"{path}/{{out_refund_no}}": Operation(
                "GET",
                "refund-query",
                refunds.query,
                "查询退款 / look a refund up by its number",
                about=refunds.order_of_number,
                transactions=False,
            ),
            f"{path}/{{refund_id}}/apply-abnormal-refund": Operation(
                "POST",
                "abnormal-refund",
                refunds.redirect,
                "发起异常退款 / lead an abnormal refund elsewhere",
                refunds.abnormal_body,
                about=refunds.order_of_id,
                transactions=False,
            ),
        }


def _bill_operations() -> dict[str, Operation]:
    download = Operation(
        "GET",
        "bill-download",
        bills.download,
        "下载账单 / download a bill",
        asks=bills.OF_LINK,
        file=True,
        transactions=False,
    )
    return {
        "/v3/bill/tradebill": Operation(
            "GET",
            "bill",
            bills.trade,
            "申请交易账单 / apply for a trade bill",
            asks=bills.OF_TRADE,
            transactions=False,
        ),
        "/v3/bill/fundflowbill": Operation(
            "GET",
            "bill",
            bills.fund_flow,
            "申请资金账单 / apply for a fund-flow bill",
            asks=bills.OF_FUND_FLOW,
            transactions=False,
        ),
        bills.DOWNLOAD: download,
        bills.OLDER_DOWNLOAD: download,
    }


def _answers(operation: Operation) -> Mapping[str, Answer]:
    """What a success holds: whatever its maker is held to."""
    (told,) = get_args(said_by(operation.perform))
    return {} if told is NoneType else {JSON: told}


class _Endpoint:
    """The ASGI application behind one path. Raw, because this is the path that load takes."""

    def __init__(self, wire: ApiV3, operation: Operation) -> None:
        self._wire = wire
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire, operation = self._wire, self._operation
        if scope["method"] != operation.method:
            await empty(send, 405)
            return
        context = wire.context
        call = read_call(scope, context.merchant)
        try:
            call.body = await read_body(scope, receive)
        except (TooLarge, TooSlow) as error:
            await wire.writer.refusal(send, call, unreadable(error))
            return
        except Disconnected:
            return
        if not context.faults.armed:
            await self._answer(scope, call, send, None)
            return
        wire.gate.prepare(call)
        account = call.merchant.account.mchid
        asked = Hittable(operation.fault, operation.about(call), context.dialect, account)
        with hit_by(context.faults, asked, receive, send) as hit:
            await self._answer(scope, call, send, hit)

    async def _answer(self, scope: Scope, call: Call, send: Send, hit: Hit | None) -> None:
        wire, operation = self._wire, self._operation
        try:
            if hit is not None:
                if await hit.before():
                    return
                send = hit.answer(send)
                call.refund_ends = hit.refund_ends
            await wire.gate.admit(call, transactions=operation.transactions)
            reply = await operation.perform(call)
            if hit is not None:
                hit.performed()
                if (late := hit.late_refusal) is not None:
                    raise late
        except Refusal as error:
            self._look_into(scope, call, error)
            await wire.writer.refusal(send, call, error)
        except Refused as refused:
            older = wire.context.practices.refund_codes_older
            await wire.writer.refusal(send, call, business(refused, older_codes=older))
        else:
            await self._say(send, call, reply, hit)

    async def _say(self, send: Send, call: Call, reply: AnyReply, hit: Hit | None) -> None:
        writer = self._wire.writer
        if hit is None:
            await writer.success(send, call, reply)
            return
        if isinstance(reply, FileReply):  # it has no members, and nothing signs it
            await writer.success(send, call, reply)
            return
        genuine = reply.payload
        if reply.payload is not None:
            said: Mapping[str, object] = reply.payload
            if hit.state is not None:
                desc = TRADE_STATE_DESC.get(hit.state, hit.state)
                said = {**said, "trade_state": hit.state, "trade_state_desc": desc}
            reply = Reply(reply.status, hit.altered(said), reply.request_id)
        hit.spoils(reply.payload, genuine, signed=hit.spoils_signature)
        if hit.forgery is not None:
            await writer.forgery(send, call, forged(call, reply), reply, hit.forgery)
            return
        await writer.success(send, call, reply, hit.signature)

    def _look_into(self, scope: Scope, call: Call, error: Refusal) -> None:
        """Where its signature is why, keep it for whoever asks, and say more where answers do."""
        if not isinstance(error, SignatureRefused):
            return
        context = self._wire.context
        owners, besides = self._wire.gate.suspects(call)
        told = context.refused.note(
            RefusedRequest(
                raw_message(scope, call.body),
                context.dialect,
                f"{error.status} {error.code}: {error.message}",
                owners,
                besides,
                about=lambda: self._operation.about(call),
            )
        )
        if told is not None:
            error.detail = {**(error.detail or {}), "golive_diagnosis": told}
