"""Orders on this wire: health, create, query (envelope facts 1 to 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from harness.core.clock import rfc3339
from harness.core.payment import Product, TradeState
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder
from harness.simulator.platform.parameters import DEFAULT_H5_TYPE, order_parameters
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.envelope.errors import invalid
from harness.simulator.wire.kit.answered import InFen, Moment, NotEmpty, one_of
from harness.simulator.wire.kit.bridge import bridge_parameters
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.order_fields import H5_TYPES, NUMBER, OPENID, notify_url, payer_scene
from harness.simulator.wire.kit.schema import Integer, Object, Shape, Text, moment, read_members
from harness.simulator.wire.kit.wire import WireContext

PRODUCTS: Mapping[str, Product] = {
    "qr": Product.NATIVE,
    "h5": Product.H5,
    "jsapi": Product.JSAPI,
    "app": Product.APP,
}
"""What `paymentType` means."""
MOST = 100_000_000
"""Fen; the client of this dialect asks for no more either."""
_PLATFORM_NUMBER = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
METHOD = Text("支付方式", 16, required=True, choices=frozenset({"wechat"}))


class EnvelopeHealth(TypedDict):
    """That it is up, and of which edition the account is."""

    status: Literal["UP"]
    experience: bool


class EnvelopeOrder(TypedDict):
    """What starts a payment, by its type: a code, an address, the bridge's parameters, or only `prepayId`."""

    outTradeNo: str
    prepayId: NotEmpty
    expireTime: NotRequired[Moment]
    qrCode: NotRequired[NotEmpty]
    mwebUrl: NotRequired[NotEmpty]
    appId: NotRequired[str]
    timeStamp: NotRequired[str]
    nonceStr: NotRequired[str]
    package: NotRequired[str]
    signType: NotRequired[Literal["RSA"]]
    paySign: NotRequired[str]


class EnvelopeBuyer(TypedDict):
    """Who paid."""

    openid: str


class EnvelopeTransaction(TypedDict):
    """An order; what may be left out is there once it was paid, `attach` where it has one."""

    outTradeNo: str
    merchantId: str
    appId: str
    tradeState: Annotated[str, one_of(TradeState)]
    transactionId: NotRequired[str]
    tradeType: NotRequired[str]
    totalFee: NotRequired[InFen]
    cashFee: NotRequired[InFen]
    feeType: NotRequired[Literal["CNY"]]
    timeEnd: NotRequired[Moment]
    buyerInfo: NotRequired[EnvelopeBuyer]
    attach: NotRequired[str]


class Orders:
    """The operations; each answers an authenticated call with the members of `data`."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self.create_body = _create_body()
        self.query_body = _query_body()

    async def health(self, call: Call) -> EnvelopeHealth:
        """POST …/wechat/health"""
        return {"status": "UP", "experience": call.merchant.account.experience}

    async def create(self, call: Call) -> EnvelopeOrder:
        """POST …/wechat/payment/create"""
        given = shaped(self.create_body, call)
        if given["totalAmount"] > MOST:
            raise invalid(f"totalAmount不得超过{MOST}分")
        product = PRODUCTS[given["paymentType"]]
        request = self._request(call, given, product)
        # The dialect repeats a request with the same requestId and the same body.
        handle = call.merchant.account.create(request, once=f"envelope {call.request_id}")
        return _told(call.merchant.identity, request, handle)

    async def query(self, call: Call) -> EnvelopeTransaction:
        """POST …/wechat/payment/query"""
        given = shaped(self.query_body, call)
        number, payment = given.get("outTradeNo"), given.get("paymentId")
        if not number and not payment:
            raise invalid("outTradeNo与paymentId至少填写一个")
        account = call.merchant.account
        by_payment = account.number_of_payment(payment) if payment else number
        # Two names of one order that disagree name no order.
        wanted = by_payment if number in (None, "", by_payment) else None
        told = _state(account.query(wanted or ""))
        if call.state is not None:
            told["tradeState"] = call.state
        return told

    def _request(self, call: Call, given: dict[str, Any], product: Product) -> OrderRequest:
        more: dict[str, Any] = given.get("extraParams", {})
        scene: dict[str, Any] = dict(given.get("sceneInfo", {}))
        openid = (given.get("openid") or more.get("openid")) if product is Product.JSAPI else None
        address = scene.pop("payer_client_ip", None)
        if product is Product.JSAPI and not openid:
            raise invalid("JSAPI支付必须传openid")
        if product is Product.H5 and not address:
            address = call.caller  # its scene is optional (envelope facts 2)
        h5_type = more.get("h5_type") or DEFAULT_H5_TYPE
        return OrderRequest(
            mchid=call.merchant.account.mchid,
            appid=call.merchant.account.appid,
            product=product,
            out_trade_no=given["outTradeNo"],
            total=given["totalAmount"],
            notify_url=given.get("notifyUrl", ""),
            parameters=order_parameters(
                description=given["subject"],
                notify_url=given.get("notifyUrl", ""),
                time_expire=more.get("time_expire"),
                attach=more.get("attach"),
                openid=openid,
                payer_client_ip=address,
                h5_type=h5_type if product is Product.H5 else None,
                extra={"scene_info": scene} if scene else {},
            ),
            dialect=self._dialect,
            request_id=call.request_id,
            openid=openid,
            time_expire=more.get("time_expire"),
            attach=more.get("attach"),
            description=given["subject"],
            device_id=scene.get("device_id"),
        )


def _told(identity: Identity, request: OrderRequest, handle: Handle) -> EnvelopeOrder:
    told: EnvelopeOrder = {"outTradeNo": request.out_trade_no, "prepayId": handle.prepay_id}
    if handle.expire_time is not None:
        told["expireTime"] = rfc3339(handle.expire_time)
    if request.product is Product.NATIVE:
        told["qrCode"] = handle.code_url or ""
    elif request.product is Product.H5:
        told["mwebUrl"] = handle.h5_url or ""
    elif request.product is Product.JSAPI:
        bridge = bridge_parameters(identity, handle.prepay_id)
        told |= {
            "appId": bridge["appId"],
            "timeStamp": bridge["timeStamp"],
            "nonceStr": bridge["nonceStr"],
            "package": bridge["package"],
            "signType": bridge["signType"],
            "paySign": bridge["paySign"],
        }
    return told


def _state(order: PlatformOrder) -> EnvelopeTransaction:
    told: EnvelopeTransaction = {
        "outTradeNo": order.out_trade_no,
        "merchantId": order.request.mchid,
        "appId": order.request.appid,
        "tradeState": order.state.value,
    }
    if order.success_time is not None and order.transaction_id is not None and order.payer is not None:
        told |= {
            "transactionId": order.transaction_id,
            "tradeType": order.request.product.trade_type,
            "totalFee": int(order.total),
            "cashFee": int(order.total) - order.coupon,
            "feeType": "CNY",
            "timeEnd": rfc3339(order.success_time),
            "buyerInfo": {"openid": order.payer},
        }
        if order.request.attach is not None:
            told["attach"] = order.request.attach
    return told


def shaped(body: Object, call: Call) -> dict[str, Any]:
    """The members of a call as that shape reads them.

    Raises:
        Refusal: INVALID_REQUEST.
    """
    try:
        return read_members(body, call.fields)
    except Refusal as error:
        raise invalid(error.message) from None


def _create_body() -> Object:
    openid = Text("用户标识", 128, pattern=OPENID)
    members: dict[str, Shape] = {
        "outTradeNo": NUMBER,
        "totalAmount": Integer("总金额", required=True, least=1),
        "subject": Text("商品描述", 127, required=True, in_bytes=True),
        "paymentMethod": METHOD,
        "paymentType": Text("支付类型", 16, required=True, choices=frozenset(PRODUCTS)),
        "notifyUrl": notify_url(required=False),
        "openid": openid,
        "sceneInfo": payer_scene(),
        "extraParams": Object(
            "扩展参数",
            {
                "attach": Text("附加数据", 128, in_bytes=True),
                "time_expire": Text("交易结束时间", 64, becomes=moment),
                "h5_type": Text("场景类型", 32, choices=H5_TYPES),
                "openid": openid,
            },
        ),
    }
    return Object("请求包体", members)


def _query_body() -> Object:
    return Object(
        "请求包体",
        {
            "outTradeNo": replace(NUMBER, required=False),
            "paymentId": Text("支付单号", 64, pattern=_PLATFORM_NUMBER),
            "paymentMethod": METHOD,
        },
    )
