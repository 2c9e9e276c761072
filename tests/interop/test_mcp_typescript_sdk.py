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
CREATE = "create-native-payment"
PACKAGE = "@modelcontextprotocol/sdk"
Converse = Callable[..., tuple[list[str], list[dict[str, Any]]]]


@pytest.fixture
def converse(environment: dict[str, str]) -> Converse:
    """Opens a session, lists the tools and makes the calls; the SDK checks what it can on the way."""

    def through(*calls: tuple[str, dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
        url, key = environment["WECHAT_MCP_ENDPOINT"], environment["WECHAT_MCP_API_KEY"]
        done = run_node(PACKAGE, SCRIPTS / "mcp_sdk.cjs", str(PACKAGES), url, key, json.dumps(calls))
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        return told["tools"], told["results"]

    return through


def code(result: dict[str, Any]) -> str:
    """The platform's word in a refusal, as an agent reads it."""
    assert "thrown" not in result, f"the SDK shows {result['thrown']} instead of the refusal"
    assert result["isError"] is True
    return str(json.loads(result["content"][0]["text"])["code"])


def test_an_order_is_placed_and_looked_up(converse: Converse, new_number: Callable[[], str]) -> None:
    wanted = order(out_trade_no=new_number())
    tools, (placed, asked) = converse((CREATE, wanted), (QUERY, {"out_trade_no": wanted["out_trade_no"]}))
    assert {CREATE, QUERY, "close-order"} <= set(tools)
    assert placed["structuredContent"]["code_url"].startswith("weixin://")
    assert asked["structuredContent"]["trade_state"] == "NOTPAY"


def test_a_refusal_shows_its_code(
    converse: Converse, new_number: Callable[[], str], simulator: RunningSimulator
) -> None:
    wanted = order(out_trade_no=new_number())
    refusals = {
        "PARAM_ERROR": (CREATE, {**wanted, "amount": -1}),
        "OUT_TRADE_NO_USED": (CREATE, {**wanted, "amount": 7}),
        "ORDER_NOT_EXIST": (QUERY, {"out_trade_no": new_number()}),
    }
    _, (_, *results) = converse((CREATE, wanted), *refusals.values())
    assert [code(result) for result in results] == list(refusals)
