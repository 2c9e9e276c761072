"""Signature probing: the platform sends a deliberately wrong signature, then the right one (facts 2.7)."""

from __future__ import annotations

from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid


@control("CBK-03", callbacks="apiv3")
def test_a_probe_is_refused_and_the_correct_resend_accepted(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    order.fault("notify", "probe_signature")
    with journal.step("paid; the first callback is a probe"):
        order.pay()
    probe = order.audit().deliveries[0]
    kept = order.kept()
    journal.observe(f"{probe.signature_kind} signature answered HTTP {probe.status}; order {kept.summary}")
    assert probe.signature_kind == "probe", "the platform did not probe"
    assert probe.status in range(400, 600), f"a probe was answered HTTP {probe.status}"
    assert not kept.settled, f"a probe made the order {kept.summary}"
    with journal.step("the platform sends it again, correctly signed"):
        second = order.redeliver()
    journal.observe(f"the re-send was answered HTTP {second.status}")
    assert second.accepted, f"the correct re-send was answered HTTP {second.status}"
    expect_paid(order, journal)
