"""The merchant's API certificate is exchanged while shoppers order, and nobody waits for it (SEC-10)."""

from __future__ import annotations

import pytest

from harness.core.payment import Provider
from harness.plugin import Journal, KeyRotation, control

SEVERAL = 3
"""Orders by the new key alone: one by one worker of the app says little of the next."""


@pytest.mark.late
@control("SEC-10", classic=True, provider=Provider.WECHAT)
def test_the_key_is_exchanged_while_shoppers_order(key_rotation: KeyRotation, journal: Journal) -> None:
    with journal.step("ordered by the certificate that is to be replaced"):
        first = key_rotation.signed_by()
    with journal.step("the app is given a new certificate while shoppers order; both are valid"):
        came = key_rotation.exchange(first)
    journal.observe(
        f"{len(came.answers)} orders from before to after the exchange, answered {came.told}; "
        f"the app took its new key in {came.took_s:.1f} s"
    )
    assert not came.refused, (
        f"{came.refused} of {len(came.answers)} shoppers could not order while the key was exchanged: "
        f"{came.told}"
    )
    assert not came.lost, f"{came.lost} of {len(came.answers)} orders never reached the platform"
    assert came.last_signed_by == key_rotation.fresh, (
        "the app was given a new key and goes on signing by the old one: once that is cancelled nothing sells"
    )
    with journal.step("the old certificate is cancelled, and shoppers order"):
        key_rotation.revoke_first()
        alone = key_rotation.order(SEVERAL)
    journal.observe(f"with the old certificate cancelled: {alone.told}")
    failed = alone.refused + alone.lost
    assert not failed, (
        f"once the old certificate was cancelled, {failed} of {SEVERAL} orders failed: {alone.told}"
    )
