"""The endpoint speaks Model Context Protocol as its specification says, in both of its eras."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.money import Fen
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup, control
from scenarios.mcp.jsonrpc import BEFORE, NEWEST, UNKNOWN, RawMcp, message

TOOLS = {
    "create-h5-payment",
    "create-native-payment",
    "create-jsapi-payment",
    "query-order-by-out-trade-no",
    "close-order",
    "get-service-status",
}
PINNED = Path(__file__).with_name("tools.sha256")
"""Digest of the tool catalogue; a change is reported, and pinned anew when it was meant."""
UNKNOWN_VERSION = -32022


@control("MCP-01", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
@pytest.mark.parametrize("era", ["legacy", NEWEST])
def test_a_client_of_each_era_is_served(era: Era, era_gateway: McpGateway, journal: Journal) -> None:
    status = era_gateway.probe()
    journal.observe(f"{era}: {status.detail}")
    assert status.reachable, status.detail
    assert status.trusted, status.detail


@control("MCP-01", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_an_unknown_version_is_answered_as_the_specification_says(raw: RawMcp, journal: Journal) -> None:
    newest = raw.send("tools/list", version=UNKNOWN)
    error = newest.json().get("error", {})
    journal.observe(f"{UNKNOWN}, stateless: HTTP {newest.status_code}, {error.get('code')}")
    assert (newest.status_code, error.get("code")) == (400, UNKNOWN_VERSION), newest.text[:300]
    assert NEWEST in error.get("data", {}).get("supported", []), "the answer does not say what is spoken"
    before = raw.initialize(UNKNOWN)
    offered = message(before)["result"]["protocolVersion"]
    journal.observe(f"{UNKNOWN}, handshake: offered {offered}")
    assert offered != UNKNOWN, "the endpoint claims to speak a version that never was"
    assert offered <= BEFORE


@control("MCP-02", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_every_operation_is_there_with_strict_and_valid_schemas(raw: RawMcp, journal: Journal) -> None:
    tools: list[dict[str, Any]] = raw.send("tools/list").json()["result"]["tools"]
    names = {tool["name"] for tool in tools}
    journal.observe(f"tools: {sorted(names)}")
    assert names >= TOOLS, f"missing: {sorted(TOOLS - names)}"
    for tool in tools:
        for side in ("inputSchema", "outputSchema"):
            Draft202012Validator.check_schema(tool[side])
        loose = tool["inputSchema"].get("additionalProperties") is not False
        assert not loose, f"{tool['name']} takes members that it does not know"
        journal.observe(f"{tool['name']}: both schemas valid, input strict")
    digest = hashlib.sha256(json.dumps(tools, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    journal.observe(f"digest {digest}")
    if digest != PINNED.read_text("utf-8").strip():
        journal.warn(f"the tool catalogue changed: its digest is {digest[:12]}, not the pinned one")


@control("MCP-05", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer not-the-key"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
    ],
    ids=["no key", "wrong key", "foreign origin", "foreign host"],
)
def test_a_stranger_is_refused(
    headers: dict[str, str], wanted: int, raw: RawMcp, order_lookup: OrderLookup, journal: Journal
) -> None:
    arguments = raw.order()
    before = order_lookup.orders(arguments["out_trade_no"])
    params = {"name": "create-native-payment", "arguments": arguments}
    answer = raw.send("tools/call", params, headers=headers)
    journal.observe(f"{headers}: HTTP {answer.status_code}")
    assert answer.status_code == wanted, f"answered HTTP {answer.status_code} instead of {wanted}"
    assert order_lookup.orders(arguments["out_trade_no"]) == before, "a stranger made an order"
    allowed = raw.send("tools/list")
    assert allowed.status_code == 200, "the rightful client is refused, too"


@control("MCP-07", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_the_same_request_repeated_is_one_order(
    raw: RawMcp,
    apiv3_gateway: PaymentGateway,
    order_lookup: OrderLookup,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    daily_limit.spend(Fen(100))
    arguments = raw.order()
    before = order_lookup.orders(arguments["out_trade_no"])
    params = {"name": "create-native-payment", "arguments": arguments}
    answers = [message(raw.send("tools/call", params))["result"] for _ in range(3)]
    made = order_lookup.orders(arguments["out_trade_no"]) - before
    refused = [answer for answer in answers if answer.get("isError")]
    journal.observe(f"three times the same: {len(made)} order(s), {len(refused)} refused")
    assert made == {arguments["out_trade_no"]}, f"one order asked for three times became {made}"
    assert not refused, "the same request again was refused"
    apiv3_gateway.close(made.pop())
