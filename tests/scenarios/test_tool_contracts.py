"""The contracts of tools: names, order and wording leave them alone, whatever binds a caller does not."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import scenarios.mcp
from harness.core.payment import Provider
from harness.simulator.practices import Practices
from harness.simulator.wire.alipay_mcp import catalogue as alipay
from harness.simulator.wire.mcp import catalogue as wechat
from scenarios.mcp.contracts import catalogue_digest, contracts, drift, read_pinned
from scenarios.mcp.words import WORDS

CATALOGUES = {Provider.WECHAT: wechat, Provider.ALIPAY: alipay}
Tools = list[dict[str, Any]]


def listed(provider: Provider = Provider.WECHAT) -> Tools:
    """As `tools/list` has them."""
    tools = CATALOGUES[provider].tools(Practices())
    return [tool.model_dump(by_alias=True, mode="json", exclude_none=True) for tool in tools]


@pytest.mark.parametrize("provider", CATALOGUES)
def test_what_is_pinned_is_what_our_endpoints_offer(provider: Provider) -> None:
    file = Path(scenarios.mcp.__file__).with_name(WORDS[provider].pinned)
    assert contracts(listed(provider)) == read_pinned(file.read_text("utf-8")), (
        f"confirm the change, then write {file.name} anew"
    )


def test_names_order_and_words_do_not_count() -> None:
    before, tools = contracts(listed()), listed()[::-1]
    for tool in tools:
        tool["description"] = tool["title"] = "other words"
        tool["inputSchema"] = dict(reversed(tool["inputSchema"].items()))
        tool["inputSchema"].get("required", []).reverse()
        for member in tool["inputSchema"]["properties"].values():
            member["description"] = "others again"
    assert drift(contracts(tools), before).binds is False
    tools[0]["name"] = "service-status"
    since = drift(contracts(tools), before)
    assert (since.binds, since.renamed) == (False, ("get-service-status → service-status",))
    assert catalogue_digest(contracts(tools)) == catalogue_digest(before)


def stretch(tool: dict[str, Any]) -> None:
    tool["inputSchema"]["properties"]["amount"]["maximum"] += 1


def rename(tool: dict[str, Any]) -> None:
    tool["inputSchema"]["properties"]["total"] = tool["inputSchema"]["properties"].pop("amount")


def call_it_description(tool: dict[str, Any]) -> None:
    del tool["inputSchema"]["properties"]["description"]


def open_up(tool: dict[str, Any]) -> None:
    tool["inputSchema"]["additionalProperties"] = True


def demand(tool: dict[str, Any]) -> None:
    tool["inputSchema"]["required"].append("attach")


def answer(tool: dict[str, Any]) -> None:
    tool["outputSchema"]["properties"]["code_url"]["type"] = "integer"


def lie(tool: dict[str, Any]) -> None:
    tool["annotations"]["readOnlyHint"] = True


@pytest.mark.parametrize("change", [stretch, rename, call_it_description, open_up, demand, answer, lie])
def test_what_binds_a_caller_counts_and_the_tool_is_named(change: Any) -> None:
    before, tools = contracts(listed()), copy.deepcopy(listed())
    change(tools[0])
    since = drift(contracts(tools), before)
    assert (since.changed, since.added, since.lost) == (("create-native-payment",), (), ())
    assert catalogue_digest(contracts(tools)) != catalogue_digest(before)


def test_a_tool_that_came_and_one_that_went_are_named() -> None:
    before, tools = contracts(listed()), listed()
    del tools[4]
    tools.append({"name": "transfer", "inputSchema": {"type": "object"}})
    since = drift(contracts(tools), before)
    assert (since.added, since.lost, since.renamed) == (("transfer",), ("close-order",), ())


def test_odd_tools_have_a_contract_too() -> None:
    assert len(contracts([{"name": 7, "inputSchema": [], "annotations": "x"}, {"\ud800": "\ud800"}])) == 2
