"""How much of a partial refund is the payer's money, and how much was a coupon's (facts 3.4)."""

from __future__ import annotations

from collections.abc import Sequence


def cash_part(refund: int, *, total: int, payer_total: int, before: Sequence[tuple[int, int]]) -> int:
    """Fen of `refund` that go back to the purse: its share, rounded half up.

    Rounded parts need not add up, so no part takes more of either than is left, and the last takes what is:
    a whole order given back in parts gives back what the payer paid, to the fen.

    Args:
        total: the order's amount.
        payer_total: what its payer gave of that.
        before: of each earlier part that counts, the whole and the cash.

    >>> cash_part(900, total=1000, payer_total=700, before=[])
    630
    """
    cash_left = payer_total - sum(cash for _, cash in before)
    coupon_left = total - payer_total - sum(whole - cash for whole, cash in before)
    share = (2 * refund * payer_total + total) // (2 * total)
    return min(max(share, refund - coupon_left), cash_left)
