"""How long the payer waits for the payment page, on a mid-range phone with a slow network."""

from __future__ import annotations

from statistics import median

import pytest
from playwright.sync_api import Browser, StorageState

from harness.browser.slow_phone import CPU_SLOWER, machine_was_busy, seconds_until_usable
from harness.control import Blame
from harness.merchant.profile import MerchantProfile
from harness.plugin import Journal, Need, control, needs
from harness.verdict.rates import lower_bound

LOADS = 20
MOST = 30
"""Loads at most, when some were late while other programs had the processor."""
HOPELESS = 6
"""After so many loads that were all late, nobody waits for more."""
LIMIT_S = 3.0


@pytest.mark.last
@pytest.mark.long
@control("PRF-04", dialects=(), blame=Blame.MERCHANT)
@needs(Need.MERCHANT, "open your payment page on a mid-range phone over 4G, and time it until you can pay")
def test_the_payment_page_can_be_used_in_time_on_a_slow_phone(
    browser: Browser, profile: MerchantProfile, signed_in: StorageState, journal: Journal
) -> None:
    url, button = f"{profile.base_url}{profile.paths.payment}", profile.test_ids.create
    seconds_until_usable(browser, url, button=button, state=signed_in)  # the merchant's own first time
    took: list[float] = []
    disturbed: list[float] = []
    while len(took) < LOADS and len(took) + len(disturbed) < MOST:
        seconds = seconds_until_usable(browser, url, button=button, state=signed_in)
        # Late while others had the processor, which counts fourfold here, says nothing of the page.
        (disturbed if seconds >= LIMIT_S and machine_was_busy() else took).append(seconds)
        if len(took) + len(disturbed) == HOPELESS and min(took + disturbed) >= LIMIT_S:
            break
    late = [each for each in took if each >= LIMIT_S]
    everything = took + disturbed
    figures = f"half within {median(everything):.2f} s, the slowest in {max(everything):.2f} s"
    journal.observe(
        f"CPU slowed {CPU_SLOWER} times, slow 4G, nothing cached: {figures}; {len(took) - len(late)} of "
        f"{len(took)} loads below {LIMIT_S:g} s, which proves (95 %) that at least "
        f"{lower_bound(len(late), len(took)):.1%} of all loads are"
    )
    assert min(everything) < LIMIT_S, (
        f"each of {len(everything)} loads took {LIMIT_S:g} s or longer: {figures}"
    )
    assert not late, f"{len(late)} of {len(took)} loads took {LIMIT_S:g} s or longer: {figures}"
    if len(took) < LOADS:
        journal.doubt(
            f"{len(disturbed)} of {len(everything)} loads were late while this machine was busy with other "
            "programs; run it when it is quiet"
        )
