"""Alipay's MCP endpoint: the protocol is every provider's, the tools and the notifies are Alipay's."""

from __future__ import annotations

from harness.simulator.account.environment import ALIPAY_MCP, alipay_mcp_settings
from harness.simulator.wire.alipay.tells import TellsAsAlipay
from harness.simulator.wire.alipay_mcp.orders import Orders
from harness.simulator.wire.kit.wire import Wire, WireContext
from harness.simulator.wire.mcp.routes import Mcp
from harness.simulator.wire.mcp.service import Service

PATH = ALIPAY_MCP
"""Where this wire is found; below it another dialect has its paths."""
_INSTRUCTIONS = (
    "模拟的支付宝：下单、查询、退款，不动真钱。金额单位为元，至多两位小数；"
    "只有查询到 TRADE_SUCCESS 或 TRADE_FINISHED 才算已支付。"
    " / A simulated Alipay: place and look up orders, give them back; no real money moves. Amounts are in"
    " yuan with two decimals at most; an order is paid only when a query says TRADE_SUCCESS or"
    " TRADE_FINISHED."
)

ALIPAY = Service(
    path=PATH,
    name="Alipay MCP",
    server="golive-simulated-alipay",
    title="GoLive 模拟支付宝 / simulated Alipay",
    instructions=_INSTRUCTIONS,
    realm="alipay-mcp",
    account_of=lambda merchant: merchant.alipay,
    number_name="outTradeNo",
    key_of=lambda identity: identity.alipay.mcp_api_key,
    settings=alipay_mcp_settings,
    open_tools=Orders,
)


def open_wire(context: WireContext) -> Wire:
    """The Model Context Protocol of one simulator, with Alipay's tools."""
    return AlipayMcp(context, ALIPAY)


class AlipayMcp(TellsAsAlipay, Mcp):
    """The wire of one simulator, whose orders are called back in Alipay's own form."""
