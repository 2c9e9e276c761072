"""What others wrote comes back as data: names of goods, what was attached. No agent is told by it."""

from __future__ import annotations

from typing import Any, NamedTuple

from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.errors import NotExercised
from harness.plugin import Journal, control
from scenarios.mcp.answer import RpcAnswer
from scenarios.mcp.conftest import Apart
from scenarios.mcp.foreign import ForeignText
from scenarios.mcp.foreign_texts import TEXTS
from scenarios.mcp.jsonrpc import BEFORE, RawMcp
from scenarios.mcp.unspoilt import CREATE

QUERY = "query-order-by-out-trade-no"
STRANGER = (401, 403)
PLAIN = ForeignText("协议检查", "协议检查")


class Told(NamedTuple):
    """What was answered about one order: when it was made, and when it had been paid."""

    create: RpcAnswer
    query: RpcAnswer | None
    """None: the order was refused, and nothing was asked."""


@control("MCP-08", can=Operation.HANDSHAKE, blame=Blame.ENDPOINT)
def test_what_others_wrote_comes_back_as_data_and_does_nothing(apart: Apart, journal: Journal) -> None:
    if (knock := apart.raw.initialize(BEFORE)).status in STRANGER:
        raise NotExercised(
            f"the endpoint does not know an account that was opened a moment ago: {knock.words}",
            where="MCP",
            remedy="let it hand the API key that it is shown on to the platform, and not compare it itself",
        )
    before = _unasked(apart.raw)
    plain = _ordered(apart, PLAIN)
    if plain.query is None:
        raise NotExercised(
            f"an order that nothing is wrong with was answered {plain.create.words}",
            where=CREATE,
            remedy="what comes back of other texts proves nothing then; mend this first",
        )
    back = set()
    for kind, pattern in TEXTS.items():
        written = ForeignText.of(pattern)
        told = _ordered(apart, written)
        stray = written.strays_in(told.create, plain.create) if told.create.taken else None
        if told.query is not None and plain.query is not None:
            stray = stray or written.strays_in(told.query, plain.query)
            back |= {kind} if written.stands_in(told.query) else set()
        journal.observe(f"{kind}: {told.create.words}, {'back' if kind in back else 'not back'}")
        assert not stray, f"{kind} in what was attached: {stray}"
    assert _unasked(apart.raw) == before, (
        "what was ordered changed the tools or the instructions of the endpoint"
    )
    if not back:
        raise NotExercised(
            "no text of an order came back, so none was looked at",
            where=QUERY,
            remedy="hand `attach` back in the query of a paid order",
        )


def _ordered(apart: Apart, written: ForeignText) -> Told:
    """Order something of that name, pay it, and ask about it."""
    order = {**apart.raw.order(), "description": written.text, "attach": written.text}
    del order["notify_url"]
    create = apart.raw.call(CREATE, order)
    if not create.taken:
        return Told(create, None)
    apart.levers.pay(out_trade_no=order["out_trade_no"])
    return Told(create, apart.raw.call(QUERY, {"out_trade_no": order["out_trade_no"]}))


def _unasked(raw: RawMcp) -> list[Any]:
    """What an agent is told before it asks anything: the tools, and the endpoint's instructions."""
    hello = raw.initialize(BEFORE).result or {}
    found = raw.stateless("server/discover").result or {}
    return [raw.tools(), hello.get("instructions"), found.get("instructions")]
