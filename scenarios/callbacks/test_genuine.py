"""A genuine callback is taken over: 200 or 204 within five seconds, the order paid once (C10)."""

from __future__ import annotations

from harness.plugin import Journal, PlacedOrders, Prerequisite, control, needs
from scenarios.expectations import expect_paid

DEADLINE_S = 5.0


@control("CBK-01")
@needs(
    Prerequisite.CALLBACK,
    "WECHAT_PAY_NOTIFY_URL is to be a public https address that leads to your app (deployed, or relayed); "
    "pay one order, and see it credited once within 5 s",
)
def test_a_genuine_callback_pays_the_order_once(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    with journal.step("paid; the platform calls back"):
        order.pay()
    first = order.audit().deliveries[0]
    journal.observe(f"answered HTTP {first.status} after {first.duration_s:.3f} s")
    assert first.duration_s <= DEADLINE_S, f"answered after {first.duration_s:.1f} s, the platform waits 5 s"
    assert first.accepted, f"a genuine callback was answered HTTP {first.status} ({first.error})"
    expect_paid(order, journal)
