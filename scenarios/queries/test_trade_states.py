"""Every trade state means what the platform says it means, and an unknown one is surfaced (E§5)."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.client import MerchantClient
from harness.merchant.observer import Observer
from harness.plugin import Journal, PlaceOrder, control

MEANING = {
    "NOTPAY": {"pending"},
    "USERPAYING": {"pending"},
    "CLOSED": {"cancelled"},
    "REVOKED": {"cancelled"},
    "PAYERROR": {"failed"},
}
SETTLED_WORDS = {"pending", "paid", "failed", "cancelled", "refunded"}


@control("QRY-01")
@pytest.mark.parametrize("state", MEANING)
@pytest.mark.usefixtures("clean_faults")
def test_a_state_is_understood(
    state: str, place_order: PlaceOrder, merchant: MerchantClient, levers: LeversClient, journal: Journal
) -> None:
    order = place_order(amount_yuan="1.00")
    levers.add_fault(told(state, order.out_trade_no))
    answer = merchant.confirm(order.out_trade_no)
    journal.observe(f"{state} is told as {answer.status!r}")
    assert answer.status in MEANING[state], f"{state} was told as {answer.status!r}"


@control("QRY-01")
def test_a_paid_order_is_told_as_paid(
    place_order: PlaceOrder, merchant: MerchantClient, levers: LeversClient, journal: Journal
) -> None:
    order = place_order(amount_yuan="1.00")
    levers.pay(out_trade_no=order.out_trade_no)
    answer = merchant.confirm(order.out_trade_no)
    journal.observe(f"SUCCESS is told as {answer.status!r}")
    assert answer.status == "paid"


@control("QRY-01")
@pytest.mark.usefixtures("clean_faults")
def test_an_unknown_state_is_surfaced(
    place_order: PlaceOrder,
    merchant: MerchantClient,
    observer: Observer,
    levers: LeversClient,
    journal: Journal,
) -> None:
    order = place_order(amount_yuan="1.00")
    levers.add_fault(told("FROZEN_BY_RISK", order.out_trade_no))
    answer = merchant.confirm(order.out_trade_no)
    kept = observer.order(order.out_trade_no)
    journal.observe(f"FROZEN_BY_RISK is told as {answer.status!r}, attention: {kept.attention!r}")
    assert answer.status not in SETTLED_WORDS, f"an unknown state was told as {answer.status!r}"
    assert "FROZEN_BY_RISK" in kept.attention, "the unknown state was raised to nobody"
    assert kept.credits == 0


def told(state: str, out_trade_no: str) -> Fault:
    """From now on the platform's truly signed answers say this of the order."""
    return Fault(operation="query", action="trade_state", out_trade_no=out_trade_no, times=100, value=state)
