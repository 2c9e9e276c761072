"""Alipay's tools: each is one operation of its platform, in the official server's terms (facts alipay 5)."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.types import Scope

from harness.simulator.platform.alipay_rules import CASHIER
from harness.simulator.wire.alipay.call import Call
from harness.simulator.wire.alipay.errors import AlipayRefusal
from harness.simulator.wire.alipay.orders import PAGE, WAP, Sold
from harness.simulator.wire.alipay.orders import Orders as Operations
from harness.simulator.wire.alipay.refunds import Refunds
from harness.simulator.wire.alipay_mcp import arguments, catalogue
from harness.simulator.wire.kit.wire import WireContext
from harness.simulator.wire.mcp.answer import REQUEST_NAME
from harness.simulator.wire.mcp.toolset import (
    Answer,
    Perform,
    ToolRefusal,
    ToolSet,
    hit_on,
    merchant_of,
    refund_ends_on,
)

_TOLD_OF_A_TRADE = (
    "trade_no",
    "out_trade_no",
    "trade_status",
    "total_amount",
    "buyer_pay_amount",
    "receipt_amount",
    "send_pay_date",
    "buyer_user_id",
    "buyer_open_id",
    "buyer_logon_id",
)
_TOLD_OF_A_REFUND = ("trade_no", "out_trade_no", "fund_change", "refund_fee", "gmt_refund_pay")
_FAILED = {
    catalogue.QUERY: "交易查询失败",
    catalogue.REFUND: "退款执行失败",
    catalogue.QUERY_REFUND: "退款查询失败",
}
"""How a refusal begins, where the official server has words of its own for it."""


class Orders(ToolSet):
    """The tools of this endpoint."""

    def __init__(self, context: WireContext) -> None:
        super().__init__(
            context,
            catalogue.ENTRIES,
            catalogue.tools(context.practices),
            amounts=("totalAmount", "refundAmount"),
        )
        self._orders, self._refunds = Operations(context), Refunds(context)
        perform: Mapping[str, Perform] = {
            catalogue.CREATE_MOBILE: self._selling(WAP),
            catalogue.CREATE_WEB_PAGE: self._selling(PAGE),
            catalogue.QUERY: self._query,
            catalogue.REFUND: self._refund,
            catalogue.QUERY_REFUND: self._query_refund,
        }
        self._perform = {name: self._in_words(name, each) for name, each in perform.items()}

    @property
    def perform(self) -> Mapping[str, Perform]:
        """Every tool's."""
        return self._perform

    def rounded(self, amount: float) -> object:
        """To the next fen."""
        return round(amount, 2)

    def sentence(self, tool: str, told: Answer) -> str:
        """What the official server says (facts alipay 5)."""
        if tool in (catalogue.CREATE_MOBILE, catalogue.CREATE_WEB_PAGE):
            label = "支付链接" if tool == catalogue.CREATE_MOBILE else "网页支付链接"
            return f"{label}: [点击完成支付]({told['paymentUrl']})"
        trade_no = told.get("tradeNo", "")
        if tool == catalogue.QUERY:
            status, total = told["tradeStatus"], told["totalAmount"]
            return f"交易状态: {status}, 交易金额: {total}, 支付宝交易号: {trade_no}"
        if tool == catalogue.REFUND:
            done = "退款成功" if told["fundChange"] == "Y" else "重复请求退款幂等成功"
            return f"退款结果: {done}, 退款交易: {trade_no}"
        status = told.get("refundStatus", "")
        if status != "REFUND_SUCCESS":
            return f"未查询到退款成功. 退款状态: {status}"
        amount = told["refundAmount"]
        return f"查询到退款成功, 退款交易: {trade_no}, 退款金额: {amount}, 退款状态: {status}"

    def _selling(self, sold: Sold) -> Callable[[arguments.CreatePayment, Scope], Awaitable[Answer]]:
        async def create(given: arguments.CreatePayment, scope: Scope) -> Answer:
            call = _call(
                scope,
                {
                    "out_trade_no": self._free(scope, given.outTradeNo),
                    "total_amount": given.totalAmount.yuan,
                    "subject": given.orderTitle,
                    "product_code": sold.codes[0],
                    "time_expire": given.timeExpire,
                    "passback_params": given.passbackParams,
                },
                notify_url=given.notifyUrl or "",
                return_url=given.returnUrl or "",
            )
            intent = self._orders.intend(call, sold)
            self.newest_goods = given.orderTitle
            link = f"{call.account.platform_url}{CASHIER}/{intent.token}"
            return {"outTradeNo": intent.request.out_trade_no, "paymentUrl": link}

        return create

    async def _query(self, given: arguments.QueryPayment, scope: Scope) -> Answer:
        told: Mapping[str, object] = await self._orders.query(
            _call(scope, {"out_trade_no": given.outTradeNo})
        )
        found = camel({name: told[name] for name in _TOLD_OF_A_TRADE if name in told})
        if self.context.practices.tells_key:
            found["buyerLogonId"] = (
                f"{found['buyerLogonId']} ({merchant_of(scope).identity.alipay.mcp_api_key})"
            )
        return found

    async def _refund(self, given: arguments.RefundPayment, scope: Scope) -> Answer:
        asked = {
            "out_trade_no": given.outTradeNo,
            "refund_amount": given.refundAmount.yuan,
            "out_request_no": given.outRequestNo,
            "refund_reason": given.refundReason,
        }
        told: Mapping[str, object] = await self._refunds.refund(_call(scope, asked))
        found = camel({name: told[name] for name in _TOLD_OF_A_REFUND if name in told})
        return {**found, "outRequestNo": given.outRequestNo}

    async def _query_refund(self, given: arguments.QueryRefund, scope: Scope) -> Answer:
        asked = {
            "out_trade_no": given.outTradeNo,
            "out_request_no": given.outRequestNo,
            "query_options": ["gmt_refund_pay"],
        }
        return camel(await self._refunds.query(_call(scope, asked)))

    def _free(self, scope: Scope, number: str) -> str:
        """The order's number; with the defect that orders again, one that is still free."""
        if self.context.practices.repeat_orders_again and merchant_of(scope).alipay.has(number):
            return f"{number[:50]}_{secrets.token_hex(4)}"
        return number

    def _in_words(self, tool: str, perform: Perform) -> Perform:
        """The same, with what the platform refuses in the official server's words."""

        async def performed(given: Any, scope: Scope) -> Answer:
            try:
                return await perform(given, scope)
            except AlipayRefusal as refused:
                begins = f"{_FAILED[tool]}. 错误信息: " if tool in _FAILED else ""
                raise ToolRefusal(refused.sub_code, f"{begins}{refused.sub_msg}") from None

        return performed


def camel(members: Mapping[str, object]) -> Answer:
    """Members under the names of this wire: `trade_no` is `tradeNo`."""
    return {_camel(name): value for name, value in members.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _call(scope: Scope, biz: Mapping[str, Any], *, notify_url: str = "", return_url: str = "") -> Call:
    """One request as Alipay's operations see it: whoever calls a tool may be an agent."""
    hit = hit_on(scope)
    return Call(
        merchant_of(scope),
        biz={name: value for name, value in biz.items() if value is not None},
        notify_url=notify_url,
        return_url=return_url,
        request_id=scope[REQUEST_NAME],
        refund_ends=refund_ends_on(scope),
        by_agent=True,
        state=None if hit is None else hit.state,
    )
