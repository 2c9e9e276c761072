"""The tools of this endpoint as `tools/list` shows them: names, schemas, and annotations that are true."""

from __future__ import annotations

from mcp_types import Tool

from harness.simulator.practices import Practices
from harness.simulator.wire.mcp import arguments, results
from harness.simulator.wire.mcp.entry import ENDS, LOOKS, ORDERS, Entry, listed

CREATE_NATIVE = "create-native-payment"
CREATE_H5 = "create-h5-payment"
CREATE_JSAPI = "create-jsapi-payment"
QUERY = "query-order-by-out-trade-no"
CLOSE = "close-order"
REFUND = "refund-order"
QUERY_REFUND = "query-refund-by-out-refund-no"
STATUS = "get-service-status"

ENTRIES: dict[str, Entry] = {
    CREATE_NATIVE: Entry(
        "Native 下单",
        "创建微信 Native 支付订单，返回二维码链接 code_url。"
        "同一订单号、同样参数可重复下单，旧二维码随即失效。"
        " / Places a WeChat Native order and returns the code_url that a QR code holds. The same number"
        " with the same parameters is the same order; the earlier code stops working.",
        arguments.CreateNative,
        results.PreparedNative,
        ORDERS,
        "create",
    ),
    CREATE_H5: Entry(
        "H5 下单",
        "创建微信 H5 支付订单，返回支付跳转链接 h5_url（5 分钟内有效）。"
        " / Places a WeChat H5 order and returns the h5_url that a mobile browser opens within five minutes.",
        arguments.CreateH5,
        results.PreparedH5,
        ORDERS,
        "create",
    ),
    CREATE_JSAPI: Entry(
        "JSAPI / 小程序下单",
        "创建微信 JSAPI 支付订单，返回 prepay_id 和已签名的调起支付参数。"
        " / Places a WeChat JSAPI order and returns its prepay_id with the signed parameters that open the"
        " cashier.",
        arguments.CreateJsapi,
        results.PreparedJsapi,
        ORDERS,
        "create",
    ),
    QUERY: Entry(
        "查询订单",
        "按商户订单号查询订单状态。只有 trade_state 为 SUCCESS 才算已支付。"
        " / Looks an order up by the merchant's number. Only trade_state SUCCESS means paid.",
        arguments.QueryOrder,
        results.Transaction,
        LOOKS,
        "query",
    ),
    CLOSE: Entry(
        "关闭订单",
        "关闭未支付的订单；关闭后单号不能再用。 / Closes an unpaid order; its number cannot be used again.",
        arguments.CloseOrder,
        results.Closed,
        ENDS,
        "close",
    ),
    REFUND: Entry(
        "申请退款",
        "退还已支付订单的全部或部分金额，有单笔与单日上限。返回 PROCESSING 只表示已受理；"
        "超时或出错后须先查询，再以同一退款单号重试，换号等于再退一笔。"
        " / Gives a paid order back, whole or in part, up to a ceiling each and a day. PROCESSING only means"
        " accepted. After a timeout or an error query first, then repeat the same number: another number is"
        " another refund.",
        arguments.RefundOrder,
        results.Refund,
        ENDS,
        "refund",
    ),
    QUERY_REFUND: Entry(
        "查询退款",
        "按商户退款单号查询退款状态。只有 status 为 SUCCESS 才算已退款。"
        " / Looks a refund up by the merchant's number. Only status SUCCESS means refunded.",
        arguments.QueryRefund,
        results.Refund,
        LOOKS,
        "refund-query",
    ),
    STATUS: Entry(
        "服务状态",
        "本支付接口提供哪些支付、是否体验版、收款方是谁。"
        " / What this endpoint offers, whether it is the experience edition, and who is paid.",
        arguments.NoArguments,
        results.Service,
        LOOKS,
    ),
}
"""Every tool under its name."""


def tools(practices: Practices) -> list[Tool]:
    """What `tools/list` says; some practices make it lie."""
    return listed(ENTRIES, practices, lacking=CLOSE, swapped=(QUERY, CLOSE))
