"""With the MCP side down in any way, a shopper in Chromium still pays: once, over the classic API."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from harness.browser.cashier_page import CashierPage
from harness.browser.devices import DESKTOP, WECHAT_PHONE
from harness.browser.payment_page import PaymentPage
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.shop.embedded import running_shop
from harness.simulator.embedded import running_simulator

AMOUNT = Fen(1990)
BREAKDOWNS: dict[str, dict[str, object]] = {
    "refused": {"operation": "any", "action": "refuse"},
    "reset": {"operation": "any", "action": "reset"},
    "answers 503": {"operation": "any", "action": "status", "value": 503},
    "hangs": {"operation": "any", "action": "delay", "value": 20},
    "drops after acceptance": {"operation": "create", "action": "drop_after_acceptance"},
}


@pytest.mark.parametrize("wire", ["mcp", "envelope"])
@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_the_shopper_pays_exactly_once_over_the_classic_api(
    breakdown: str, wire: str, chromium: Browser
) -> None:
    with running_simulator() as simulator:
        environment = simulator.environment(notify_url="http://127.0.0.1:9/unused")
        environment |= {"PAYMENT_MCP_ENABLED": "true", "WECHAT_MCP_DIALECT": wire, "MCP_TIMEOUT": "1000"}
        with (
            running_shop(environment) as shop,
            LeversClient(simulator.levers_url, simulator.levers_token) as levers,
        ):
            profile = MerchantProfile.load("shop", base_url=shop.base_url, observer_token=shop.observer_token)
            levers.add_fault(Fault.model_validate({**BREAKDOWNS[breakdown], "dialect": wire, "times": 1000}))
            number = pay_in(chromium, profile, simulator.base_url, levers)
            with Observer(profile) as observer:
                kept = observer.order(number)
            assert levers.orders() == [number], "one shopper's order became several"
            assert levers.audit(number).dialect == "apiv3"
            assert (kept.status, kept.credits, kept.paid_amount) == ("paid", 1, AMOUNT)
            assert levers.ledger().paid == {number: AMOUNT}


def pay_in(chromium: Browser, profile: MerchantProfile, simulator_url: str, levers: LeversClient) -> str:
    """Order on the shop's page, scan what the screen shows, pay; returns the out_trade_no on the page."""
    desktop_page, phone = chromium.new_context(**DESKTOP), chromium.new_context(**WECHAT_PHONE)
    page = PaymentPage(desktop_page.new_page(), profile.base_url)
    page.sign_in(profile.credentials.email, profile.credentials.password)
    page.open()
    page.choose("wechat", "qr")
    page.amount(AMOUNT.yuan)
    page.create()
    number = page.order_number()
    issued = levers.audit(number).code_url
    assert issued
    code_url = page.look_for_code(issued).payment_code(issued)
    assert code_url
    cashier = CashierPage(phone.new_page())
    cashier.open(simulator_url, code_url)
    cashier.pay()
    page.wait_for_status("paid")
    desktop_page.close()
    phone.close()
    return number
