"""A refund as WeChat tells it: in answers and, with other members, in callbacks (facts 3.7, 5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from harness.callbacks.apiv3.genuine import refund_resource
from harness.core.clock import rfc3339
from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.kit.answered import InFen, Moment, one_of
from harness.simulator.wire.kit.json_schema import json_schema
from harness.simulator.wire.kit.refund_fields import GOODS, SOURCES
from harness.simulator.wire.kit.transaction import coupon_id

# What a refund gives back as it was asked for has the shape of the asking.
_Sources = Annotated[list[dict[str, Any]], json_schema(SOURCES)]
_Goods = Annotated[list[dict[str, Any]], json_schema(GOODS)]

RefundAmount = TypedDict(
    "RefundAmount",
    {
        "total": InFen,
        "refund": InFen,
        "currency": Literal["CNY"],
        "payer_total": InFen,
        "payer_refund": InFen,
        "discount_refund": InFen,
        "settlement_total": InFen,
        "settlement_refund": InFen,
        "from": NotRequired[_Sources],
    },
)
"""What is given back, of which amounts."""


class RefundPromotion(TypedDict):
    """What is given back of a coupon."""

    promotion_id: str
    scope: Literal["GLOBAL", "SINGLE"]
    type: Literal["CASH", "NOCASH", "COUPON", "DISCOUNT"]
    amount: InFen
    refund_amount: InFen
    goods_detail: NotRequired[_Goods]


class Refund(TypedDict):
    """A refund; `success_time` is there once it has succeeded."""

    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    channel: Annotated[str, {"enum": ["ORIGINAL", "BALANCE", "OTHER_BALANCE", "OTHER_BANKCARD"]}]
    user_received_account: str
    create_time: Moment
    status: Annotated[str, one_of(RefundStatus)]
    funds_account: str
    amount: RefundAmount
    success_time: NotRequired[Moment]
    promotion_detail: NotRequired[list[RefundPromotion]]


def refund_told(refund: PlatformRefund, *, older_promotions: bool = False) -> Refund:
    """What create, query and abnormal refund answer.

    Args:
        older_promotions: whether a coupon's type is the one that samples show.
    """
    request = refund.request
    amount: RefundAmount = {
        "total": refund.total,
        "refund": refund.refund,
        "currency": "CNY",
        "payer_total": refund.payer_total,
        "payer_refund": refund.payer_refund,
        "discount_refund": refund.discount_refund,
        # Every simulated coupon is prepaid (CASH): the merchant received the whole, and gives back the whole.
        "settlement_total": refund.total,
        "settlement_refund": refund.refund,
    }
    if request.sources:
        amount["from"] = [dict(each) for each in request.sources]
    told: Refund = {
        "refund_id": refund.refund_id,
        "out_refund_no": request.out_refund_no,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "channel": refund.channel,
        "user_received_account": refund.received_by,
        "create_time": rfc3339(refund.created),
        "status": refund.status.value,
        "funds_account": request.funds_account,
        "amount": amount,
    }
    if refund.success_time is not None:
        told["success_time"] = rfc3339(refund.success_time)
    if refund.coupon_total:
        promotion: RefundPromotion = {
            "promotion_id": coupon_id(refund.transaction_id),
            "scope": "GLOBAL",
            "type": "COUPON" if older_promotions else "CASH",
            "amount": refund.coupon_total,
            "refund_amount": refund.discount_refund,
        }
        if request.goods_detail:
            promotion["goods_detail"] = [dict(each) for each in request.goods_detail]
        told["promotion_detail"] = [promotion]
    return told


def refund_in_short(refund: PlatformRefund) -> dict[str, object]:
    """What an agent is told of it: no source of funds, no fees."""
    told: Mapping[str, object] = refund_told(refund)
    kept = ("refund_id", "out_refund_no", "out_trade_no", "status", "create_time", "success_time")
    return {name: told[name] for name in kept if name in told} | {
        "amount": {
            "total": refund.total,
            "refund": refund.refund,
            "payer_refund": refund.payer_refund,
            "currency": "CNY",
        }
    }


def refund_notice(refund: PlatformRefund) -> dict[str, object]:
    """What a callback carries; its status has another name there."""
    return refund_resource(
        mchid=refund.request.mchid,
        transaction_id=refund.transaction_id,
        out_trade_no=refund.out_trade_no,
        refund_id=refund.refund_id,
        out_refund_no=refund.request.out_refund_no,
        status=refund.status.value,
        success_time=refund.success_time,
        received_by=refund.received_by,
        total=Fen(refund.total),
        refund=Fen(refund.refund),
        payer_total=Fen(refund.payer_total),
        payer_refund=Fen(refund.payer_refund),
    )
