"""The tools themselves: truthful annotations, bad arguments without effect, results as their schemas say."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.money import Fen
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup, Prerequisite, Settings, control, needs
from scenarios.mcp.jsonrpc import RawMcp
from scenarios.mcp.schemas import misfit
from scenarios.mcp.unspoilt import CREATE, UnspoiltOrders

QUERY = "query-order-by-out-trade-no"
READ_ONLY = {QUERY, "get-service-status", "query-refund-by-out-refund-no"}
BAD: dict[str, dict[str, Any]] = {
    "missing amount": {"amount": ...},
    "amount as text": {"amount": "100"},
    "negative amount": {"amount": -100},
    "fractional amount": {"amount": 100.5},
    "enormous amount": {"amount": 10**30},
    "zero amount": {"amount": 0},
    "injection text": {"out_trade_no": "x'; DROP TABLE orders; --"},
    "unknown member": {"discount": 99},
    "description of 10,000 characters": {"description": "长" * 10_000},
}
BEYOND = needs(Prerequisite.BUDGET, "an endpoint that takes it could have it paid")
CASES = [pytest.param(case, marks=BEYOND if case == "enormous amount" else ()) for case in BAD]


@control("MCP-03", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_annotations_tell_the_truth(raw: RawMcp, journal: Journal) -> None:
    tools = raw.tools()
    assert tools, "no tool is offered"
    for tool in tools:
        told = tool.get("annotations") or {}
        journal.observe(f"{tool['name']}: {told}")
        reads = tool["name"] in READ_ONLY
        assert told.get("readOnlyHint") is reads, (
            f"{tool['name']} says readOnlyHint={told.get('readOnlyHint')}"
        )


@control("MCP-04", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
@pytest.mark.parametrize("case", CASES)
def test_bad_arguments_are_refused_without_effect(
    case: str, raw: RawMcp, unspoilt: UnspoiltOrders, order_lookup: OrderLookup, journal: Journal
) -> None:
    unspoilt.take()
    arguments = {name: value for name, value in (raw.order() | BAD[case]).items() if value is not ...}
    before = order_lookup.orders(arguments["out_trade_no"])
    told = raw.call(CREATE, arguments)
    journal.observe(f"{case}: {told.words}")
    assert not told.taken, f"{case} was taken"
    assert order_lookup.orders(arguments["out_trade_no"]) == before, (
        f"{case} was refused and made an order all the same"
    )
    if not told.blames_arguments:
        unspoilt.take()  # else it may not have been the arguments
        journal.warn(f"{case} was answered {told.words}, which does not say that an argument is wrong")


@control("MCP-06", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_results_match_their_schemas_and_tell_no_secret(
    raw: RawMcp,
    apiv3_gateway: PaymentGateway,
    dialect_settings: Settings,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    tools = {tool["name"]: tool for tool in raw.tools()}
    daily_limit.spend(Fen(100))
    wanted = raw.order()
    calls = {
        CREATE: wanted,
        QUERY: {"out_trade_no": wanted["out_trade_no"]},
        "get-service-status": {},
        "close-order": {"out_trade_no": wanted["out_trade_no"]},
    }
    secrets = [dialect_settings.mcp.api_key, dialect_settings.wechat.apiv3_key]
    for name, arguments in calls.items():
        told = raw.call(name, arguments)
        journal.observe(f"{name}: {told.words}")
        assert told.result is not None, f"{name} was answered {told.words}"
        assert told.taken, f"{name}: {told.result}"
        members = told.result.get("structuredContent")
        assert isinstance(members, dict), f"{name} answers without structured content"
        schema = tools.get(name, {}).get("outputSchema")
        assert schema is not None, f"{name} publishes no schema of what it answers"
        assert (problem := misfit(members, schema)) is None, f"{name}: {problem}"
        assert not [secret for secret in secrets if secret in told.text], f"{name} tells a secret"
    apiv3_gateway.close(str(wanted["out_trade_no"]))
    refused = raw.call(QUERY, {"out_trade_no": raw.order()["out_trade_no"]})
    members = (refused.result or {}).get("structuredContent")
    journal.observe(f"a number nobody ordered under: {refused.words}")
    if members is not None and misfit(members, tools[QUERY]["outputSchema"]):
        journal.warn("a refusal carries structured content that its tool's schema forbids; SDKs then hide it")
