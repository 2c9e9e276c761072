"""Browser fixtures: the shopper at a desk, and the payer with a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from harness.browser.cashier_page import CashierPage
from harness.browser.launch import find_browser, launch_arguments
from harness.browser.payment_page import PaymentPage
from harness.browser.profiles import DESKTOP, WECHAT_PHONE
from harness.merchant.profile import MerchantProfile, TestIds


@pytest.fixture(scope="session")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    """How pytest-playwright launches the browser that this machine has."""
    found = find_browser()
    arguments: dict[str, Any] = {
        "headless": not pytestconfig.getoption("--headed"),
        "args": launch_arguments(),
        "handle_sigint": False,  # Ctrl-C is ours to handle: a driver that ends first takes the verdict along
    }
    if found.executable:
        arguments["executable_path"] = found.executable
    return arguments


@pytest.fixture
def shopper(browser: Browser, profile: MerchantProfile) -> Iterator[PaymentPage]:
    """A signed-in shopper at a desk, on the merchant's payment page."""
    context = browser.new_context(**DESKTOP)
    page = PaymentPage(
        context.new_page(),
        profile.base_url,
        test_ids=_parts(profile.test_ids),
        payment_path=profile.paths.payment,
    )
    page.sign_in(profile.credentials.email, profile.credentials.password)
    page.open()
    yield page
    context.close()


@pytest.fixture
def payer(browser: Browser) -> Iterator[CashierPage]:
    """Somebody else's phone with WeChat on it."""
    context = browser.new_context(**WECHAT_PHONE)
    yield CashierPage(context.new_page())
    context.close()


def _parts(ids: TestIds) -> dict[str, str]:
    """The merchant's own ids by the names the page object knows the parts by."""
    return {
        "payment-method-wechat": ids.method_wechat,
        "payment-method-alipay": ids.method_alipay,
        "payment-type-h5": ids.type_h5,
        "payment-type-qr": ids.type_qr,
        "payment-type-jsapi": ids.type_jsapi,
        "custom-amount": ids.amount,
        "create-payment-button": ids.create,
        "payment-result": ids.result,
        "payment-qr": ids.qr,
        "payment-confirm-button": ids.confirm,
        "payment-status": ids.status,
        "payment-amount": ids.paid_amount,
        "order-number": ids.order_number,
    }
