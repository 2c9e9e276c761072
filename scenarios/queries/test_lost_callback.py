"""A callback is lost for good: the order still converges by active query (C13, facts 7.6)."""

from __future__ import annotations

from harness.core.errors import NotExercised
from harness.plugin import Journal, PlacedOrder, PlacedOrders, QueryChances, control
from scenarios.expectations import expect_paid

SCHEDULE_S = (5, 30, 60, 180, 300, 600, 1800)
"""The guide's query plan A: seconds after the order."""
SLACK_S = 5
JOB_ENDS_S, GLANCE_S = 2.0, 0.1
"""How long a job may go on after it was answered for, and how often is looked."""


@control("QRY-02")
def test_a_lost_callback_is_made_up_for_by_a_query(
    orders: PlacedOrders,
    query_chances: QueryChances,
    journal: Journal,
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    order.pay()
    chances: list[str] = []
    before = asked = _queries(order)
    for chance in query_chances.along([moment + SLACK_S for moment in SCHEDULE_S]):
        chances.append(chance)
        if not query_chances.by_time:  # whoever looks may make the merchant ask: a page of the order does
            asked = _asked_by_job(order, orders, before)
        if order.kept().status == "paid":
            break
    kept = order.kept()
    queries = _queries(order)
    journal.observe(f"{chances[-1]}: {kept.status}, {queries} queries seen by the platform")
    unasked = kept.status == "paid" and not queries
    if not (asked > before or query_chances.by_time or unasked):
        raise NotExercised(
            "the query job ran, and asked the platform nothing about an order that was paid just now",
            where="query_job",
            remedy="if it leaves young orders alone, describe [time] too",
        )
    assert kept.status == "paid", f"{chances[-1]}, its callback lost, the order is still {kept.status}"
    assert queries, "the merchant called the order paid without a callback and without asking the platform"
    expect_paid(order, journal)
    if not query_chances.by_time:
        journal.limit("the schedule on which the query job runs was not looked at: it was made to run")


def _queries(order: PlacedOrder) -> int:
    return sum(event.kind == "queried" for event in order.audit().events)


def _asked_by_job(order: PlacedOrder, orders: PlacedOrders, before: int) -> int:
    """How often the platform was asked once the job has ended, which its request may only have started."""
    for _ in range(round(JOB_ENDS_S / GLANCE_S)):
        if (asked := _queries(order)) > before:
            return asked
        orders.wait(GLANCE_S)
    return _queries(order)
