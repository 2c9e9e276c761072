"""What a shopper cancels is closed at the platform first; what was paid by then stays paid."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from harness.browser.devices import DESKTOP
from harness.browser.payment_page import PaymentPage
from harness.levers.models import Fault, FaultOperation
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from tests.shop.conftest import Trade


def test_what_a_shopper_cancels_is_closed_at_the_platform(trade: Trade) -> None:
    number = trade.order()
    assert trade.merchant.close_order(number).status == "cancelled"
    assert trade.levers.audit(number).trade_state == "CLOSED"
    assert trade.merchant.close_order(number).status == "cancelled"


@pytest.mark.parametrize("seen", [True, False], ids=["by the query before", "by the refusal to close"])
def test_what_was_paid_by_then_stays_paid(trade: Trade, seen: bool) -> None:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    if not seen:
        trade.levers.add_fault(
            Fault(operation="query", action="trade_state", out_trade_no=number, times=1, value="NOTPAY")
        )
    trade.levers.pay(out_trade_no=number)
    assert trade.merchant.close_order(number).status == "paid"
    assert trade.books(number).credits == 1


@pytest.mark.parametrize("operation", ["query", "close"])
def test_without_an_answer_of_the_platform_nothing_is_cancelled(
    trade: Trade, operation: FaultOperation
) -> None:
    number = trade.order()
    trade.levers.add_fault(
        Fault(operation=operation, action="status", out_trade_no=number, times=9, value=500)
    )
    answer = trade.merchant.close_order(number)
    assert (answer.status_code, answer.status) == (503, "pending")
    assert trade.levers.audit(number).trade_state == "NOTPAY"


def test_another_shoppers_order_is_nobodys(trade: Trade) -> None:
    number = trade.order()
    with MerchantClient(trade.merchant.profile) as other:
        other.login_as_other()
        assert other.close_order(number).status_code == 404
    with MerchantClient(trade.merchant.profile) as visitor:
        assert visitor.close_order(number).status_code == 401
    assert trade.books(number).status == "pending"


def test_a_profile_that_names_no_button_says_which_line_is_missing(trade: Trade) -> None:
    paths = trade.profile.paths.model_copy(update={"close": None})
    profile = trade.merchant.profile.model_copy(update={"paths": paths})
    with MerchantClient(profile) as merchant, pytest.raises(ProfileGap, match=r"leaves out \[close\]"):
        merchant.close_order("GL1")


def test_the_page_has_a_button_for_it(chromium: Browser, trade: Trade) -> None:
    context = chromium.new_context(**DESKTOP)
    shop = PaymentPage(context.new_page(), trade.running.base_url)
    shop.sign_in(trade.profile.credentials.email, trade.profile.credentials.password)
    shop.open()
    shop.choose("wechat", "qr")
    shop.amount("19.90")
    shop.create()
    button = shop.page.get_by_test_id("payment-cancel-button")
    button.click()
    shop.wait_for_status("cancelled")
    expect(button).to_be_hidden()
    assert trade.levers.audit(shop.order_number()).trade_state == "CLOSED"
    context.close()
