"""An order as WeChat tells it, in queries and in callbacks (facts 3.4)."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from harness.core.clock import rfc3339
from harness.core.payment import TRADE_STATE_DESC, TradeState
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.wire.kit.answered import InFen, Moment, one_of


class Payer(TypedDict):
    """Who paid."""

    openid: str


class TransactionAmount(TypedDict):
    """What was paid."""

    total: InFen
    payer_total: InFen
    currency: Literal["CNY"]
    payer_currency: Literal["CNY"]


class SceneInfo(TypedDict):
    """Where it was paid."""

    device_id: str


class Promotion(TypedDict):
    """A coupon that was used."""

    coupon_id: str
    name: str
    scope: Literal["GLOBAL", "SINGLE"]
    type: Literal["CASH", "NOCASH"]
    amount: InFen
    stock_id: str
    wechatpay_contribute: InFen
    merchant_contribute: InFen
    other_contribute: InFen
    currency: Literal["CNY"]


class Transaction(TypedDict):
    """An order; what may be left out is there once it was paid, the last three where it has them."""

    appid: str
    mchid: str
    out_trade_no: str
    trade_state: Annotated[str, one_of(TradeState)]
    trade_state_desc: str
    transaction_id: NotRequired[str]
    trade_type: NotRequired[str]
    bank_type: NotRequired[str]
    success_time: NotRequired[Moment]
    payer: NotRequired[Payer]
    amount: NotRequired[TransactionAmount]
    attach: NotRequired[str]
    scene_info: NotRequired[SceneInfo]
    promotion_detail: NotRequired[list[Promotion]]


def transaction(order: PlatformOrder) -> Transaction:
    """Its members; most appear only after payment."""
    request = order.request
    told: Transaction = {
        "appid": request.appid,
        "mchid": request.mchid,
        "out_trade_no": request.out_trade_no,
        "trade_state": order.state.value,
        "trade_state_desc": TRADE_STATE_DESC[order.state.value],
    }
    if order.success_time is None or order.transaction_id is None or order.payer is None:
        return told  # all three come with the payment
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
        told["promotion_detail"] = [_promotion(order, order.transaction_id)]
    return told


def coupon_id(transaction_id: str) -> str:
    """What the coupon of a payment is called."""
    return f"{transaction_id}1"[-20:]


def _promotion(order: PlatformOrder, transaction_id: str) -> Promotion:
    return {
        "coupon_id": coupon_id(transaction_id),
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
