"""Every tool of both endpoints is taken by the strict model APIs, and what an API refuses is noticed."""

from __future__ import annotations

from typing import Any

import pytest
from mcp_types import Tool

from harness.simulator.practices import Practices
from harness.simulator.wire.alipay_mcp import catalogue as alipay
from harness.simulator.wire.mcp import catalogue as wechat
from scenarios.mcp.model_apis import model_apis, refusals, refused_tools

TOOLS = [*wechat.tools(Practices()), *alipay.tools(Practices())]
ENTRIES = {**wechat.ENTRIES, **alipay.ENTRIES}
GOOD: dict[str, Any] = {
    "out_trade_no": "order-20261123-001",
    "out_refund_no": "refund-1",
    "amount": 100,
    "description": "龙井 250 克",
    "payer_client_ip": "203.0.113.7",
    "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    "outTradeNo": "order20261123001",
    "outRequestNo": "refund1",
    "totalAmount": 19.9,
    "refundAmount": 19.9,
    "orderTitle": "龙井",
}
"""An argument of each name that a tool has to be given."""
SPOILT = [(name, each) for name, api in model_apis().items() for each in api.spoilt]


def members(tool: Tool) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tool.input_schema["properties"]
    return found


@pytest.mark.parametrize("name", model_apis())
def test_a_model_api_takes_every_tool(name: str) -> None:
    found = {tool.name: refusals(model_apis()[name], tool.name, tool.input_schema) for tool in TOOLS}
    assert len(found) == len(TOOLS) == 13
    assert {tool: why for tool, why in found.items() if why} == {}


@pytest.mark.parametrize(("name", "spoilt"), SPOILT, ids=str)
def test_what_a_model_api_refuses_is_noticed_as_deep_as_it_stands(name: str, spoilt: dict[str, Any]) -> None:
    api = model_apis()[name]
    inner = {"type": "object", "additionalProperties": False, "properties": {"x": spoilt}}
    assert refusals(api, "good", inner)
    holder: dict[str, Any] = {"type": "array"}
    outer = {"type": "object", "additionalProperties": False, "properties": {"list": holder}}
    assert not refusals(api, "good", outer)
    holder["items"] = inner
    assert refusals(api, "good", outer)[0].place.startswith("inputSchema.list.items")


@pytest.mark.parametrize("name", model_apis())
def test_names_and_roots_are_looked_at(name: str) -> None:
    api, closed = model_apis()[name], {"type": "object", "additionalProperties": False, "properties": {}}
    assert [why for _, why in refusals(api, "a name", closed)] == ["its name"]
    assert ("inputSchema", "the keyword anyOf") in refusals(api, "good", {**closed, "anyOf": []})
    assert refusals(api, "good", {"type": "string"})
    assert refusals(api, "good", [])
    assert refusals(api, "good", {**closed, "properties": {"x": True}})


def test_an_argument_with_a_bracket_is_refused_by_the_api_that_forbids_it() -> None:
    named = {"filter[id]": {"type": "string"}}
    schema = {"type": "object", "additionalProperties": False, "properties": named}
    refused = [name for name, api in model_apis().items() if refusals(api, "good", schema)]
    assert refused == ["anthropic"]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_null_for_what_may_be_left_out_is_taken_as_strict_clients_send_it(tool: Tool) -> None:
    """OpenAI's strict mode makes every argument required, and null is its only way to leave one out."""
    required = set(tool.input_schema.get("required", ()))
    given = {name: GOOD[name] if name in required else None for name in members(tool)}
    read = ENTRIES[tool.name].takes.model_validate(given)
    left_out = ENTRIES[tool.name].takes.model_validate({name: GOOD[name] for name in required})
    assert read.model_dump(exclude={"h5_type"}) == left_out.model_dump(exclude={"h5_type"})


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_argument_is_explained_and_every_ceiling_said_in_words(tool: Tool) -> None:
    """Bounds are what clients take out of a schema first."""
    for name, member in members(tool).items():
        assert " / " in member["description"], name
        if "maximum" in member:
            assert f"至 {member['maximum']}" in member["description"], name
            assert f"to {member['maximum']}" in member["description"], name
        elif member["type"] in ("number", "integer"):
            raise AssertionError(f"{tool.name}.{name} has no ceiling")


def test_tools_that_an_api_refuses_for_one_reason_are_named_together() -> None:
    closed = {"type": "object", "properties": {}, "additionalProperties": False}
    tools = [
        {"name": "pay", "inputSchema": {**closed, "$schema": "x"}},
        {"name": "close", "inputSchema": {**closed, "$schema": "x"}},
        {"name": "query", "inputSchema": closed},
        {"name": "status", "inputSchema": {"type": "array"}},
    ]
    found = [(why, names) for api, (_, why), names in refused_tools(tools) if api == "openai"]
    assert found == [
        ("the keyword $schema", ["pay", "close"]),
        ("arguments that are no object", ["status"]),
    ]
