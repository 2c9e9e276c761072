"""Alipay's operations in this dialect (envelope facts 1 to 3), each asked of Alipay's own.

Amounts go in as integers of fen; a query answers them as texts in yuan. The refund's query is ours: the
dialect names none. Whoever speaks this dialect may be an agent, whose refunds have ceilings.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Annotated, Any, NotRequired, TypedDict

from harness.core.clock import rfc3339
from harness.core.money import Fen
from harness.simulator.platform.alipay_rules import CASHIER
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.alipay.call import Call as AlipayCall
from harness.simulator.wire.alipay.errors import AlipayRefusal
from harness.simulator.wire.alipay.orders import PRECREATE, WAP, Orders
from harness.simulator.wire.alipay.refunds import Refunds
from harness.simulator.wire.alipay.trade import Beijing, TradeStatus, Yuan
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.envelope.described import SUMMARIES
from harness.simulator.wire.envelope.errors import invalid
from harness.simulator.wire.envelope.orders import MOST, EnvelopeHealth, shaped
from harness.simulator.wire.envelope.refunds import EnvelopeRefund, refund_told
from harness.simulator.wire.envelope.service import HEALTH, Operation
from harness.simulator.wire.kit.answered import Moment, NotEmpty
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.order_fields import notify_url
from harness.simulator.wire.kit.schema import Integer, Object, Text
from harness.simulator.wire.kit.wire import WireContext

SOLD = {"qr": (PRECREATE, "FACE_TO_FACE_PAYMENT"), "h5": (WAP, "QUICK_WAP_WAY")}
"""What `paymentType` means, and what `productCode` says then."""
_NUMBER = re.compile(r"^[0-9A-Za-z_]+$", re.ASCII)
_REFUND_NUMBER = re.compile(r"^[0-9A-Za-z_\-]+$", re.ASCII)
_METHOD = Text("支付方式", 16, required=True, choices=frozenset({"alipay"}))
_OUT_TRADE_NO = Text("商户订单号", 64, required=True, pattern=_NUMBER)
_OUT_REFUND_NO = Text("商户退款单号", 64, required=True, pattern=_REFUND_NUMBER)
_NO_TRADE = ("ACQ.TRADE_NOT_EXIST", "交易不存在")
_CREATE = Object(
    "请求包体",
    {
        "outTradeNo": _OUT_TRADE_NO,
        "totalAmount": Integer("总金额", required=True, least=1),
        "subject": Text("订单标题", 256, required=True),
        "paymentMethod": _METHOD,
        "paymentType": Text("支付类型", 16, required=True, choices=frozenset(SOLD)),
        "notifyUrl": notify_url(required=False, most=256),
        "returnUrl": Text("返回地址", 256),
        "productCode": Text("销售产品码", 64),
        "timeoutExpress": Text("交易超时", 6),
        "quitUrl": Text("退出地址", 400),
        "extraParams": Object(
            "扩展参数",
            {"passback_params": Text("回传参数", 512), "time_expire": Text("交易结束时间", 32)},
        ),
    },
)
_QUERY = Object(
    "请求包体",
    {
        "outTradeNo": Text("商户订单号", 64, pattern=_NUMBER),
        "paymentId": Text("支付单号", 64),
        "paymentMethod": _METHOD,
    },
)
_REFUND = Object(
    "请求包体",
    {
        "outTradeNo": _OUT_TRADE_NO,
        "outRefundNo": _OUT_REFUND_NO,
        "refundAmount": Integer("退款金额", required=True, least=1),
        "refundReason": Text("退款原因", 256),
        "paymentMethod": _METHOD,
    },
)
_REFUND_QUERY = Object(
    "请求包体",
    {"outTradeNo": _OUT_TRADE_NO, "outRefundNo": _OUT_REFUND_NO, "paymentMethod": _METHOD},
)


def operations(context: WireContext) -> Mapping[str, Operation]:
    """All of them, by path below the endpoint's."""
    asked = _Operations(context)
    return {
        "alipay/health": Operation(HEALTH, asked.health, SUMMARIES["health"]),
        "alipay/payment/create": Operation("create", _in_words(asked.create), SUMMARIES["create"], _CREATE),
        "alipay/payment/query": Operation("query", _in_words(asked.query), SUMMARIES["query"], _QUERY),
        "alipay/payment/refund": Operation("refund", _in_words(asked.refund), SUMMARIES["refund"], _REFUND),
        "alipay/payment/refund/query": Operation(
            "refund-query", _in_words(asked.query_refund), SUMMARIES["refund-query"], _REFUND_QUERY
        ),
    }


class AlipayEnvelopeOrder(TypedDict):
    """What starts a payment, by its type: a code, or an address."""

    outTradeNo: str
    paymentId: NotEmpty
    expireTime: NotRequired[Moment]
    qrCode: NotRequired[NotEmpty]
    paymentUrl: NotRequired[Annotated[str, {"format": "uri"}]]


class AlipayEnvelopeBuyer(TypedDict):
    """Who pays."""

    buyerUserId: NotEmpty
    buyerLogonId: str


class AlipayEnvelopeTrade(TypedDict):
    """A trade; `gmtPayment` is there once it was paid."""

    outTradeNo: str
    paymentId: str
    tradeNo: str
    merchantId: str
    appId: str
    tradeStatus: TradeStatus
    totalAmount: Yuan
    receiptAmount: Yuan
    buyerPayAmount: Yuan
    gmtPayment: NotRequired[Beijing]
    buyerInfo: AlipayEnvelopeBuyer


class _Operations:
    def __init__(self, context: WireContext) -> None:
        self._orders, self._refunds = Orders(context), Refunds(context)

    async def health(self, call: Call) -> EnvelopeHealth:
        return {"status": "UP", "experience": False}

    async def create(self, call: Call) -> AlipayEnvelopeOrder:
        given = shaped(_CREATE, call)
        if given["totalAmount"] > MOST:
            raise invalid(f"totalAmount不得超过{MOST}分")
        extra: dict[str, Any] = given.get("extraParams", {})
        sold, code = SOLD[given["paymentType"]]
        asked = _asked(
            call,
            {
                "out_trade_no": given["outTradeNo"],
                "total_amount": Fen(given["totalAmount"]).yuan,
                "subject": given["subject"],
                "product_code": given.get("productCode") or code,
                "timeout_express": given.get("timeoutExpress"),
                "quit_url": given.get("quitUrl"),
                "time_expire": extra.get("time_expire"),
                "passback_params": extra.get("passback_params"),
            },
            notify_url=given.get("notifyUrl", ""),
            return_url=given.get("returnUrl", ""),
        )
        intent = self._orders.intend(asked, sold, judged=sold is PRECREATE)
        told: AlipayEnvelopeOrder = {
            "outTradeNo": intent.request.out_trade_no,
            # There is no trade yet, and so no number of Alipay's: this is what its cashier knows it by.
            "paymentId": intent.token,
        }
        if intent.handle.expire_time is not None:
            told["expireTime"] = rfc3339(intent.handle.expire_time)
        if sold is PRECREATE:
            told["qrCode"] = intent.handle.code_url or ""
        else:
            told["paymentUrl"] = f"{asked.account.platform_url}{CASHIER}/{intent.token}"
        return told

    async def query(self, call: Call) -> AlipayEnvelopeTrade:
        given = shaped(_QUERY, call)
        number, payment = given.get("outTradeNo"), given.get("paymentId")
        if not number and not payment:
            raise invalid("outTradeNo与paymentId至少填写一个")
        account = call.merchant.alipay
        if payment:
            named = account.number_of_payment(payment)
            # Two names of one order that disagree name no order.
            if named is None or number not in (None, "", named):
                raise AlipayRefusal("40004", *_NO_TRADE)
            number = named
        told = await self._orders.query(_asked(call, {"out_trade_no": number}))
        found: AlipayEnvelopeTrade = {
            "outTradeNo": told["out_trade_no"],
            "paymentId": told["trade_no"],
            "tradeNo": told["trade_no"],
            "merchantId": account.mchid,
            "appId": account.appid,
            "tradeStatus": told["trade_status"],
            "totalAmount": told["total_amount"],
            "receiptAmount": told["receipt_amount"],
            "buyerPayAmount": told["buyer_pay_amount"],
            "buyerInfo": {
                "buyerUserId": told.get("buyer_user_id") or told["buyer_open_id"],
                "buyerLogonId": told["buyer_logon_id"],
            },
        }
        if "send_pay_date" in told:
            found["gmtPayment"] = told["send_pay_date"]
        return found

    async def refund(self, call: Call) -> EnvelopeRefund:
        given = shaped(_REFUND, call)
        asked = _asked(
            call,
            {
                "out_trade_no": given["outTradeNo"],
                "out_request_no": given["outRefundNo"],
                "refund_amount": Fen(given["refundAmount"]).yuan,
                "refund_reason": given.get("refundReason"),
            },
        )
        await self._refunds.refund(asked)
        return refund_told(asked.account.refunds.find(given["outRefundNo"], of=given["outTradeNo"]))

    async def query_refund(self, call: Call) -> EnvelopeRefund:
        given = shaped(_REFUND_QUERY, call)
        asked = _asked(call, {"out_trade_no": given["outTradeNo"], "out_request_no": given["outRefundNo"]})
        if not await self._refunds.query(asked):
            raise Refused(Reason.REFUND_UNKNOWN)
        return refund_told(asked.account.refunds.find(given["outRefundNo"], of=given["outTradeNo"]))


def _in_words(
    perform: Callable[[Call], Awaitable[Mapping[str, object]]],
) -> Callable[[Call], Awaitable[Mapping[str, object]]]:
    """The same, with what Alipay refuses under Alipay's own code."""

    @wraps(perform)
    async def performed(call: Call) -> Mapping[str, object]:
        try:
            return await perform(call)
        except AlipayRefusal as refused:
            status = 404 if refused.sub_code == _NO_TRADE[0] else 400
            raise Refusal(status, refused.sub_code, refused.sub_msg) from None

    return performed


def _asked(call: Call, biz: Mapping[str, Any], *, notify_url: str = "", return_url: str = "") -> AlipayCall:
    """The same request as Alipay's operations see it."""
    return AlipayCall(
        call.merchant,
        biz={name: value for name, value in biz.items() if value is not None},
        notify_url=notify_url,
        return_url=return_url,
        request_id=call.request_id,
        refund_ends=call.refund_ends,
        by_agent=True,
        state=call.state,
        forged=call.forged,
    )
