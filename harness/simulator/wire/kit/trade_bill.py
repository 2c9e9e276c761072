"""The trade bill: a row per payment and per accepted refund, and their sums (facts 3.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from harness.core.payment import RefundStatus
from harness.simulator.platform.days import Trade
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.kit.bill_text import IN_ORDERS, IN_REFUNDS, header, moment, values, yuan


class TradeBill(StrEnum):
    """Which rows a bill has."""

    ALL = "ALL"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"


_TRADE = [
    *("交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "用户标识"),
    *("交易类型", "交易状态", "付款银行", "货币种类"),
]
_ORDER = ["应结订单金额", "代金券金额"]
_MOMENTS = ["退款申请时间", "退款成功时间"]
_REFUND = ["微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态"]
_GOODS = ["商品名称", "商户数据包", "手续费", "费率", "订单金额"]
COLUMNS: Mapping[TradeBill, Sequence[str]] = {
    TradeBill.ALL: [*_TRADE, *_ORDER, *_REFUND, *_GOODS, "申请退款金额", "费率备注"],
    TradeBill.SUCCESS: [*_TRADE, *_ORDER, *_GOODS, "费率备注"],
    TradeBill.REFUND: [*_TRADE, *_ORDER, *_MOMENTS, *_REFUND, *_GOODS, "申请退款金额", "费率备注"],
}
"""In the documented order."""
_ALL_SUMS = [
    *("总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额"),
    *("手续费总金额", "订单总金额", "申请退款总金额"),
]
SUMMARY: Mapping[TradeBill, Sequence[str]] = {
    TradeBill.ALL: _ALL_SUMS,
    TradeBill.SUCCESS: ["总交易单数", "应结订单总金额", "手续费总金额", "订单总金额"],
    TradeBill.REFUND: _ALL_SUMS,
}

BILLED_STATUS: Mapping[RefundStatus, str] = {
    RefundStatus.SUCCESS: "SUCCESS",
    RefundStatus.PROCESSING: "PROCESSING",
    RefundStatus.CLOSED: "FAIL",
    RefundStatus.ABNORMAL: "CHANGE",
}
"""Bills have words of their own for how a refund stands."""
NOTHING = "0.00"
RATE = "0.00%"
"""The simulated platform takes no fee: its book has none either."""


def trade_bill(kind: TradeBill, trades: Sequence[Trade]) -> Iterator[str]:
    """Its lines, each with its end.

    Args:
        trades: those that the bill is about, in the order of their rows.
    """
    yield header(COLUMNS[kind])
    ordered = refunded = coupons = 0
    for trade in trades:
        if trade.refund is None:
            ordered += int(trade.order.total)
            yield values(_payment(kind, trade.order))
        else:
            refunded += trade.refund.refund
            coupons += trade.refund.discount_refund
            yield values(_refund(kind, trade.order, trade.refund))
    count, orders, refunds = str(len(trades)), yuan(ordered), yuan(refunded)
    yield header(SUMMARY[kind])
    if kind is TradeBill.SUCCESS:
        yield values([count, orders, NOTHING, orders])
    else:
        # Every simulated coupon is prepaid (CASH): what is settled is what was ordered, or given back.
        yield values([count, orders, refunds, yuan(coupons), NOTHING, orders, refunds])


def _payment(kind: TradeBill, order: PlatformOrder) -> list[str]:
    total = yuan(order.request.total)
    cells = [*_trade(order, order.success_time, "SUCCESS", IN_ORDERS), total, yuan(order.coupon)]
    if kind is not TradeBill.SUCCESS:
        cells += ["0", "0", NOTHING, NOTHING, "", ""]
    cells += [*_goods(order, IN_ORDERS), total]
    return [*cells, ""] if kind is TradeBill.SUCCESS else [*cells, NOTHING, ""]


def _refund(kind: TradeBill, order: PlatformOrder, refund: PlatformRefund) -> list[str]:
    amount = yuan(refund.refund)
    cells = [*_trade(order, refund.created, "REFUND", IN_REFUNDS), NOTHING, NOTHING]
    if kind is TradeBill.REFUND:
        cells += [moment(refund.created), moment(refund.success_time)]
    cells += [refund.refund_id, refund.request.out_refund_no, amount, yuan(refund.discount_refund)]
    cells += ["ORIGINAL", BILLED_STATUS[refund.status], *_goods(order, IN_REFUNDS), NOTHING, amount, ""]
    return cells


def _trade(order: PlatformOrder, at: datetime | None, state: str, free: Mapping[int, str]) -> list[str]:
    request = order.request
    return [
        moment(at),
        request.appid,
        request.mchid,
        "0",
        (request.device_id or "").translate(free),
        order.transaction_id or "",
        request.out_trade_no,
        order.payer or "",
        request.product.trade_type,
        state,
        "OTHERS",
        "CNY",
    ]


def _goods(order: PlatformOrder, free: Mapping[int, str]) -> list[str]:
    request = order.request
    return [request.description.translate(free), (request.attach or "").translate(free), NOTHING, RATE]
