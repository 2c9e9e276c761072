"""The TypeScript SDK 1.x, which most agents are built on, against the simulator's MCP endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.simulator.embedded import RunningSimulator
from tests.interop.node_side import PACKAGES, SCRIPTS, run_node
from tests.simulator.mcp_side import order

QUERY = "query-order-by-out-trade-no"
CREATE, ALIPAY_CREATE = "create-native-payment", "create-mobile-alipay-payment"
PACKAGE = "@modelcontextprotocol/sdk"
Call = tuple[str, dict[str, Any]]
Converse = Callable[..., tuple[set[str], list[dict[str, Any]]]]


@pytest.fixture
def converse(environment: dict[str, str]) -> Converse:
    """Opens a session, lists the tools and makes the calls; the SDK checks what it can on the way."""

    def through(provider: str, *calls: Call) -> tuple[set[str], list[dict[str, Any]]]:
        url, key = environment[f"{provider}_MCP_ENDPOINT"], environment[f"{provider}_MCP_API_KEY"]
        done = run_node(PACKAGE, SCRIPTS / "mcp_sdk.cjs", str(PACKAGES), url, key, json.dumps(calls))
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        return set(told["tools"]), told["results"]

    return through


def code(result: dict[str, Any]) -> str:
    """The platform's word in a refusal, as an agent reads it."""
    assert "thrown" not in result, f"the SDK shows {result['thrown']} instead of the refusal"
    assert result["isError"] is True
    return str(json.loads(result["content"][0]["text"])["code"])


def test_wechats_orders_are_placed_and_looked_up_and_refusals_show_their_code(
    converse: Converse, new_number: Callable[[], str], simulator: RunningSimulator
) -> None:
    wanted, nobodys = order(out_trade_no=new_number()), new_number()
    number = {"out_trade_no": wanted["out_trade_no"]}
    refund = {"out_refund_no": f"r{nobodys}"[:64]}
    refusals = {
        "OUT_TRADE_NO_USED": (CREATE, {**wanted, "amount": 7}),
        "ORDER_NOT_EXIST": (QUERY, {"out_trade_no": nobodys}),
        "RESOURCE_NOT_EXISTS": ("query-refund-by-out-refund-no", refund),
    }
    bad = [
        (CREATE, {**wanted, "amount": -1}),
        ("refund-order", {**number, **refund, "amount": 10_001}),
        ("close-order", {}),
    ]
    tools, results = converse("WECHAT", (CREATE, wanted), (QUERY, number), *refusals.values(), *bad)
    assert {CREATE, QUERY, "close-order"} <= tools
    placed, asked, *refused = results
    assert placed["structuredContent"]["code_url"].startswith("weixin://")
    assert asked["structuredContent"]["trade_state"] == "NOTPAY"
    assert [code(result) for result in refused] == [*refusals, *["PARAM_ERROR"] * len(bad)]


def test_alipays_orders_are_placed_and_refusals_show_their_code(
    converse: Converse, new_number: Callable[[], str], simulator: RunningSimulator
) -> None:
    number = {"outTradeNo": "".join(filter(str.isalnum, new_number()))}
    wanted = {**number, "totalAmount": 19.9, "orderTitle": "龙井 250 克"}
    refund = {**number, "outRequestNo": "refund1"}
    refused: list[Call] = [
        ("query-alipay-payment", number),
        ("query-alipay-refund", refund),
        (ALIPAY_CREATE, {**wanted, "totalAmount": 1.005}),
        (ALIPAY_CREATE, {**number}),
        ("refund-alipay-payment", {**refund, "refundAmount": 100.01}),
    ]
    tools, (placed, *results) = converse("ALIPAY", (ALIPAY_CREATE, wanted), *refused)
    assert ALIPAY_CREATE in tools
    assert placed["structuredContent"]["outTradeNo"] == number["outTradeNo"]
    assert [code(result) for result in results] == [*["ACQ.TRADE_NOT_EXIST"] * 2, *["PARAM_ERROR"] * 3]
