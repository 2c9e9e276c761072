"""Refunds on Alipay's platform, and what became of one (facts alipay 2.8, 2.9)."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.refund import RefundRequest
from harness.simulator.wire.alipay import fields
from harness.simulator.wire.alipay.call import Call
from harness.simulator.wire.alipay.errors import OF_QUERIES, OF_REFUNDS, Besides, business
from harness.simulator.wire.alipay.members import QUERY_OPTIONS, REFUND_AMOUNT, REFUND_REASON
from harness.simulator.wire.alipay.trade import NOTHING, Beijing, Yuan, beijing, buyer
from harness.simulator.wire.kit.answered import NotEmpty
from harness.simulator.wire.kit.wire import WireContext

_NO_REFUND = ("ACQ.REFUND_FEE_ERROR", "交易退款金额有误")


class AlipayRefund(TypedDict):
    """What was given back of a trade, in all, and one name of its buyer."""

    buyer_logon_id: str
    buyer_user_id: NotRequired[str]
    buyer_open_id: NotRequired[str]
    fund_change: Literal["Y", "N"]
    gmt_refund_pay: Beijing
    out_trade_no: str
    refund_fee: Yuan
    send_back_fee: Yuan
    trade_no: NotEmpty


class AlipayFoundRefund(TypedDict):
    """A refund; nothing at all of one that is not known, the last two once it has succeeded."""

    trade_no: NotRequired[NotEmpty]
    out_trade_no: NotRequired[str]
    out_request_no: NotRequired[str]
    total_amount: NotRequired[Yuan]
    refund_amount: NotRequired[Yuan]
    refund_status: NotRequired[Literal["REFUND_SUCCESS"]]
    gmt_refund_pay: NotRequired[Beijing]


class Refunds:
    """The refund operations; every one answers an authenticated call, or raises."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect

    async def refund(self, call: Call) -> AlipayRefund:
        """alipay.trade.refund: `refund_fee` is what was given back in all, not by this call."""
        name, platforms = fields.which_trade(call.biz)
        request = RefundRequest(
            mchid=call.account.mchid,
            out_refund_no=fields.out_request_no(call.biz),
            refund=int(fields.amount(call.biz, REFUND_AMOUNT, over=_NO_REFUND)),
            total=None,
            out_trade_no=None if platforms else name,
            transaction_id=name if platforms else None,
            reason=fields.text(call.biz, REFUND_REASON),
            by_agent=call.by_agent,
            dialect=self._dialect,
            ends=call.refund_ends,
        )
        try:
            refund, moved = call.account.refunds.give_back(request)
        except Refused as refused:
            told: Besides = {}
            if refused.reason is Reason.NOT_THE_ORDERS_AMOUNT:
                told = {"refund_fee": NOTHING, "send_back_fee": NOTHING}
            raise business(*OF_REFUNDS[refused.reason], told) from None
        order = call.account.trade(refund.out_trade_no)
        answered: AlipayRefund = {
            "buyer_logon_id": call.identity.logon_id_of(order.payer or call.identity.buyer_id),
            "fund_change": "Y" if moved else "N",
            "gmt_refund_pay": beijing(refund.success_time or refund.created),
            "out_trade_no": order.out_trade_no,
            "refund_fee": _given_back(call, order),
            "send_back_fee": NOTHING,
            "trade_no": order.transaction_id or "",
        }
        name, who = buyer(order, call.identity)
        answered[name] = who
        return answered

    async def query(self, call: Call) -> AlipayFoundRefund:
        """alipay.trade.fastpay.refund.query: of what it does not know it says nothing."""
        name, platforms = fields.which_trade(call.biz)
        number = fields.out_request_no(call.biz)
        if not number:
            raise business("ACQ.INVALID_PARAMETER", "参数无效：退款请求号不能为空")
        try:
            order = call.account.trade(name, by_transaction=platforms)
        except Refused as refused:
            raise business(*OF_QUERIES[refused.reason]) from None
        try:
            refund = call.account.refunds.find(number, of=order.out_trade_no)
        except Refused:
            return {}
        order.trail.note("refund-queried", out_refund_no=number, status=refund.status.value)
        told: AlipayFoundRefund = {
            "trade_no": order.transaction_id or "",
            "out_trade_no": order.out_trade_no,
            "out_request_no": number,
            "total_amount": order.total.yuan,
            "refund_amount": Fen(refund.refund).yuan,
        }
        if refund.status is not RefundStatus.SUCCESS or refund.success_time is None:
            return told
        told["refund_status"] = "REFUND_SUCCESS"
        options = call.biz.get(QUERY_OPTIONS.name)
        if isinstance(options, list) and "gmt_refund_pay" in options:
            told["gmt_refund_pay"] = beijing(refund.success_time)
        return told


def _given_back(call: Call, order: PlatformOrder) -> str:
    return Fen(call.account.refunds.given_back(order)).yuan
