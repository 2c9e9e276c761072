"""The order really went over MCP: the merchant's word, the request id and the platform's audit agree."""

from __future__ import annotations

import secrets

import pytest

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.client import MerchantClient
from harness.plugin import Journal, PlacedOrders, control


@control("PAY-12", classic=False, sampled=True)
@pytest.mark.rehearsed
@pytest.mark.usefixtures("recovered")
def test_marker_request_id_and_audit_agree(
    dialect: str, merchant: MerchantClient, orders: PlacedOrders, journal: Journal
) -> None:
    price = orders.price_of(Fen(100))
    orders.daily_limit.spend(price)
    created = merchant.create_order(
        order_id=f"golive-{secrets.token_hex(8)}", amount_yuan=price.yuan, payment_type=orders.kind
    )
    assert created.out_trade_no, f"the order was answered HTTP {created.status_code}: {created.error}"
    audit = orders.find(created.out_trade_no).audit()
    placed = next(event for event in audit.events if event.kind == "created")
    journal.observe(
        f"merchant: mcpEnabled={created.mcp_enabled}, request {created.mcp_request_id}; "
        f"platform: {placed.detail.get('dialect')}, request {placed.detail.get('request_id')}"
    )
    assert created.mcp_enabled is True, "the merchant does not say that the order went over MCP"
    assert created.mcp_request_id, "the merchant names no mcpRequestId"
    assert placed.detail.get("dialect") == dialect, (
        f"the platform was asked over {placed.detail.get('dialect')}"
    )
    assert placed.detail.get("request_id") == created.mcp_request_id, "the request ids differ"


@control("PAY-13", classic=False)
@pytest.mark.rehearsed
@pytest.mark.usefixtures("recovered")
def test_the_service_status_is_told_truthfully(
    dialect: str, merchant: MerchantClient, levers: LeversClient, journal: Journal
) -> None:
    told = merchant.status()
    journal.observe(f"all well: enabled={told.enabled}, wechat={told.wechat}, alipay={told.alipay}")
    assert told.enabled is True
    assert told.wechat is True
    assert told.alipay is False, "the merchant has no Alipay, and says it is initialised"
    down = {"operation": "any", "action": "refuse", "dialect": dialect, "times": 1000}
    levers.add_fault(Fault.model_validate(down))
    health = merchant.mcp_health()
    journal.observe(f"MCP down: wechat={health.wechat}")
    assert health.wechat is False, "MCP is down, and the merchant says it answers"
