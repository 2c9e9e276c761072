"""The official ladder: a merchant that was down is told again, up to 24 h 4 min later (C13, facts 0.1)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

import pytest

from harness.plugin import Journal, PlacedOrders, control
from scenarios.expectations import expect_paid_once_for_good

LADDER_S = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
"""The wait before each re-send."""
OFFSETS_S = tuple(accumulate(LADDER_S))
BACK_AT = (1, 15)
"""The re-send at which the merchant can be reached again."""


@control("CBK-18")
@pytest.mark.parametrize("again", BACK_AT)
def test_a_merchant_that_was_down_is_credited_once_by_a_resend(
    orders: PlacedOrders, pass_time: Callable[[float], None], journal: Journal, *, again: int
) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=again)
    # Whoever asks is told that the payment is under way, so that a re-send alone can bring the news.
    order.fault("query", "trade_state", times=1000, value="USERPAYING")
    with journal.step("paid, and the merchant cannot be reached"):
        order.pay()
    passed = 0
    if again > 1:
        passed = OFFSETS_S[again - 2]
        pass_time(passed)
    before = order.kept(paid=False)
    with journal.step(f"back at re-send {again}, {OFFSETS_S[again - 1]} s after the payment"):
        pass_time(OFFSETS_S[again - 1] - passed)
    deliveries = order.audit().deliveries
    last = deliveries[-1]
    journal.observe(
        f"{len(deliveries)} attempts; {before.status} before the last, which was answered HTTP {last.status}"
    )
    assert before.credits == 0, "the merchant credited an order of which nobody had told it"
    assert len(deliveries) == again + 1, f"the platform made {len(deliveries)} attempts"
    assert last.accepted, f"re-send {again} was answered HTTP {last.status}"
    expect_paid_once_for_good(order, journal)
