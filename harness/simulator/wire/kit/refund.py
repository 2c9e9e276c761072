"""A refund as WeChat tells it: in answers and, with other members, in callbacks (facts 3.7, 5.4)."""

from __future__ import annotations

from harness.callbacks.apiv3.genuine import refund_resource
from harness.core.clock import rfc3339
from harness.core.money import Fen
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.kit.transaction import coupon_id


def refund_told(refund: PlatformRefund, *, older_promotions: bool = False) -> dict[str, object]:
    """What create, query and abnormal refund answer.

    Args:
        older_promotions: whether a coupon's type is the one that samples show.
    """
    request = refund.request
    amount: dict[str, object] = {
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
    told: dict[str, object] = {
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
        promotion: dict[str, object] = {
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
    told = refund_told(refund)
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
