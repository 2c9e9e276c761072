"""A shopper who has logged in and looks at the payment page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser

from harness.browser.payment_page import PaymentPage
from tests.shop.conftest import Trade


@contextmanager
def at_the_payment_page(chromium: Browser, trade: Trade, device: dict[str, Any]) -> Iterator[PaymentPage]:
    """The page on that device; an error of the page's own fails the test."""
    context = chromium.new_context(**device)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    shop = PaymentPage(page, trade.running.base_url)
    shop.sign_in(trade.profile.credentials.email, trade.profile.credentials.password)
    shop.open()
    yield shop
    context.close()
    assert wrong == []
