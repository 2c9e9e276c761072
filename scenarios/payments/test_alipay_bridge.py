"""Inside Alipay the page pays by the bridge, and 9000 from it proves nothing (facts alipay 4.4, AL-R1)."""

from __future__ import annotations

import pytest

from harness.browser.payment_choices import offered_choices
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.merchant.client import MerchantClient
from harness.plugin import AlipayShopper, Journal, PlacedOrders, Prerequisite, control, needs
from scenarios.expectations import expect_paid, expect_unpaid

AMOUNT = Fen(1990)
TURNED_BACK = "6001"
UNHEARD = (401, 403, 404, 405)
"""Answers of a merchant that never looked at what the page said: refusing it proves nothing then."""


@control("PAY-06", provider=Provider.ALIPAY)
@needs(
    Prerequisite.PAYER,
    "open your app's page inside Alipay and order there; turn back once and see it unpaid, then pay and see "
    "it paid and credited once",
)
@pytest.mark.on_page
def test_no_word_of_alipays_bridge_makes_an_order_paid(
    alipay_shopper: AlipayShopper, merchant: MerchantClient, orders: PlacedOrders, journal: Journal
) -> None:
    shop, alipay = alipay_shopper
    choices = offered_choices(shop)
    journal.observe(f"inside Alipay the page offers {sorted(choices.types)} of {sorted(choices.methods)}")
    if "jsapi" not in choices.types:
        journal.limit("inside Alipay no bridge pays, so none is believed")
        return
    price = orders.price_of(AMOUNT)
    orders.daily_limit.spend(price)
    with journal.step("the shopper orders inside Alipay, and turns back"):
        alipay.next_outcome = "cancel"
        shop.prefer("alipay", "jsapi")
        shop.amount(price.yuan)
        shop.create()
        shop.expect_taken()
        call = alipay.wait_for_call(shop.page, patience_s=shop.patience_s)
    assert not call.wrong, f"Alipay's bridge refuses what the page gives it: {call.wrong}"
    ended = f"{call.result_code}: {call.memo} ({call.detail})"
    assert call.result_code == TURNED_BACK, f"the bridge ended {ended}"
    order = orders.find(shop.order_number(), asked=price)
    expect_unpaid(order, journal, after="turning back inside Alipay")
    with journal.step("the page says 9000 all the same"):
        answered = merchant.bridge(order.out_trade_no, "ok")
    assert answered.status_code not in UNHEARD, f"the ok was not heard: HTTP {answered.status_code}"
    expect_unpaid(order, journal, after="a mere 9000")
    order.pay()
    shop.wait_for_status("paid")
    journal.picture(shop.page, zh="支付宝内支付成功", en="Paid inside Alipay")
    expect_paid(order, journal)
