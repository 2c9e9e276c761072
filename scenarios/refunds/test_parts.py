"""An order comes back whole or in parts, and never more of it than was paid (C26, facts 3.7)."""

from __future__ import annotations

from harness.core.money import Fen
from harness.plugin import Journal, Refunds, control

TOO_MUCH = frozenset({"over-the-rest", "all-refunded", "not-the-orders-amount"})
"""Why the platform refuses what would be more than was paid."""


@control("RFD-01")
def test_parts_add_up_to_what_was_paid_and_to_no_more(refunds: Refunds, journal: Journal) -> None:
    order = refunds.paid()
    part = Fen(order.paid // 2)
    with journal.step("half of it comes back"):
        order.ask(part)
        first = order.the_only_one()
        order.end("SUCCESS")
    assert first.refund == part, f"{part} fen were asked for, and {first.refund} fen come back"
    if refunds.time_passes:
        refunds.let_a_minute_pass()
    with journal.step("all of it once more"):
        answered = order.ask(order.paid)
    refused = [each.detail.get("reason") for each in order.events() if each.kind == "refund-refused"]
    sent = len(TOO_MUCH & set(refused))
    journal.observe(f"asked for more than is left: HTTP {answered}; the platform refused {sent} such")
    assert not sent, "the merchant asked the platform for more than was left of the order"
    assert len(order.there()) == 1, "the merchant gave back more than it was asked for"
    if not refunds.time_passes:
        journal.limit("the second part was not asked for: nothing moves the app's clock by a minute")
        return
    with journal.step("the rest comes back"):
        order.ask(order.paid - part)
    total = sum(each.refund for each in order.there())
    journal.observe(f"{len(order.there())} refunds, {total} of {order.paid} fen")
    assert total == order.paid, f"the rest did not come back: {total} of {order.paid} fen"
