"""The right way to pay is offered: JSAPI inside WeChat, H5 on a phone, a QR code at a desk (PAY-14)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from harness.browser.payment_page import PaymentPage
from harness.browser.ways import ways_by_device, wrong_ways
from harness.plugin import Journal, control


@control("PAY-14", dialects=("mcp",))  # what a page offers a device is the same on every wire
def test_each_device_is_offered_what_works_on_it(
    browser: Browser, open_shop: Callable[[Page], PaymentPage], journal: Journal
) -> None:
    problems: list[str] = []
    for device, ways in ways_by_device(browser, open_shop).items():
        journal.observe(f"{device}: {sorted(ways.kinds)}, {ways.first} first; {sorted(ways.methods)}")
        problems += wrong_ways(device, ways)
    assert not problems, "; ".join(problems)
