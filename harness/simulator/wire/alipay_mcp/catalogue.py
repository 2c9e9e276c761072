"""Alipay's tools as `tools/list` shows them, under the names of the official server (facts alipay 5).

Its sixth, which writes a payment link for an agent's own earnings, belongs to another contract and is not
served.
"""

from __future__ import annotations

from mcp_types import Tool

from harness.simulator.practices import Practices
from harness.simulator.wire.alipay_mcp import arguments, results
from harness.simulator.wire.mcp.entry import ENDS, LOOKS, ORDERS, Entry, listed

CREATE_MOBILE = "create-mobile-alipay-payment"
CREATE_WEB_PAGE = "create-web-page-alipay-payment"
QUERY = "query-alipay-payment"
REFUND = "refund-alipay-payment"
QUERY_REFUND = "query-alipay-refund"

ENTRIES: dict[str, Entry] = {
    CREATE_MOBILE: Entry(
        "手机网站支付",
        "创建支付宝手机支付订单，返回在手机浏览器打开的支付链接。金额单位为元。"
        " / Places an Alipay order and returns the link that a phone's browser opens. Amounts are in yuan.",
        arguments.CreatePayment,
        results.Prepared,
        ORDERS,
        "create",
    ),
    CREATE_WEB_PAGE: Entry(
        "电脑网站支付",
        "创建支付宝网页支付订单，返回在电脑浏览器打开的支付链接。金额单位为元。"
        " / Places an Alipay order and returns the link that a computer's browser opens. Amounts are in"
        " yuan.",
        arguments.CreatePayment,
        results.Prepared,
        ORDERS,
        "create",
    ),
    QUERY: Entry(
        "查询支付",
        "按商户订单号查询交易。只有 TRADE_SUCCESS 或 TRADE_FINISHED 才算已支付；"
        "付款人打开链接之前交易不存在。"
        " / Looks a trade up by the merchant's number. Only TRADE_SUCCESS and TRADE_FINISHED mean paid;"
        " before a payer opens the link there is no trade.",
        arguments.QueryPayment,
        results.Trade,
        LOOKS,
        "query",
    ),
    REFUND: Entry(
        "退款",
        "退还已支付订单的全部或部分金额，有单笔与单日上限。超时或出错后须先查询，再以同一退款请求号重试，换号等于再退一笔。"
        " / Gives a paid order back, whole or in part, up to a ceiling each and a day. After a timeout or an"
        " error query first, then repeat the same number: another number is another refund.",
        arguments.RefundPayment,
        results.Refund,
        ENDS,
        "refund",
    ),
    QUERY_REFUND: Entry(
        "查询退款",
        "按退款请求号查询退款。只有 REFUND_SUCCESS 才算已退款。"
        " / Looks a refund up by its number. Only REFUND_SUCCESS means refunded.",
        arguments.QueryRefund,
        results.FoundRefund,
        LOOKS,
        "refund-query",
    ),
}


def tools(practices: Practices) -> list[Tool]:
    """What `tools/list` says; some practices make it lie."""
    return listed(ENTRIES, practices, lacking=QUERY_REFUND, swapped=(QUERY, REFUND))
