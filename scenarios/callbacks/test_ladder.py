"""The official ladders: a merchant that was down is told again, a day later at last (C13, facts 0.1)."""

from __future__ import annotations

import pytest

from harness.callbacks.forms import played_forms
from harness.core.dialects import callback_form, dialect, dialects
from harness.core.redelivery import Redelivery
from harness.plugin import Journal, PlacedOrder, PlacedOrders, Resends, control
from scenarios.expectations import expect_each_paid_once_for_good

RULES = tuple({form.row.redelivery.ladder: form.row.redelivery for form in played_forms()}.values())
"""Rules of every ladder there is."""


def _thirds(count: int) -> list[range]:
    """The re-sends at which the merchant can be reached again, each by one of several orders."""
    step = -(-count // 3)
    return [range(first, min(first + step, count + 1)) for first in range(1, count + 1, step)]


def _wires(rules: Redelivery) -> tuple[str, ...]:
    """On which wires orders are called back by that ladder."""
    every = {id_: callback_form(dialect(id_).callbacks).redelivery for id_ in dialects()}
    return tuple(id_ for id_, own in every.items() if own.ladder == rules.ladder)


BACK_AT = [
    pytest.param(rules, again, id=f"{again[0]}-{again[-1]}", marks=control("CBK-18", dialects=_wires(rules)))
    for rules in RULES
    for again in _thirds(len(rules.ladder))
]


@pytest.mark.parametrize(("rules", "again"), BACK_AT)
def test_a_merchant_that_was_down_is_credited_once_by_each_resend(
    orders: PlacedOrders, resends: Resends, journal: Journal, *, rules: Redelivery, again: range
) -> None:
    offsets_s = [each.total_seconds() for each in rules.offsets]
    placed = _placed_on_one_day(orders, len(again))
    with journal.step("paid, and the merchant cannot be reached"):
        for number, order in zip(again, placed, strict=True):
            order.fault("notify", "lost", times=number)
            # Whoever asks is told that the payment is under way: a re-send alone can bring the news.
            order.fault("query", "trade_state", times=1000, value="USERPAYING")
            order.pay()
    if again[0] > 1:
        resends.until(again[0] - 1, offsets_s[again[0] - 1], placed)
    before = [order.seen() for order in placed]
    with journal.step(f"back at re-send {again[0]} to {again[-1]}, each with another order"):
        resends.until(again[-1], offsets_s[again[-1]], placed)
    credited = [each.out_trade_no for each in before if each.settled]
    assert not credited, f"the merchant credited an order of which nobody had told it: {', '.join(credited)}"
    for number, order in zip(again, placed, strict=True):
        first, *_, last = deliveries = order.audit().deliveries
        after_s = (last.due - first.due).total_seconds()
        journal.observe(f"re-send {number}, {after_s:.0f} s after the payment: HTTP {last.status}")
        assert len(deliveries) == number + 1, f"the platform made {len(deliveries)} attempts"
        assert last.accepted, f"re-send {number} was answered HTTP {last.status}"
    if not resends.by_time:
        journal.limit(
            "re-sent at once, for nothing moves the merchant's clock; [time] would let the hours pass"
        )
    expect_each_paid_once_for_good(orders, placed, journal)


def _placed_on_one_day(orders: PlacedOrders, count: int) -> list[PlacedOrder]:
    """Orders between which nobody had to let a day pass for its limit."""
    placed: list[PlacedOrder] = []
    day = orders.daily_limit.day
    while len(placed) < count:
        order = orders.place("19.90")
        if orders.daily_limit.day != day:
            placed, day = [], orders.daily_limit.day
        placed.append(order)
    return placed
