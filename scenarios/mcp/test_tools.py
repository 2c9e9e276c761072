"""The tools themselves: truthful annotations, bad arguments without effect, results as their schemas say."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.dialects import dialect as row_of
from harness.core.money import Fen
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup, Prerequisite, Settings, control, needs
from scenarios.mcp.jsonrpc import RawMcp
from scenarios.mcp.schemas import misfit
from scenarios.mcp.unspoilt import UnspoiltOrders
from scenarios.mcp.words import CASES

BEYOND = needs(Prerequisite.BUDGET, "an endpoint that takes it could have it paid")
BAD = [pytest.param(case, marks=BEYOND if case == "enormous amount" else ()) for case in CASES]


@control("MCP-03", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_annotations_tell_the_truth(raw: RawMcp, journal: Journal) -> None:
    tools = raw.tools()
    assert tools, "no tool is offered"
    for tool in tools:
        told = tool.get("annotations") or {}
        journal.observe(f"{tool['name']}: {told}")
        reads = tool["name"] in raw.words.read_only
        assert told.get("readOnlyHint") is reads, (
            f"{tool['name']} says readOnlyHint={told.get('readOnlyHint')}"
        )


@control("MCP-04", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_are_refused_without_effect(
    case: str, raw: RawMcp, unspoilt: UnspoiltOrders, order_lookup: OrderLookup, journal: Journal
) -> None:
    unspoilt.take()
    spoilt = raw.order() | raw.words.bad[case]
    arguments = {name: value for name, value in spoilt.items() if value is not ...}
    number = arguments[raw.words.number]
    before = order_lookup.orders(number)
    told = raw.call(raw.words.create, arguments)
    journal.observe(f"{case}: {told.words}")
    assert not told.taken, f"{case} was taken"
    assert order_lookup.orders(number) == before, f"{case} was refused and made an order all the same"
    if not told.blames_arguments:
        unspoilt.take()  # else it may not have been the arguments
        journal.warn(f"{case} was answered {told.words}, which does not say that an argument is wrong")


@control("MCP-06", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_results_match_their_schemas_and_tell_no_secret(
    raw: RawMcp,
    apiv3_gateway: PaymentGateway,
    request: pytest.FixtureRequest,
    dialect: str,
    dialect_settings: Settings,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    tools, words = {tool["name"]: tool for tool in raw.tools()}, raw.words
    daily_limit.spend(Fen(100))
    wanted = raw.order()
    number = str(wanted[words.number])
    about = {words.number: number}
    looked = {words.query: about} if words.exists_unopened else {}
    further = {name: {} if name == "get-service-status" else about for name in words.others}
    mcp = dialect_settings.mcp_of(row_of(dialect).provider) or dialect_settings.mcp
    secrets = [mcp.api_key, dialect_settings.mcp.api_key, dialect_settings.wechat.apiv3_key]

    def expect_fit(name: str, arguments: dict[str, Any]) -> None:
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

    for name, arguments in {words.create: wanted, **looked, **further}.items():
        expect_fit(name, arguments)
    if words.exists_unopened:
        apiv3_gateway.close(number)
    else:
        with journal.step("a payer opens the order"):
            request.getfixturevalue("levers").pay(out_trade_no=number, outcome="cancel")
        expect_fit(words.query, about)
    refused = raw.call(words.query, {words.number: raw.order()[words.number]})
    members = (refused.result or {}).get("structuredContent")
    journal.observe(f"a number nobody ordered under: {refused.words}")
    if members is not None and misfit(members, tools[words.query]["outputSchema"]):
        journal.warn("a refusal carries structured content that its tool's schema forbids; SDKs then hide it")
