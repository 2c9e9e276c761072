"""What the scenarios of the protocol share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from harness.core.dialects import dialect as row_of
from harness.core.payment import Provider
from harness.gateways.alipay.gateway import alipay_mcp_of
from harness.gateways.mcp.alipay import AlipayTools
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.mcp.tools import Tools
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.plugin import DailyLimit, Journal, OrderLookup, Rehearsal, Settings
from scenarios.mcp.jsonrpc import RawMcp
from scenarios.mcp.unspoilt import UnspoiltOrders
from scenarios.mcp.words import WORDS


@pytest.fixture(scope="session")
def raw(dialect: str, dialect_settings: Settings, rehearsal: Rehearsal) -> Iterator[RawMcp]:
    """The endpoint, by hand: for messages that no well-behaved client would send."""
    mcp, notify_url = dialect_settings.mcp, dialect_settings.wechat.notify_url
    provider = row_of(dialect).provider
    if provider is Provider.ALIPAY:
        alipay, mcp = alipay_mcp_of(dialect_settings)
        notify_url = alipay.notify_url
    by_hand = RawMcp(
        mcp.endpoint, mcp.api_key, rehearsal.policy.guard, notify_url=notify_url, words=WORDS[provider]
    )
    yield by_hand
    by_hand.close()


class Apart(NamedTuple):
    """An account beside the one that is judged, at the same endpoint: what is paid there is in no books."""

    raw: RawMcp
    levers: LeversClient


@pytest.fixture
def apart(levers: LeversClient, dialect_settings: Settings, rehearsal: Rehearsal) -> Iterator[Apart]:
    """An account of its own; see `Apart`. Nobody is called back."""
    values = levers.add_account(notify_url="", experience=False)
    rehearsal.hide((values["WECHAT_MCP_API_KEY"],))
    raw = RawMcp(
        dialect_settings.mcp.endpoint, values["WECHAT_MCP_API_KEY"], rehearsal.policy.guard, notify_url=""
    )
    with closing(raw), levers.of_account(values["WECHAT_MCP_MERCHANT_ID"]) as own_levers:
        yield Apart(raw, own_levers)


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
def era_gateway(
    era: Era, dialect: str, dialect_settings: Settings, rehearsal: Rehearsal
) -> Iterator[McpGateway]:
    """A client of one era of the protocol."""
    mcp = dialect_settings.mcp
    tools: Tools = WeChatTools(dialect_settings.wechat.appid)
    if row_of(dialect).provider is Provider.ALIPAY:
        alipay, mcp = alipay_mcp_of(dialect_settings)
        tools = AlipayTools(alipay)
    client = McpGateway(
        mcp,
        tools=tools,
        listeners=(rehearsal.recorder,),
        era=era,
        guard=rehearsal.policy.guard,
    )
    yield client
    client.close_connections()
