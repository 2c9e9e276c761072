"""Our shop, the gateway and the cashier fit together: shoppers pay with Alipay in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from harness.browser.alipay_page import AlipayScannerPage
from harness.browser.alipay_payment import start_page, start_wap
from harness.browser.devices import ALIPAY_PHONE, DESKTOP, PHONE
from harness.browser.payment_page import PaymentPage
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.shop.embedded import RunningShop, running_shop
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.shop.conftest import ANY_NOTIFY_URL

Shopper = Callable[[dict[str, Any]], PaymentPage]


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as running:
        yield running


@pytest.fixture(scope="module")
def shop(simulator: RunningSimulator) -> Iterator[RunningShop]:
    environment = simulator.environment(notify_url=ANY_NOTIFY_URL, mcp_enabled=False)
    with running_shop(environment) as running:
        yield running


@pytest.fixture
def shopper(chromium: Browser, shop: RunningShop) -> Iterator[Shopper]:
    """Signs somebody in on a device, and opens the payment page."""
    with ExitStack() as stack:

        def make(device: dict[str, Any]) -> PaymentPage:
            context = chromium.new_context(**device)
            stack.callback(context.close)
            page = PaymentPage(context.new_page(), shop.base_url)
            page.sign_in("shopper@example.com", "golive-shopper")
            page.open()
            return page

        yield make


def paid(simulator: RunningSimulator) -> dict[str, Fen]:
    with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
        return dict(levers.ledger().paid)


def test_a_phone_pays_by_wap_and_comes_back_to_the_shop(
    shopper: Shopper, shop: RunningShop, simulator: RunningSimulator
) -> None:
    cashier = start_wap(shopper(PHONE), "12.34")
    assert cashier.amount_text() == "¥12.34"
    cashier.open_app()
    assert cashier.pay() == "支付成功"
    assert cashier.back_to_merchant().startswith(f"{shop.base_url}/payment/return?")
    assert Fen(1234) in paid(simulator).values()


def test_a_desk_pays_by_page_and_its_shop_sees_it(shopper: Shopper, simulator: RunningSimulator) -> None:
    page = shopper(DESKTOP)
    cashier = start_page(page, "23.45")
    cashier.log_in()
    assert cashier.pay() == "支付成功"
    cashier.back_to_merchant()
    assert Fen(2345) in paid(simulator).values()


def test_a_code_on_the_shops_screen_is_scanned_and_paid(
    shopper: Shopper, simulator: RunningSimulator, chromium: Browser
) -> None:
    page = shopper(DESKTOP)
    page.choose("alipay", "qr")
    page.amount("34.56")
    page.create()
    page.expect_taken()
    with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
        code = levers.audit(page.order_number()).code_url or ""
    assert code.startswith("https://qr.alipay.com/bax")
    assert page.look_for_code(code).payment_code(code) == code
    context = chromium.new_context(**ALIPAY_PHONE)
    phone = AlipayScannerPage(context.new_page())
    phone.open(simulator.base_url, code)
    assert phone.amount_text() == "¥34.56"
    assert phone.pay() == "支付成功"
    page.wait_for_status("paid")
    context.close()


def test_whoever_leaves_the_cashier_has_paid_nothing(shopper: Shopper, simulator: RunningSimulator) -> None:
    cashier = start_wap(shopper(PHONE), "45.67")
    cashier.open_app()
    cashier.walk_away()
    assert Fen(4567) not in paid(simulator).values()
