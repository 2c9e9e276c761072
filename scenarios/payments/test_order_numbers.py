"""`out_trade_no`: legal, unique, and the same again when the same order is asked for again (C19, C20)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from harness.plugin import Journal, PlacedOrders, control

LEGAL = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


@control("PAY-08")
def test_numbers_are_legal_and_never_used_twice(orders: PlacedOrders, journal: Journal) -> None:
    numbers = [orders.place("1.00").out_trade_no for _ in range(5)]
    journal.observe(f"five orders: {numbers}")
    assert all(LEGAL.fullmatch(number) for number in numbers), f"illegal out_trade_no among {numbers}"
    assert len(set(numbers)) == len(numbers), f"an out_trade_no was used twice: {numbers}"


@control("PAY-08")
@pytest.mark.same_order
def test_the_same_order_again_keeps_number_and_parameters(
    orders: PlacedOrders,
    pass_time: Callable[[float], None],
    journal: Journal,
) -> None:
    first = orders.place("5.00")
    pass_time(90)
    again = orders.place("5.00", order_id=first.order_id)
    journal.observe(f"first {first.out_trade_no}, again {again.out_trade_no}")
    assert again.out_trade_no == first.out_trade_no, "the same order got a second number"
    kinds = [event.kind for event in first.audit().events]
    journal.observe(f"the platform's audit: {kinds}")
    assert "refused" not in kinds, "the platform saw other parameters under the same number"
