"""Signature probing: the platform sends a deliberately wrong signature, then the right one (facts 2.7)."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.observer import Observer
from harness.plugin import Journal, PlaceOrder, control

FIRST_STEP_S = 15


@control("CBK-03", callbacks="apiv3")
@pytest.mark.usefixtures("clean_faults")
def test_a_probe_is_refused_and_the_correct_resend_accepted(
    place_order: PlaceOrder, levers: LeversClient, observer: Observer, journal: Journal
) -> None:
    order = place_order(amount_yuan="19.90")
    levers.add_fault(Fault(operation="notify", action="probe_signature", out_trade_no=order.out_trade_no))
    with journal.step("paid; the first callback is a probe"):
        levers.pay(out_trade_no=order.out_trade_no)
    probe = levers.audit(order.out_trade_no).deliveries[0]
    kept = observer.order(order.out_trade_no)
    journal.observe(f"{probe.signature_kind} signature answered HTTP {probe.status}; order {kept.status}")
    assert probe.signature_kind == "probe", "the platform did not probe"
    assert probe.status in range(400, 600), f"a probe was answered HTTP {probe.status}"
    assert kept.credits == 0, "a probe credited the order"
    with journal.step("15 s later the platform sends it again, correctly signed"):
        levers.advance(FIRST_STEP_S)
    second = levers.audit(order.out_trade_no).deliveries[1]
    kept = observer.order(order.out_trade_no)
    journal.observe(f"the re-send was answered HTTP {second.status}; order {kept.status}, {kept.credits}×")
    assert second.accepted, f"the correct re-send was answered HTTP {second.status}"
    assert (kept.status, kept.credits) == ("paid", 1)
