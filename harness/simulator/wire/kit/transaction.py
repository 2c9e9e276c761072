"""An order as WeChat tells it, in queries and in callbacks (facts 3.4)."""

from __future__ import annotations

from harness.core.clock import rfc3339
from harness.core.payment import TRADE_STATE_DESC
from harness.simulator.platform.orders import PlatformOrder


def transaction(order: PlatformOrder) -> dict[str, object]:
    """Its members; most appear only after payment."""
    request = order.request
    told: dict[str, object] = {
        "appid": request.appid,
        "mchid": request.mchid,
        "out_trade_no": request.out_trade_no,
        "trade_state": order.state.value,
        "trade_state_desc": TRADE_STATE_DESC[order.state.value],
    }
    if order.success_time is None:
        return told
    told |= {
        "transaction_id": order.transaction_id,
        "trade_type": request.product.trade_type,
        "bank_type": "OTHERS",
        "success_time": rfc3339(order.success_time),
        "payer": {"openid": order.payer},
        "amount": {
            "total": request.total,
            "payer_total": request.total - order.coupon,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }
    if request.attach is not None:
        told["attach"] = request.attach
    if request.device_id is not None:
        told["scene_info"] = {"device_id": request.device_id}
    if order.coupon:
        told["promotion_detail"] = [_promotion(order)]
    return told


def coupon_id(transaction_id: str) -> str:
    """What the coupon of a payment is called."""
    return f"{transaction_id}1"[-20:]


def _promotion(order: PlatformOrder) -> dict[str, object]:
    return {
        "coupon_id": coupon_id(str(order.transaction_id)),
        "name": "模拟代金券",
        "scope": "GLOBAL",
        "type": "CASH",
        "amount": order.coupon,
        "stock_id": "10000001",
        "wechatpay_contribute": order.coupon,
        "merchant_contribute": 0,
        "other_contribute": 0,
        "currency": "CNY",
    }
