"""A callback is lost for good: the order still converges by active query (C13, facts 7.6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.observer import Observer
from harness.plugin import Journal, PlaceOrder, control

SCHEDULE_S = (5, 30, 60, 180, 300, 600, 1800)
"""The guide's query plan A: seconds after the order."""
SLACK_S = 5


@control("QRY-02")
@pytest.mark.usefixtures("clean_faults")
def test_a_lost_callback_is_made_up_for_by_a_query(
    place_order: PlaceOrder,
    levers: LeversClient,
    observer: Observer,
    pass_time: Callable[[float], None],
    journal: Journal,
) -> None:
    order = place_order(amount_yuan="19.90")
    levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=order.out_trade_no, times=100))
    payment = levers.pay(out_trade_no=order.out_trade_no)
    passed = 0
    for moment in SCHEDULE_S:
        pass_time(moment + SLACK_S - passed)
        passed = moment + SLACK_S
        if observer.order(order.out_trade_no).status == "paid":
            break
    kept = observer.order(order.out_trade_no)
    queries = sum(event.kind == "queried" for event in levers.audit(order.out_trade_no).events)
    journal.observe(f"{passed} s after the order: {kept.status}, {queries} queries seen by the platform")
    assert kept.status == "paid", f"{passed} s after a lost callback the order is still {kept.status}"
    assert queries, "the merchant called the order paid without a callback and without asking the platform"
    assert (kept.paid_amount, kept.credits) == (payment.total, 1)
