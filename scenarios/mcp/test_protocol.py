"""The endpoint speaks Model Context Protocol as its specification says, in both of its eras."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.money import Fen
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup, control
from scenarios.mcp.contracts import catalogue_digest, contracts, drift, read_pinned
from scenarios.mcp.jsonrpc import BEFORE, NEWEST, UNKNOWN, RawMcp
from scenarios.mcp.model_apis import refused_tools
from scenarios.mcp.schemas import fault
from scenarios.mcp.unspoilt import UnspoiltOrders

UNKNOWN_VERSION = -32022
REFUSALS = frozenset({400, 401, 403, 404, 421})
"""What servers and the proxies before them refuse a stranger with; no breakdown, and no limit of requests."""


@control("MCP-01", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
@pytest.mark.parametrize("era", ["legacy", NEWEST])
def test_a_client_of_each_era_is_served(era: Era, era_gateway: McpGateway, journal: Journal) -> None:
    status = era_gateway.probe()
    journal.observe(f"{era}: {status.detail}")
    assert status.reachable, status.detail
    assert status.trusted, status.detail


@control("MCP-01", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_an_unknown_version_is_answered_as_the_specification_says(raw: RawMcp, journal: Journal) -> None:
    if raw.spoken.stateless:
        newest = raw.stateless("tools/list", version=UNKNOWN)
        journal.observe(f"{UNKNOWN}, stateless: {newest.words}")
        assert (newest.status, newest.error.get("code")) == (400, UNKNOWN_VERSION), newest.text[:300]
        supported = (newest.error.get("data") or {}).get("supported", [])
        assert NEWEST in supported, "the answer does not say what is spoken"
    known = raw.initialize(BEFORE)
    if known.result is None:
        journal.observe(f"no handshake is spoken: {BEFORE} was answered {known.words}")
        return
    before = raw.initialize(UNKNOWN)
    offered = (before.result or {}).get("protocolVersion")
    journal.observe(f"{UNKNOWN}, handshake: {before.words}, offered {offered}")
    assert offered is not None or before.error, f"a handshake of {UNKNOWN} was answered {before.words}"
    assert offered != UNKNOWN, "the endpoint claims to speak a version that never was"
    assert offered is None or str(offered) <= BEFORE


@control("MCP-02", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_every_operation_is_there_with_strict_and_valid_schemas(raw: RawMcp, journal: Journal) -> None:
    tools = raw.tools()
    names = {tool["name"] for tool in tools}
    journal.observe(f"tools: {sorted(names)}")
    wanted = raw.words.tools
    assert names >= wanted, f"missing: {sorted(wanted - names)}"
    twice = [name for name, times in Counter(tool["name"] for tool in tools).items() if times > 1]
    assert not twice, f"several tools are called {', '.join(twice)}"
    for tool in tools:
        for side in {"inputSchema", "outputSchema" if "outputSchema" in tool else "inputSchema"}:
            assert (problem := fault(tool.get(side))) is None, f"{tool['name']}, {side}: {problem}"
        loose = tool["inputSchema"].get("additionalProperties") is not False
        assert not loose, f"{tool['name']} takes members that it does not know"
        journal.observe(f"{tool['name']}: schemas valid, input strict")
    for api, (place, why), refused in refused_tools(tools):
        journal.warn(f"the model API {api} refuses {', '.join(refused)} for {why} ({place})")
    now = contracts(tools)
    journal.observe(f"digest {catalogue_digest(now)}")
    since = drift(now, read_pinned(Path(__file__).with_name(raw.words.pinned).read_text("utf-8")))
    if since.renamed:
        journal.observe(f"under other names: {', '.join(since.renamed)}")
    if since.binds:
        journal.warn(
            f"the contracts of tools are not the pinned ones: changed {[*since.changed]}, "
            f"new {[*since.added]}, gone {[*since.lost]}"
        )


@control("MCP-05", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer not-the-key"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, None),  # 421, 403, 400 or 404 by the server: no revision says which
    ],
    ids=["no key", "wrong key", "foreign origin", "foreign host"],
)
def test_a_stranger_is_refused(
    headers: dict[str, str],
    wanted: int | None,
    raw: RawMcp,
    unspoilt: UnspoiltOrders,
    order_lookup: OrderLookup,
    journal: Journal,
) -> None:
    unspoilt.take()
    arguments, number = raw.order(), raw.words.number
    before = order_lookup.orders(arguments[number])
    told = raw.call(raw.words.create, arguments, headers=headers)
    journal.observe(f"{headers}: {told.words}")
    expected = wanted or 421
    assert told.status in REFUSALS, f"answered HTTP {told.status} instead of {expected}"
    if wanted not in (None, told.status):
        journal.warn(f"a stranger is refused with HTTP {told.status}, where clients look for {expected}")
    assert order_lookup.orders(arguments[number]) == before, "a stranger made an order"
    assert raw.send("tools/list").result is not None, "the rightful client is refused, too"


@control("MCP-07", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_the_same_request_repeated_is_one_order(
    raw: RawMcp,
    apiv3_gateway: PaymentGateway,
    order_lookup: OrderLookup,
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    daily_limit.spend(Fen(100))
    arguments, number = raw.order(), raw.words.number
    before = order_lookup.orders(arguments[number])
    answers = [raw.call(raw.words.create, arguments) for _ in range(3)]
    made = order_lookup.orders(arguments[number]) - before
    refused = [answer.words for answer in answers if not answer.taken]
    journal.observe(f"three times the same: {len(made)} order(s), {len(refused)} refused")
    assert made == {arguments[number]}, (
        f"one order asked for three times became {sorted(made)}; refused: {refused}"
    )
    assert not refused, f"the same request again was refused: {refused}"
    if raw.words.exists_unopened:
        apiv3_gateway.close(made.pop())
