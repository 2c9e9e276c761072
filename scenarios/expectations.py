"""What several scenarios expect of an order in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from harness.merchant.observer import MerchantOrder
from harness.plugin import Journal, PlacedOrder, PlacedOrders

GIVEN_UP = ("failed", "cancelled")
"""How an order stands that the merchant expects no payment of any more."""


def expect_paid(order: PlacedOrder, journal: Journal) -> MerchantOrder:
    """By all that the merchant lets be seen it is paid, once, with the sum that the shopper asked for.

    For a scenario about how a payment comes about. What nothing tells is written down as not seen, and left
    to the controls that are about it (CBK-11, RCN-03).
    """
    return _expect_paid(order, order.kept(), journal)


def expect_paid_once(order: PlacedOrder, journal: Journal) -> MerchantOrder:
    """It is paid, fulfilled once, and platform and merchant name the sum that the shopper asked for."""
    kept = _expect_paid(order, order.kept(), journal)
    assert (kept.status, kept.credits) == ("paid", 1), f"the order is {kept.status}, credited {kept.credits}×"
    assert kept.paid_amount == order.asked, f"{kept.paid_amount} fen booked"
    return kept


def expect_paid_once_for_good(order: PlacedOrder, journal: Journal) -> MerchantOrder:
    """The same of an order whose payment the merchant heard of more than once."""
    return _expect_credited_once(order, order.kept_for_good(), journal)


def expect_each_paid_once_for_good(
    orders: PlacedOrders, placed: Sequence[PlacedOrder], journal: Journal
) -> None:
    """The same of several orders, which settle together."""
    for order, kept in zip(placed, orders.kept_for_good(placed), strict=True):
        _expect_credited_once(order, kept, journal)


def expect_unpaid(order: PlacedOrder, journal: Journal, *, after: str) -> None:
    """The merchant must still call the order pending, and have credited nothing."""
    kept = order.kept()
    journal.observe(f"after {after}: {kept.summary}")
    assert kept.told_credits in (0, None), f"{after} credited the order {kept.told_credits}×"
    assert kept.status == "pending", f"{after} made the order {kept.status}"


def _expect_credited_once(order: PlacedOrder, kept: MerchantOrder, journal: Journal) -> MerchantOrder:
    _expect_paid(order, kept, journal)
    assert kept.credits == 1, f"the order was credited {kept.credits}×"
    return kept


def _expect_paid(order: PlacedOrder, kept: MerchantOrder, journal: Journal) -> MerchantOrder:
    ordered = order.audit().total
    journal.observe(
        f"asked for {order.asked} fen, ordered {ordered} fen; the merchant records {kept.summary}"
    )
    if not kept.tells_payment:
        journal.warn(
            "judged by the answers and the platform alone: nothing tells whether the app took the payment "
            "over; [observer] in the merchant profile would"
        )
    wanted = order.asked
    assert wanted is not None, "nobody said what the shopper asked for"
    assert ordered == wanted, f"¥{wanted.yuan} was asked for, and ¥{ordered.yuan} ordered from the platform"
    became = f"the order is {kept.summary}"
    assert kept.told_status in ("paid", None), became
    assert kept.told_credits in (1, None), became
    assert kept.told_paid_amount in (wanted, None), f"¥{wanted.yuan} was paid; {became}"
    return kept


def expect_money_in_good_hands(order: PlacedOrder, journal: Journal) -> None:
    """The order is paid; or its money went back, or a person is told of it."""
    kept = order.kept(paid=True)
    refunded = order.refunded
    journal.observe(f"the order is {kept.summary}; {'refunded' if refunded else 'not refunded'}")
    if kept.status == "paid" or refunded:
        return
    assert kept.attention, f"money came, and the order is {kept.summary}: nobody is told, and none goes back"
