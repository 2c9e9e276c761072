"""The official client of the Model Context Protocol, in both eras, against the simulator's MCP endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.wire.mcp.routes import PATH
from tests.simulator.mcp_side import PRODUCTS, SESSIONS, STATELESS, official_client, order

ERAS = {"auto": STATELESS, STATELESS: STATELESS, "legacy": SESSIONS}
QUERY, CLOSE = "query-order-by-out-trade-no", "close-order"
Play = Callable[[Client], Awaitable[None]]


@pytest.fixture(params=ERAS)
def mode(request: pytest.FixtureRequest) -> str:
    """How the client negotiates."""
    return str(request.param)


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningSimulator]:
    """A platform whose day has room for these orders."""
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def payer(platform: RunningSimulator) -> Iterator[LeversClient]:
    """The payer, and the platform's records; every test has a day of its own."""
    with LeversClient(platform.levers_url, platform.levers_token) as levers:
        yield levers
        levers.clear_faults()
        levers.advance(24 * 3600)


@pytest.fixture
def play(platform: RunningSimulator, mode: str) -> Callable[[Play], None]:
    """Runs a conversation with a client that shows the settings' own key."""
    environment = platform.environment(notify_url="https://shop.example.com/notify")

    async def through(conversation: Play) -> None:
        url, key = f"{platform.base_url}{PATH}", environment["WECHAT_MCP_API_KEY"]
        async with official_client(url, key, mode) as client:
            assert client.protocol_version == ERAS[mode]
            await conversation(client)

    return lambda conversation: asyncio.run(through(conversation))


async def call(client: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A successful result; the client has checked it against the tool's output schema by then."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.structured_content
    told: dict[str, Any] = result.structured_content
    return told


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_order_is_placed_looked_up_and_closed(
    play: Callable[[Play], None], payer: LeversClient, new_number: Callable[[], str], product: str
) -> None:
    arguments = order(product, out_trade_no=new_number())
    number = {"out_trade_no": arguments["out_trade_no"]}

    async def conversation(client: Client) -> None:
        await call(client, f"create-{product}-payment", arguments)
        assert (await call(client, QUERY, number))["trade_state"] == "NOTPAY"
        assert (await call(client, CLOSE, number))["closed"] is True
        assert (await call(client, QUERY, number))["trade_state"] == "CLOSED"

    play(conversation)
    audit = payer.audit(arguments["out_trade_no"])
    assert (audit.dialect, audit.product, audit.trade_state) == ("mcp", product, "CLOSED")
    assert [event.kind for event in audit.events] == ["created", "queried", "closed", "queried"]


def test_a_paid_order_says_so(
    play: Callable[[Play], None], payer: LeversClient, new_number: Callable[[], str]
) -> None:
    arguments = order(out_trade_no=new_number(), notify_url="http://127.0.0.1:9/notify")

    async def conversation(client: Client) -> None:
        code_url = (await call(client, "create-native-payment", arguments))["code_url"]
        await asyncio.to_thread(payer.pay, code_url=code_url, coupon=Fen(90))
        told = await call(client, QUERY, {"out_trade_no": arguments["out_trade_no"]})
        assert told["trade_state"] == "SUCCESS"
        assert told["amount"]["payer_total"] == 1900

    play(conversation)


def test_tools_are_listed(play: Callable[[Play], None]) -> None:
    async def conversation(client: Client) -> None:
        listed = await client.list_tools()
        assert {tool.name for tool in listed.tools} >= {"create-native-payment", QUERY, CLOSE}

    play(conversation)


def test_a_refusal_is_an_error_of_the_tool(
    play: Callable[[Play], None], new_number: Callable[[], str]
) -> None:
    async def conversation(client: Client) -> None:
        for arguments in (order(out_trade_no=new_number(), amount=10_001), {"out_trade_no": "x"}):
            result = await client.call_tool("create-native-payment", arguments)
            assert isinstance(result, CallToolResult)
            assert result.is_error
            assert result.structured_content is None
            (content,) = result.content
            assert isinstance(content, TextContent)
            assert set(json.loads(content.text)) == {"code", "message"}

    play(conversation)


def test_an_unknown_tool_is_an_error_of_the_protocol(play: Callable[[Play], None]) -> None:
    async def conversation(client: Client) -> None:
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("create-gold", {})

    play(conversation)


def test_a_lost_answer_is_found_again_by_a_query(
    play: Callable[[Play], None], payer: LeversClient, new_number: Callable[[], str]
) -> None:
    arguments = order(out_trade_no=new_number())

    async def lost(client: Client) -> None:
        payer.add_fault(Fault(operation="create", action="drop_after_acceptance", dialect="mcp"))
        await client.call_tool("create-native-payment", arguments)

    async def found(client: Client) -> None:
        told = await call(client, QUERY, {"out_trade_no": arguments["out_trade_no"]})
        assert told["trade_state"] == "NOTPAY"

    # The client does not outlive a connection that breaks; another one asks what became of the order.
    with pytest.raises((MCPError, ExceptionGroup)):
        play(lost)
    play(found)


@pytest.mark.parametrize("era", ["auto", "legacy"])
def test_a_wrong_key_opens_nothing(platform: RunningSimulator, era: str) -> None:
    async def knock() -> None:
        async with official_client(f"{platform.base_url}{PATH}", "wrong", era):
            pass

    with pytest.raises((MCPError, ExceptionGroup)):
        asyncio.run(knock())


def test_a_refund_is_asked_for_looked_up_and_succeeds(
    play: Callable[[Play], None], payer: LeversClient, new_number: Callable[[], str]
) -> None:
    arguments = order(out_trade_no=new_number(), notify_url="http://127.0.0.1:9/notify")
    number = arguments["out_trade_no"]
    part = {"out_trade_no": number, "out_refund_no": f"{number}-1", "amount": 990}

    async def conversation(client: Client) -> None:
        await call(client, "create-native-payment", arguments)
        await asyncio.to_thread(payer.pay, out_trade_no=number)
        accepted = await call(client, "refund-order", part)
        assert accepted["status"] == "PROCESSING"
        assert await call(client, "refund-order", part) == accepted
        await asyncio.to_thread(payer.end_refund, part["out_refund_no"], "SUCCESS")
        told = await call(client, "query-refund-by-out-refund-no", {"out_refund_no": part["out_refund_no"]})
        assert told["status"] == "SUCCESS"
        refused = await client.call_tool("refund-order", {**part, "amount": 10_001})
        assert isinstance(refused, CallToolResult)
        assert refused.is_error

    play(conversation)
    assert [each.refund for each in payer.audit(number).refunds] == [990]
