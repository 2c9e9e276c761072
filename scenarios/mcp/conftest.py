"""What the scenarios of the protocol share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup, Rehearsal, Settings
from scenarios.mcp.jsonrpc import RawMcp
from scenarios.mcp.unspoilt import UnspoiltOrders


@pytest.fixture(scope="session")
def raw(dialect_settings: Settings, rehearsal: Rehearsal) -> Iterator[RawMcp]:
    """The endpoint, by hand: for messages that no well-behaved client would send."""
    mcp = dialect_settings.mcp
    notify_url = dialect_settings.wechat.notify_url
    by_hand = RawMcp(mcp.endpoint, mcp.api_key, rehearsal.policy.guard, notify_url=notify_url)
    yield by_hand
    by_hand.close()


@pytest.fixture
def unspoilt(
    raw: RawMcp,
    order_lookup: OrderLookup,
    apiv3_gateway: PaymentGateway,
    daily_limit: DailyLimit,
    journal: Journal,
) -> UnspoiltOrders:
    """See `UnspoiltOrders`."""
    return UnspoiltOrders(raw, order_lookup, apiv3_gateway, daily_limit, journal)


@pytest.fixture
def era_gateway(era: Era, dialect_settings: Settings, rehearsal: Rehearsal) -> Iterator[McpGateway]:
    """A client of one era of the protocol."""
    client = McpGateway(
        dialect_settings.mcp,
        tools=WeChatTools(dialect_settings.wechat.appid),
        listeners=(rehearsal.recorder,),
        era=era,
        guard=rehearsal.policy.guard,
    )
    yield client
    client.close_connections()
