"""Orders on the v3 wire: create, both queries, close (facts 3.2 to 3.5)."""

from __future__ import annotations

from typing import Any, TypedDict

from harness.core.dialects import dialect
from harness.core.payment import Product
from harness.simulator.platform.identifiers import request_id
from harness.simulator.platform.orders import Handle, OrderRequest
from harness.simulator.platform.parameters import order_parameters
from harness.simulator.wire.apiv3.call import Call, Reply
from harness.simulator.wire.apiv3.query import Asked, refuse_unknown
from harness.simulator.wire.apiv3.query import parameter as query_parameter
from harness.simulator.wire.kit.answered import NotEmpty
from harness.simulator.wire.kit.errors import Refusal, parameter
from harness.simulator.wire.kit.order_fields import (
    MCHID,
    NUMBER,
    OPENID,
    TRANSACTION_ID,
    close_body,
    order_body,
)
from harness.simulator.wire.kit.parameter_errors import MCHID_MISMATCH, WRONG_OPENID, Words
from harness.simulator.wire.kit.schema import BODY, decode, read_members
from harness.simulator.wire.kit.transaction import Transaction, transaction
from harness.simulator.wire.kit.wire import WireContext

_NAMED = frozenset(
    {
        *("appid", "mchid", "out_trade_no", "amount", "payer", "scene_info"),
        *("description", "notify_url", "time_expire", "attach"),
    }
)
"""Members that every dialect knows, or that are no parameters: the account, the number, the amount."""
OF_QUERIES = (Asked("mchid", MCHID.label, required=True),)


class NativeOrder(TypedDict):
    """What a payer scans."""

    code_url: NotEmpty


class H5Order(TypedDict):
    """Where a phone's browser goes."""

    h5_url: NotEmpty


class PreparedOrder(TypedDict):
    """What a page within WeChat, or an app, starts the payment with."""

    prepay_id: NotEmpty


class Orders:
    """The order operations; every method answers one authenticated call, or raises."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self.bodies = {product: order_body(product) for product in dialect(context.dialect).products}
        """What the order of each product may hold."""
        self.close_body = close_body()
        self._permits_h5 = context.practices.permits_h5

    async def jsapi(self, call: Call) -> Reply[PreparedOrder]:
        """POST /v3/pay/transactions/jsapi"""
        handle, request_id = self._create(call, Product.JSAPI)
        return Reply(200, {"prepay_id": handle.prepay_id}, request_id)

    async def app(self, call: Call) -> Reply[PreparedOrder]:
        """POST /v3/pay/transactions/app"""
        handle, request_id = self._create(call, Product.APP)
        return Reply(200, {"prepay_id": handle.prepay_id}, request_id)

    async def native(self, call: Call) -> Reply[NativeOrder]:
        """POST /v3/pay/transactions/native"""
        handle, request_id = self._create(call, Product.NATIVE)
        return Reply(200, {"code_url": handle.code_url or ""}, request_id)

    async def h5(self, call: Call) -> Reply[H5Order]:
        """POST /v3/pay/transactions/h5"""
        if not self._permits_h5:
            raise Refusal(403, "NO_AUTH", "商户无权限", internal=268435464)
        handle, request_id = self._create(call, Product.H5)
        return Reply(200, {"h5_url": handle.h5_url or ""}, request_id)

    async def query(self, call: Call) -> Reply[Transaction]:
        """GET /v3/pay/transactions/out-trade-no/{out_trade_no}?mchid="""
        _check_query_mchid(call)
        number = _number_in_path(call)
        refuse_unknown(call, known=OF_QUERIES)
        return Reply(200, transaction(call.merchant.account.query(number, signed_by=call.signed_by)))

    async def query_transaction(self, call: Call) -> Reply[Transaction]:
        """GET /v3/pay/transactions/id/{transaction_id}?mchid="""
        _check_query_mchid(call)
        name = call.path["transaction_id"]
        TRANSACTION_ID.read(name, "/uri_template/transaction_id")
        refuse_unknown(call, known=OF_QUERIES)
        found = call.merchant.account.query_transaction(name, signed_by=call.signed_by)
        return Reply(200, transaction(found))

    async def close(self, call: Call) -> Reply[None]:
        """POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close"""
        body = decode(call.body)
        _check_body_mchid(call, body)
        if "out_trade_no" in body:
            raise Words.TWICE.at(
                "/body/out_trade_no", NUMBER.label, body["out_trade_no"], first="/uri_template/out_trade_no"
            )
        read_members(self.close_body, body)
        number = _number_in_path(call)
        refuse_unknown(call, body=self.close_body.unknown(body, BODY))
        call.merchant.account.close(number, signed_by=call.signed_by)
        return Reply(204, None)

    def number_in_body(self, call: Call) -> str | None:
        """Which order a create is about, before anything is checked; None when that cannot be told."""
        try:
            number = decode(call.body).get("out_trade_no")
        except Refusal:
            return None
        return number if isinstance(number, str) else None

    @staticmethod
    def number_of_transaction(call: Call) -> str | None:
        """Which order a query by transaction_id is about."""
        return call.merchant.account.number_of_transaction(call.path["transaction_id"])

    @staticmethod
    def number_in_path(call: Call) -> str | None:
        """Which order a query or a close is about."""
        return call.path["out_trade_no"]

    def _create(self, call: Call, product: Product) -> tuple[Handle, str]:
        """What starts the payment, and what the answer calls the request."""
        body = decode(call.body)
        _check_body_mchid(call, body)
        shape = self.bodies[product]
        given = read_members(shape, body)
        refuse_unknown(call, body=shape.unknown(body, BODY))
        openid = given["payer"]["openid"] if product is Product.JSAPI else None
        if openid is not None and not OPENID.fullmatch(openid):
            raise parameter(WRONG_OPENID)
        account = call.merchant.account
        if given["appid"] not in account.appids:
            raise Refusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配", internal=268445527)
        request = self._request(call, given, product, openid)
        return account.create(request, once=call.once), request.request_id

    def _request(
        self, call: Call, given: dict[str, Any], product: Product, openid: str | None
    ) -> OrderRequest:
        return OrderRequest(
            mchid=call.merchant.account.mchid,
            appid=given["appid"],
            product=product,
            out_trade_no=given["out_trade_no"],
            total=given["amount"]["total"],
            notify_url=given["notify_url"],
            parameters=_parameters(given, openid),
            dialect=self._dialect,
            request_id=request_id(),
            signed_by=call.signed_by,
            openid=openid,
            time_expire=given.get("time_expire"),
            attach=given.get("attach"),
            description=given["description"],
            device_id=given.get("scene_info", {}).get("device_id"),
        )


def _check_body_mchid(call: Call, body: dict[str, Any]) -> None:
    """The body must name the account that signed; compared before the other parameters are looked at."""
    named = body.get("mchid")
    if isinstance(named, str) and named and named != call.merchant.account.mchid:
        raise parameter(MCHID_MISMATCH)


def _check_query_mchid(call: Call) -> None:
    named = query_parameter(call, *OF_QUERIES)
    if named != call.merchant.account.mchid:
        raise parameter(MCHID_MISMATCH, internal=268447843)


def _parameters(given: dict[str, Any], openid: str | None) -> dict[str, object]:
    named: dict[str, Any] = {}
    rest = {name: value for name, value in given.items() if name not in _NAMED}
    if "scene_info" in given:
        scene = dict(given["scene_info"])
        h5 = dict(scene.pop("h5_info", {}))
        named = {"payer_client_ip": scene.pop("payer_client_ip", None), "h5_type": h5.pop("type", None)}
        rest |= {name: value for name, value in (("scene_info", scene), ("h5_info", h5)) if value}
    return order_parameters(
        description=given["description"],
        notify_url=given["notify_url"],
        time_expire=given.get("time_expire"),
        attach=given.get("attach"),
        openid=openid,
        **named,
        extra=rest,
    )


def _number_in_path(call: Call) -> str:
    number = call.path["out_trade_no"]
    NUMBER.read(number, "/uri_template/out_trade_no")
    return number
