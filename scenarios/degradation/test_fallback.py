"""When the MCP side fails, the shopper still pays: once, over the classic API, same number (P§3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.dialects import dialects
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.plugin import Journal, PlaceOrder, control

BREAKDOWNS: dict[str, dict[str, object]] = {
    "refused": {"action": "refuse"},
    "reset": {"action": "reset"},
    "answers-502": {"action": "status", "value": 502},
    "answers-503": {"action": "status", "value": 503},
}


@control("DEG-01", classic=False)
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
@pytest.mark.usefixtures("recovered")
def test_an_order_is_made_over_the_classic_api_when_mcp_is_down(
    breakdown: str,
    dialect: str,
    place_order: PlaceOrder,
    levers: LeversClient,
    observer: Observer,
    journal: Journal,
) -> None:
    break_mcp(levers, dialect, breakdown)
    with journal.step(f"ordered while MCP is {breakdown}"):
        order = place_order(amount_yuan="19.90")
    expect_one_paid_order(order.out_trade_no, levers, observer, journal)


@control("DEG-02", classic=False)
@pytest.mark.usefixtures("recovered")
def test_a_timeout_after_acceptance_leads_to_a_query_and_one_payable_order(
    dialect: str, place_order: PlaceOrder, levers: LeversClient, observer: Observer, journal: Journal
) -> None:
    before = set(levers.orders())
    lost = {"operation": "create", "action": "drop_after_acceptance", "dialect": dialect, "times": 1000}
    levers.add_fault(Fault.model_validate(lost))
    with journal.step("accepted, and the answer is lost"):
        order = place_order(amount_yuan="19.90")
    made = set(levers.orders()) - before
    kinds = [event.kind for event in levers.audit(order.out_trade_no).events]
    journal.observe(f"orders made: {sorted(made)}; the platform saw {kinds}")
    assert made == {order.out_trade_no}, f"one shopper's order became {sorted(made)}"
    assert "queried" in kinds, "nobody asked what had become of the order before it was sent again"
    assert "refused" not in kinds, "it was sent again with other parameters"
    expect_one_paid_order(order.out_trade_no, levers, observer, journal)


@control("DEG-06", classic=False)
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
@pytest.mark.usefixtures("recovered")
def test_mcp_is_used_again_within_the_declared_time(
    breakdown: str,
    dialect: str,
    profile: MerchantProfile,
    place_order: PlaceOrder,
    pass_time: Callable[[float], None],
    levers: LeversClient,
    observer: Observer,
    journal: Journal,
) -> None:
    break_mcp(levers, dialect, breakdown)
    meanwhile = levers.audit(place_order(amount_yuan="19.90").out_trade_no).dialect
    levers.clear_faults()
    with journal.step(f"MCP works again, and {profile.mcp_recovery_s:g} business seconds pass"):
        pass_time(profile.mcp_recovery_s)
        order = place_order(amount_yuan="19.90")
    brought_by = levers.audit(order.out_trade_no).dialect
    journal.observe(f"while MCP was {breakdown}: {meanwhile}; after it recovered: {brought_by}")
    assert classic_wire(meanwhile), f"MCP was {breakdown} and took the order all the same: nothing recovered"
    assert brought_by == dialect, (
        f"{profile.mcp_recovery_s:g} s after MCP recovered, orders still go over {brought_by}"
    )
    levers.pay(out_trade_no=order.out_trade_no)
    kept = observer.order(order.out_trade_no)
    assert (kept.status, kept.credits) == ("paid", 1)


@control("DEG-08", classic=True)
def test_without_mcp_everything_works_over_the_classic_api(
    place_order: PlaceOrder, levers: LeversClient, observer: Observer, journal: Journal
) -> None:
    order = place_order(amount_yuan="19.90")
    brought_by = levers.audit(order.out_trade_no).dialect
    journal.observe(f"PAYMENT_MCP_ENABLED=false: the order came over {brought_by}")
    assert classic_wire(brought_by), f"MCP is switched off, and the order came over {brought_by}"
    expect_one_paid_order(order.out_trade_no, levers, observer, journal)


def break_mcp(levers: LeversClient, dialect: str, breakdown: str) -> None:
    """From now on every request on that wire fails in that way."""
    down = {"operation": "any", "dialect": dialect, "times": 1000, **BREAKDOWNS[breakdown]}
    levers.add_fault(Fault.model_validate(down))


def expect_one_paid_order(
    out_trade_no: str, levers: LeversClient, observer: Observer, journal: Journal
) -> None:
    """The order came over the classic API in the end, can be paid, and is credited once."""
    audit = levers.audit(out_trade_no)
    payment = levers.pay(out_trade_no=out_trade_no)
    kept = observer.order(out_trade_no)
    journal.observe(f"placed over {audit.dialect}; paid {payment.total} fen; {kept.status}, {kept.credits}×")
    assert classic_wire(audit.dialect), f"the order was placed over {audit.dialect}"
    assert (kept.status, kept.credits, kept.paid_amount) == ("paid", 1, payment.total)


def classic_wire(name: str) -> bool:
    """Whether an order came over a provider's own API."""
    return name in dialects(classic=True)
