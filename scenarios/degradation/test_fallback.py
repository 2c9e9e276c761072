"""When the MCP side fails, the shopper still pays: once, over the classic API, same number (P§3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.core.dialects import dialects
from harness.core.payment import Product
from harness.merchant.profile import MerchantProfile
from harness.plugin import Journal, PlacedOrder, PlacedOrders, control
from scenarios.expectations import expect_paid

BREAKDOWNS: dict[str, dict[str, Any]] = {
    "refused": {"action": "refuse"},
    "reset": {"action": "reset"},
    "answers-502": {"action": "status", "value": 502},
    "answers-503": {"action": "status", "value": 503},
}
LOST = {"once": 1, "each-time": 1000}
"""How often the answer to an order that was accepted is lost."""
SENT_AGAIN = ("repeated", "reordered")
"""What the platform saw of one more request for the same order, unchanged: the very same, or a new one."""


@control("DEG-01", classic=False, product=Product.NATIVE, sampled=True)
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
@pytest.mark.usefixtures("recovered")
def test_an_order_is_made_over_the_classic_api_when_mcp_is_down(
    breakdown: str,
    dialect: str,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    well = orders.place("19.90").audit().dialect
    journal.observe(f"while all is well, orders come over {well}")
    orders.fault("any", dialect=dialect, **BREAKDOWNS[breakdown])
    with journal.step(f"ordered while MCP is {breakdown}"):
        order = orders.place("19.90")
    expect_one_paid_order(order, journal)


@control("DEG-02", classic=False, product=Product.NATIVE, sampled=True)
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.usefixtures("recovered")
def test_a_timeout_after_acceptance_leads_to_a_query_or_the_same_again_and_one_payable_order(
    lost: str, dialect: str, orders: PlacedOrders, journal: Journal
) -> None:
    before = orders.numbers()
    orders.fault("create", "drop_after_acceptance", dialect=dialect, times=LOST[lost])
    with journal.step(f"accepted, and the answer is lost {lost}"):
        order = orders.place("19.90")
    made = orders.numbers() - before
    audit = order.audit()
    kinds = [event.kind for event in audit.events]
    journal.observe(f"orders made: {sorted(made)}; the platform saw {kinds}")
    assert made == {order.out_trade_no}, f"one shopper's order became {sorted(made)}"
    assert "refused" not in kinds, "it was sent again with other parameters"
    if "queried" not in kinds:
        # Unchanged and by the same way is the documented reaction as well (facts 6.5): it is the same order.
        again = {event.detail.get("dialect") for event in audit.events if event.kind in SENT_AGAIN}
        assert again == {dialect}, "nobody asked what had become of the order before it was sent another way"
    order.pay()
    expect_paid(order, journal)


@control("DEG-06", classic=False, product=Product.NATIVE, sampled=True)
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
@pytest.mark.usefixtures("recovered")
def test_mcp_is_used_again_within_the_declared_time(
    breakdown: str,
    dialect: str,
    profile: MerchantProfile,
    orders: PlacedOrders,
    recover: Callable[[], None],
    journal: Journal,
) -> None:
    orders.fault("any", dialect=dialect, **BREAKDOWNS[breakdown])
    meanwhile = orders.place("19.90").audit().dialect
    orders.clear_faults()
    with journal.step(f"MCP works again, and {profile.mcp_recovery_s:g} business seconds pass"):
        recover()
        order = orders.place("19.90")
    brought_by = order.audit().dialect
    journal.observe(f"while MCP was {breakdown}: {meanwhile}; after it recovered: {brought_by}")
    assert classic_wire(meanwhile), f"MCP was {breakdown} and took the order all the same: nothing recovered"
    assert brought_by == dialect, (
        f"{profile.mcp_recovery_s:g} s after MCP recovered, orders still go over {brought_by}"
    )
    order.pay()
    expect_paid(order, journal)


@control("DEG-08", classic=True)
def test_without_mcp_everything_works_over_the_classic_api(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    brought_by = order.audit().dialect
    journal.observe(f"PAYMENT_MCP_ENABLED=false: the order came over {brought_by}")
    assert classic_wire(brought_by), f"MCP is switched off, and the order came over {brought_by}"
    expect_one_paid_order(order, journal)


def expect_one_paid_order(order: PlacedOrder, journal: Journal) -> None:
    """The order came over the classic API in the end, can be paid, and is credited once."""
    audit = order.audit()
    journal.observe(f"placed over {audit.dialect}")
    assert classic_wire(audit.dialect), f"the order was placed over {audit.dialect}"
    order.pay()
    expect_paid(order, journal)


def classic_wire(name: str) -> bool:
    """Whether an order came over a provider's own API."""
    return name in dialects(classic=True)
