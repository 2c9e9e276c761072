"""What an agent is told before it asks anything describes the endpoint, and gives the agent no orders."""

from __future__ import annotations

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.plugin import Journal, control
from scenarios.mcp.jsonrpc import BEFORE, RawMcp
from scenarios.mcp.unasked import signs, texts


@control("MCP-08", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_what_an_agent_is_told_unasked_gives_it_no_orders(raw: RawMcp, journal: Journal) -> None:
    tools = raw.tools()
    assert tools, "no tool is offered"
    hello = raw.initialize(BEFORE).result or {}
    found = raw.stateless("server/discover").result or {}
    told = {"initialize": hello.get("instructions"), "server/discover": found.get("instructions")}
    read = texts(told, tools)
    journal.observe(f"{len(read)} texts: of {len(tools)} tools, and of {sorted(k for k in told if told[k])}")
    for sign in signs(read):
        assert not sign.certain, f"{sign.place} holds {sign.kind}: {sign.shown}"
        journal.warn(f"{sign.place} may hold {sign.kind}, let a person read it: {sign.shown}")
