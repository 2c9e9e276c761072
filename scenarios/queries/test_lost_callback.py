"""A callback is lost for good: the order still converges by active query (C13, facts 7.6)."""

from __future__ import annotations

from collections.abc import Callable

from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid

SCHEDULE_S = (5, 30, 60, 180, 300, 600, 1800)
"""The guide's query plan A: seconds after the order."""
SLACK_S = 5


@control("QRY-02")
def test_a_lost_callback_is_made_up_for_by_a_query(
    orders: PlacedOrders,
    pass_time: Callable[[float], None],
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    passed = 0
    for moment in SCHEDULE_S:
        pass_time(moment + SLACK_S - passed)
        passed = moment + SLACK_S
        if order.kept().status == "paid":
            break
    kept = order.kept()
    queries = sum(event.kind == "queried" for event in order.audit().events)
    journal.observe(f"{passed} s after the order: {kept.status}, {queries} queries seen by the platform")
    assert kept.status == "paid", f"{passed} s after a lost callback the order is still {kept.status}"
    assert queries, "the merchant called the order paid without a callback and without asking the platform"
    expect_paid(order, journal)
