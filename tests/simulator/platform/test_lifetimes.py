"""Handles and orders live as long as the platform says, on business time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.core.clock import rfc3339
from harness.core.payment import Product
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import Reason
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NUMBER, MerchantSide

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def state_after(merchant: MerchantSide, by: timedelta) -> Reason | None:
    merchant.simulator.clock.advance(by)
    platform = merchant.simulator.platform
    return platform.why_not_payable(merchant.simulator.account.find(NUMBER))


@pytest.mark.parametrize(
    ("product", "lifetime"),
    [
        (Product.NATIVE, 2 * HOUR),
        (Product.JSAPI, 2 * HOUR),
        (Product.APP, 2 * HOUR),
        (Product.H5, timedelta(minutes=5)),
    ],
)
def test_a_handle_lives_its_time_and_no_longer(
    merchant: MerchantSide, product: Product, lifetime: timedelta
) -> None:
    merchant.create(product)
    assert state_after(merchant, lifetime - 10 * SECOND) is None
    assert state_after(merchant, 10 * SECOND) is Reason.EXPIRED
    assert merchant.query().json["trade_state"] == "NOTPAY"


def test_ordering_again_starts_the_time_anew(merchant: MerchantSide) -> None:
    merchant.create()
    assert state_after(merchant, 2 * HOUR) is Reason.EXPIRED
    merchant.create()
    assert state_after(merchant, HOUR) is None


def test_a_prepay_id_that_was_replaced_keeps_its_two_hours(merchant: MerchantSide) -> None:
    prepay = merchant.create(Product.JSAPI).json["prepay_id"]
    merchant.create(Product.JSAPI)
    platform = merchant.simulator.platform
    assert platform.find_by_prepay_id(prepay) is merchant.simulator.account.find(NUMBER)
    assert platform.find_by_prepay_id("wx00") is Reason.UNKNOWN


def test_a_re_order_does_not_lengthen_the_life_of_the_prepay_id_it_replaced(merchant: MerchantSide) -> None:
    first = merchant.create(Product.JSAPI).json["prepay_id"]
    merchant.simulator.clock.advance(HOUR)
    second = merchant.create(Product.JSAPI).json["prepay_id"]
    merchant.simulator.clock.advance(HOUR)
    platform = merchant.simulator.platform
    assert platform.find_by_prepay_id(first) is Reason.EXPIRED
    assert platform.find_by_prepay_id(second) is merchant.simulator.account.find(NUMBER)


def test_an_expired_code_says_so(merchant: MerchantSide) -> None:
    code = merchant.create().json["code_url"]
    platform = merchant.simulator.platform
    merchant.simulator.clock.advance(2 * HOUR)
    assert platform.find_by_code_url(code) is Reason.EXPIRED
    assert platform.find_by_code_url("weixin://wxpay/bizpayurl?pr=000000000") is Reason.UNKNOWN


def test_time_expire_ends_payment_but_not_the_order(merchant: MerchantSide) -> None:
    now = merchant.simulator.clock.now()
    merchant.create(time_expire=rfc3339(now + timedelta(minutes=30)))
    assert state_after(merchant, timedelta(minutes=29)) is None
    assert state_after(merchant, timedelta(minutes=2)) is Reason.EXPIRED
    assert merchant.query().json["trade_state"] == "NOTPAY"
    assert merchant.close().status == 204


@pytest.mark.parametrize(
    "when", ["2000-01-01T00:00:00+08:00", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"]
)
def test_a_time_expire_too_early_is_moved_to_one_minute(merchant: MerchantSide, when: str) -> None:
    assert merchant.create(time_expire=when).status == 200
    assert state_after(merchant, 50 * SECOND) is None
    assert state_after(merchant, 11 * SECOND) is Reason.EXPIRED


def test_a_time_expire_too_late_is_capped_at_fifteen_days(merchant: MerchantSide) -> None:
    merchant.create(time_expire="2099-01-01T00:00:00+08:00")
    order = merchant.simulator.account.find(NUMBER)
    assert order.payable_until == order.created + timedelta(days=15)
    merchant.simulator.clock.advance(timedelta(days=15) - 10 * SECOND)
    assert merchant.query().json["trade_state"] == "NOTPAY"
    merchant.simulator.clock.advance(10 * SECOND)
    assert merchant.query().json["trade_state"] == "CLOSED"


@pytest.mark.parametrize("days", [7, 90])
def test_older_documents_cap_it_otherwise(identity: Identity, days: int) -> None:
    simulator = Simulator(identity=identity, experience=False, longest_expiry=timedelta(days=days))
    side = MerchantSide(simulator)
    with side.runner:
        side.create(time_expire="2099-01-01T00:00:00+08:00")
        order = side.account.find(NUMBER)
        assert order.payable_until == order.created + timedelta(days=days)
        side.simulator.clock.advance(timedelta(days=days))
        assert side.query().json["trade_state"] == "CLOSED"


@pytest.mark.parametrize("days", [7, 30])
def test_an_unpaid_order_closes_itself_after_seven_days(merchant: MerchantSide, days: int) -> None:
    merchant.create()
    merchant.simulator.clock.advance(timedelta(days=7) - 10 * SECOND)
    assert merchant.query().json["trade_state"] == "NOTPAY"
    merchant.simulator.clock.advance(timedelta(days=days - 7) + 10 * SECOND)
    assert merchant.query().json["trade_state"] == "CLOSED"
    assert merchant.create().code == "ORDER_CLOSED"
    assert [event.kind for event in merchant.simulator.account.audit(NUMBER).events].count("expired") == 1


def test_a_paid_order_never_closes_itself(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.pay()
    merchant.simulator.clock.advance(timedelta(days=400))
    assert merchant.query().json["trade_state"] == "SUCCESS"


def test_success_time_is_business_time(merchant: MerchantSide) -> None:
    merchant.simulator.clock.advance(timedelta(days=3))
    merchant.create()
    merchant.pay()
    order = merchant.simulator.account.find(NUMBER)
    assert merchant.query().json["success_time"] == rfc3339(order.success_time or order.created)
    assert order.success_time is not None
    assert order.success_time - order.created < 10 * SECOND
