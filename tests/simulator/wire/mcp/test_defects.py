"""Each deliberate fault of the MCP wire breaks the rule it is named for, and no other way in or out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.simulator.account.identity import Identity
from harness.simulator.defects import DEFECTS as ALL_DEFECTS
from tests.simulator.mcp_side import STATELESS, VERSION_KEY, RawCaller, endpoint, order

DEFECTS = [defect for defect in ALL_DEFECTS if defect.id.startswith("mcp-")]
CREATE, QUERY = "create-native-payment", "query-order-by-out-trade-no"


def listed(raw: RawCaller) -> dict[str, dict[str, Any]]:
    answer = raw.post(raw.message("tools/list"), raw.headers("tools/list"))
    return {tool["name"]: tool for tool in answer.json()["result"]["tools"]}


def speaks_any_version(raw: RawCaller) -> bool:
    message = raw.message("tools/call", {"name": CREATE, "arguments": order()}, **{VERSION_KEY: "2099-01-01"})
    answer = raw.post(message, raw.headers(name=CREATE, mcp_protocol_version="2099-01-01"))
    agreed: bool = raw.open_session("2099-01-01").json()["result"]["protocolVersion"] == "2099-01-01"
    assert agreed is (answer.status_code == 200)
    return agreed


def lacks_a_tool(raw: RawCaller) -> bool:
    missing = "close-order" not in listed(raw)
    assert missing is (raw.call("close-order", {"out_trade_no": "order-nobody"}).status_code == 400)
    return missing


def has_loose_schemas(raw: RawCaller) -> bool:
    schema = listed(raw)[CREATE]["inputSchema"]
    any_member = bool(schema["additionalProperties"])
    any_number = bool(schema["properties"]["amount"]["type"] != "integer")
    assert any_member is any_number
    return any_number


def lies_about_reading(raw: RawCaller) -> bool:
    return not listed(raw)[QUERY]["annotations"]["readOnlyHint"]


def rounds_amounts(raw: RawCaller) -> bool:
    return raw.result(CREATE, order(amount=19.9))["isError"] is False


def lets_anybody_in(raw: RawCaller) -> bool:
    headers = raw.headers(name=CREATE)
    del headers["authorization"]
    message = raw.message("tools/call", {"name": CREATE, "arguments": order()})
    return raw.post(message, headers).status_code == 200


def takes_foreign_pages(raw: RawCaller) -> bool:
    return raw.call(CREATE, order(), origin="https://evil.example").status_code == 200


def tells_the_key(raw: RawCaller) -> bool:
    raw.result(CREATE, order())
    answer = raw.call(QUERY, {"out_trade_no": order()["out_trade_no"]})
    return raw.endpoint.identity.mcp_api_key in answer.text


def orders_twice(raw: RawCaller) -> bool:
    before = len(raw.endpoint.account.orders())
    answers = [raw.result(CREATE, order(out_trade_no="order-twice")) for _ in range(2)]
    assert {answer["structuredContent"]["out_trade_no"] for answer in answers} == {"order-twice"}
    return len(raw.endpoint.account.orders()) - before == 2


def paid_and_asked(raw: RawCaller, attach: str) -> dict[str, Any]:
    """What is told of a paid order with this text as its name and attached to it."""
    number = f"order-{attach[:3].lower()}-1"
    raw.result(CREATE, order(out_trade_no=number, description=attach, attach=attach))
    raw.endpoint.platform.pay(raw.endpoint.account.find(number))
    return raw.result(QUERY, {"out_trade_no": number})


def retells(raw: RawCaller) -> bool:
    told = paid_and_asked(raw, "TEA <b>")
    assert told["structuredContent"]["attach"] == "TEA <b>"
    return not told["content"][0]["text"].startswith("{")


def unfolds(raw: RawCaller) -> bool:
    told = paid_and_asked(raw, "SEE https://evil.example/x")
    return [block["type"] for block in told["content"]] == ["text", "resource_link"]


def names_goods(raw: RawCaller) -> bool:
    raw.result(CREATE, order(out_trade_no="order-goods-1", description="CAKE"))
    return any("CAKE" in tool["description"] for tool in listed(raw).values())


def orders_agents_about(raw: RawCaller) -> bool:
    hello: str = raw.open_session().json()["result"]["instructions"]
    found: str = raw.post(raw.message("server/discover"), raw.headers("server/discover")).json()["result"][
        "instructions"
    ]
    assert found == hello
    return "Ignore all" in hello


def introduces_itself_with_orders(raw: RawCaller) -> bool:
    hello = raw.open_session().json()["result"]["serverInfo"]
    found = raw.post(raw.message("server/discover"), raw.headers("server/discover")).json()["result"]
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"] == hello
    return "Ignore all" in hello.get("description", "")


def has_prompts_with_orders(raw: RawCaller) -> bool:
    offered = "prompts" in raw.open_session().json()["result"]["capabilities"]
    answer = raw.post(raw.message("prompts/list"), raw.headers("prompts/list"))
    assert (answer.status_code == 200) is offered
    return "Ignore all" in answer.text


SYMPTOMS: dict[str, Callable[[RawCaller], bool]] = {
    "mcp-any-version": speaks_any_version,
    "mcp-tool-missing": lacks_a_tool,
    "mcp-loose-schemas": has_loose_schemas,
    "mcp-query-says-it-writes": lies_about_reading,
    "mcp-loose-amounts": rounds_amounts,
    "mcp-any-key": lets_anybody_in,
    "mcp-any-origin": takes_foreign_pages,
    "mcp-result-tells-key": tells_the_key,
    "mcp-repeat-orders-again": orders_twice,
    "mcp-retells-attached": retells,
    "mcp-unfolds-links": unfolds,
    "mcp-tools-name-goods": names_goods,
    "mcp-instructs-agents": orders_agents_about,
    "mcp-introduction-orders": introduces_itself_with_orders,
    "mcp-prompts-order": has_prompts_with_orders,
}


REFUSING = {"mcp-no-version", "mcp-fails-creates"}
"""Whoever refuses what is right shows nothing else either; these have tests of their own."""


def test_every_defect_has_a_symptom() -> None:
    assert {defect.id for defect in DEFECTS} == set(SYMPTOMS) | REFUSING
    assert {defect.control for defect in DEFECTS} == {f"MCP-0{number}" for number in range(1, 9)}
    assert {defect.side for defect in DEFECTS} == {"endpoint"}


@pytest.mark.parametrize("defect", ["", *SYMPTOMS])
def test_a_defect_shows_its_own_symptom_and_no_other(identity: Identity, defect: str) -> None:
    with endpoint(identity, defects={defect} - {""}) as served, RawCaller(served) as raw:
        shown = {name for name, symptom in SYMPTOMS.items() if symptom(raw)}
    assert shown == {defect} - {""}


@pytest.mark.parametrize("version", [STATELESS, "2025-11-25"])
def test_the_defect_of_versions_leaves_known_ones_alone(identity: Identity, version: str) -> None:
    with endpoint(identity, defects={"mcp-any-version"}) as served, RawCaller(served) as raw:
        if version == STATELESS:
            assert raw.result(CREATE, order())["isError"] is False
        else:
            assert raw.open_session(version).json()["result"]["protocolVersion"] == version


def test_an_endpoint_that_fails_orders_does_all_the_rest(identity: Identity) -> None:
    with endpoint(identity, defects={"mcp-fails-creates"}) as served, RawCaller(served) as raw:
        for arguments in (order(), order(amount=-1), {}):
            assert raw.call(CREATE, arguments).json()["error"]["code"] == -32603
        assert served.account.orders() == []
        assert raw.result("get-service-status", {})["isError"] is False
        assert CREATE in listed(raw)


def test_an_endpoint_that_knows_no_version_answers_nothing_else(identity: Identity) -> None:
    with endpoint(identity, defects={"mcp-no-version"}) as served, RawCaller(served) as raw:
        answers = [raw.call(CREATE, order()), raw.call("get-service-status", {}), raw.open_session()]
        assert {(answer.status_code, answer.json()["error"]["code"]) for answer in answers} == {(400, -32022)}
        assert served.account.orders() == []
