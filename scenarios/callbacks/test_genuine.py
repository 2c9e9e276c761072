"""A genuine callback is taken over in time, with the answer that its form wants, and pays once (C10)."""

from __future__ import annotations

import pytest

from harness.core.dialects import callback_form
from harness.core.dialects import dialect as row_of
from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid


@control("CBK-01", sampled=True)
@pytest.mark.rehearsed
def test_a_genuine_callback_pays_the_order_once(orders: PlacedOrders, dialect: str, journal: Journal) -> None:
    rules = callback_form(row_of(dialect).callbacks).redelivery
    wait_s = rules.answer_s
    order = orders.place("19.90")
    with journal.step("paid; the platform calls back"):
        order.pay()
    first = order.audit().deliveries[0]
    journal.observe(f"answered HTTP {first.status} after {first.duration_s:.3f} s")
    if first.status is None and first.duration_s >= wait_s and not rules.waits_as_documented:
        journal.doubt(f"no answer within {wait_s:g} s, and no document says how long this platform waits")
        return
    if first.status is not None and rules.leaves_open(first.status):
        journal.doubt(f"no document says how this platform reads HTTP {first.status}")
        return
    late = f"answered after {first.duration_s:.1f} s, the platform waits {wait_s:g} s"
    assert first.duration_s <= wait_s, late
    assert first.accepted, f"a genuine callback was answered HTTP {first.status} ({first.error})"
    expect_paid(order, journal)
