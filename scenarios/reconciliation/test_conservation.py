"""Conservation of money: the platform's ledger and the merchant's own records agree to the fen."""

from __future__ import annotations

import pytest

from harness.plugin import Journal, LedgerComparison, PlacedOrders, control


@control("RCN-03", sampled=True)
@pytest.mark.last
def test_platform_and_merchant_agree_to_the_fen(
    orders: PlacedOrders, ledger_comparison: LedgerComparison, journal: Journal
) -> None:
    for yuan in ("19.90", "0.01", "88.88"):
        orders.place(yuan).pay()
    compared = ledger_comparison.compare()
    journal.observe(
        f"{len(compared.platform)} paid orders at the platform, {len(compared.merchant)} at the merchant, "
        f"{sum(compared.merchant.values())} fen; ledger {compared.off_zero} fen off zero"
    )
    assert not compared.difference(), compared.difference()
