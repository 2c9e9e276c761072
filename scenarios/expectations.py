"""What several scenarios expect of an order in the same words."""

from __future__ import annotations

from harness.merchant.observer import MerchantOrder
from harness.plugin import Journal, PlacedOrder


def expect_paid_once(order: PlacedOrder, journal: Journal) -> MerchantOrder:
    """It is paid, fulfilled once, and platform and merchant name the sum that the shopper asked for."""
    return _expect_paid(order, order.kept(), journal)


def expect_paid_once_for_good(order: PlacedOrder, journal: Journal) -> MerchantOrder:
    """The same of an order whose payment the merchant heard of more than once."""
    return _expect_paid(order, order.kept_for_good(), journal)


def expect_unpaid(order: PlacedOrder, journal: Journal, *, after: str) -> None:
    """The merchant must still call the order pending, and have credited nothing."""
    kept = order.kept()
    journal.observe(f"after {after}: {kept.status}, credited {kept.credits}×")
    assert (kept.status, kept.credits) == ("pending", 0), f"{after} made the order {kept.status}"


def _expect_paid(order: PlacedOrder, kept: MerchantOrder, journal: Journal) -> MerchantOrder:
    ordered = order.audit().total
    journal.observe(
        f"asked for {order.asked} fen, ordered {ordered} fen; "
        f"merchant records {kept.status}, {kept.paid_amount} fen, credited {kept.credits}×"
    )
    assert (kept.status, kept.credits) == ("paid", 1), f"the order is {kept.status}, credited {kept.credits}×"
    wanted = order.asked
    assert wanted is not None, "nobody said what the shopper asked for"
    assert ordered == wanted, f"¥{wanted.yuan} was asked for, and ¥{ordered.yuan} ordered from the platform"
    assert kept.paid_amount == wanted, f"¥{wanted.yuan} was paid, and ¥{kept.paid_amount.yuan} booked"
    return kept
