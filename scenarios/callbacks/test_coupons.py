"""Coupons: the payer gives less than the order costs, and the order is paid in full (facts 3.4)."""

from __future__ import annotations

from harness.core.money import Fen
from harness.plugin import Journal, PlacedOrder, PlacedOrders, control
from scenarios.expectations import expect_paid

COUPON = Fen(100)


@control("CBK-19")
def test_an_order_paid_with_a_coupon_is_credited_in_full(orders: PlacedOrders, journal: Journal) -> None:
    _expect_credited_in_full(orders.place("19.90"), journal)


@control("CBK-19")
def test_a_query_that_tells_of_a_coupon_credits_in_full(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("19.90")
    order.fault("notify", "lost", times=100)
    _expect_credited_in_full(order, journal, asks=True)


def _expect_credited_in_full(order: PlacedOrder, journal: Journal, *, asks: bool = False) -> None:
    total = order.audit().total
    coupon = min(COUPON, Fen(total - 1))
    if coupon < 1:
        journal.doubt("the order costs a fen: no coupon can give a part of it")
        return
    with journal.step("paid, a part of it by a coupon"):
        order.pay(coupon=coupon)
    if asks:
        with journal.step("no callback arrives, and the merchant asks"):
            order.confirm()
    journal.observe(f"of {total} fen a coupon gave {coupon}, the payer {total - coupon}")
    expect_paid(order, journal)
