"""What an agent is told unasked describes the endpoint, and gives the agent no orders."""

from __future__ import annotations

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.plugin import Journal, control
from scenarios.mcp.jsonrpc import RawMcp
from scenarios.mcp.told import told_unasked
from scenarios.mcp.unasked import signs, texts


@control("MCP-08", can=Operation.HANDSHAKE, sampled=True, blame=Blame.ENDPOINT)
def test_what_an_agent_is_told_unasked_gives_it_no_orders(raw: RawMcp, journal: Journal) -> None:
    tools, rest = told_unasked(raw)
    assert tools, "no tool is offered"
    read = texts({**rest, **tools})
    journal.observe(f"{len(read)} texts: of {len(tools)} tools, and of {', '.join(rest)}")
    for sign in signs(read):
        assert not sign.certain, f"{sign.place} holds {sign.kind}: {sign.shown}"
        journal.warn(f"{sign.place} may hold {sign.kind}, let a person read it: {sign.shown}")
