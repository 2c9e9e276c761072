"""Refunds on this wire: ask and query (envelope facts 2 and 3). The query is ours: the dialect names none.

Whoever speaks this dialect may be an agent: what it gives back has ceilings that no number of calls crosses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypedDict

from harness.core.clock import rfc3339
from harness.core.payment import RefundStatus
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.platform.refund import PlatformRefund, RefundRequest
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.envelope.orders import METHOD, shaped
from harness.simulator.wire.kit.answered import InFen, Moment, one_of
from harness.simulator.wire.kit.order_fields import NUMBER
from harness.simulator.wire.kit.refund_fields import REFUND_NUMBER
from harness.simulator.wire.kit.schema import Integer, Object, Text
from harness.simulator.wire.kit.wire import WireContext

_STATUS: Mapping[RefundStatus, Literal["processing", "success", "failed"]] = {
    RefundStatus.PROCESSING: "processing",
    RefundStatus.SUCCESS: "success",
    RefundStatus.CLOSED: "failed",
    RefundStatus.ABNORMAL: "failed",
}
"""What this dialect calls each state."""


class EnvelopeRefund(TypedDict):
    """A refund; its moment is there once it has succeeded."""

    refundId: str
    outRefundNo: str
    outTradeNo: str
    status: Literal["processing", "success", "failed"]
    refundStatus: Annotated[str, one_of(RefundStatus)]
    refundAmount: InFen
    refundTime: NotRequired[Moment]


class Refunds:
    """The operations; each answers an authenticated call with the members of `data`."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self.ask_body = Object(
            "请求包体",
            {
                "outTradeNo": NUMBER,
                "outRefundNo": REFUND_NUMBER,
                "refundAmount": Integer("退款金额", required=True, least=1),
                "refundReason": Text("退款原因", 80, in_bytes=True),
                "paymentMethod": METHOD,
            },
        )
        self.query_body = Object("请求包体", {"outRefundNo": REFUND_NUMBER, "paymentMethod": METHOD})

    async def ask(self, call: Call) -> EnvelopeRefund:
        """POST …/wechat/payment/refund"""
        given = shaped(self.ask_body, call)
        request = RefundRequest(
            mchid=call.merchant.account.mchid,
            out_refund_no=given["outRefundNo"],
            refund=given["refundAmount"],
            total=None,
            out_trade_no=given["outTradeNo"],
            reason=given.get("refundReason", ""),
            notify_url=None,
            by_agent=True,
            dialect=self._dialect,
            ends=call.refund_ends,
        )
        return refund_told(call.merchant.account.refunds.create(request))

    async def query(self, call: Call) -> EnvelopeRefund:
        """POST …/wechat/payment/refund/query"""
        given = shaped(self.query_body, call)
        refund = call.merchant.account.refunds.query(given["outRefundNo"])
        # An order that is named beside it has to be its own.
        if call.out_trade_no not in (None, refund.out_trade_no):
            raise Refused(Reason.REFUND_UNKNOWN)
        return refund_told(refund)


def refund_told(refund: PlatformRefund) -> EnvelopeRefund:
    """A refund as this dialect tells it."""
    told: EnvelopeRefund = {
        "refundId": refund.refund_id,
        "outRefundNo": refund.request.out_refund_no,
        "outTradeNo": refund.out_trade_no,
        "status": _STATUS[refund.status],
        "refundStatus": refund.status.value,
        "refundAmount": refund.refund,
    }
    if refund.success_time is not None:
        told["refundTime"] = rfc3339(refund.success_time)
    return told
