"""The official client of the Model Context Protocol and Alipay's tools: ordered, paid, given back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from mcp.client.client import Client
from mcp_types import CallToolResult, TextContent

from harness.levers.client import LeversClient
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.simulator.mcp_side import official_client


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningSimulator]:
    """A platform of this module's own."""
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def payer(platform: RunningSimulator) -> Iterator[LeversClient]:
    """The payer, and the platform's records."""
    with LeversClient(platform.levers_url, platform.levers_token) as levers:
        yield levers


async def said(client: Client, tool: str, **arguments: object) -> str:
    """The sentence of a tool that did its work; the client has checked its structure against the schema."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_an_order_is_paid_and_given_back(platform: RunningSimulator, payer: LeversClient, era: str) -> None:
    environment = platform.environment(notify_url="http://127.0.0.1:9/notify")
    number = f"GL{era}20261129"

    async def conversation() -> None:
        endpoint = environment["ALIPAY_MCP_ENDPOINT"], environment["ALIPAY_MCP_API_KEY"]
        async with official_client(*endpoint, era) as client:
            listed = {tool.name for tool in (await client.list_tools()).tools}
            assert listed == {
                "create-mobile-alipay-payment",
                "create-web-page-alipay-payment",
                "query-alipay-payment",
                "refund-alipay-payment",
                "query-alipay-refund",
            }
            link = await said(
                client,
                "create-mobile-alipay-payment",
                outTradeNo=number,
                totalAmount=19.9,
                orderTitle="龙井 250 克",
            )
            assert link.startswith("支付链接: [点击完成支付](http")
            await asyncio.to_thread(payer.pay, out_trade_no=number)
            told = await said(client, "query-alipay-payment", outTradeNo=number)
            assert told.startswith("交易状态: TRADE_SUCCESS, 交易金额: 19.90, 支付宝交易号: ")
            part = {"outTradeNo": number, "outRequestNo": f"{number}-1"}
            told = await said(client, "refund-alipay-payment", refundAmount=9.9, **part)
            assert told.startswith("退款结果: 退款成功")
            told = await said(client, "query-alipay-refund", **part)
            assert told.endswith("退款金额: 9.90, 退款状态: REFUND_SUCCESS")
            over = {**part, "outRequestNo": f"{number}-2", "refundAmount": 100.01}
            refused = await client.call_tool("refund-alipay-payment", over)
            assert isinstance(refused, CallToolResult)
            assert refused.is_error

    asyncio.run(conversation())
    audit = payer.audit(number)
    assert (audit.dialect, audit.product, audit.trade_state) == ("alipay-mcp", "h5", "REFUND")
    assert [each.refund for each in audit.refunds] == [990]
