"""When codes, links and trades of Alipay's end: each product's clock starts elsewhere (facts alipay 2.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from harness.core.clock import BEIJING
from harness.simulator.platform.orders import Reason, Refused
from tests.simulator.alipay_side import NUMBER, PRODUCT_CODES, AlipaySide, order

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def place(side: AlipaySide, how: str, **changes: str) -> None:
    if how in PRODUCT_CODES:
        assert side.page(how, biz=order(product_code=PRODUCT_CODES[how], **changes)).status == 302
        return
    biz = order(**changes)
    if how == "create":
        biz["buyer_id"] = side.identity.buyer_id
    answer = side.call(f"alipay.trade.{how}", biz)
    assert answer.members["code"] == "10000", answer.members


def wait(side: AlipaySide, by: timedelta) -> None:
    side.merchant.simulator.clock.advance(by)


def status(side: AlipaySide) -> str:
    members = side.query().members
    return str(members.get("trade_status") or members["sub_code"])


@pytest.mark.parametrize(
    ("how", "lives"), [("precreate", 3 * HOUR), ("create", 3 * HOUR), ("wap", 15 * DAY), ("page", 15 * DAY)]
)
def test_a_trade_without_a_timeout_lives_as_long_as_its_product_says(
    alipay: AlipaySide, how: str, lives: timedelta
) -> None:
    place(alipay, how)
    alipay.scan()
    wait(alipay, lives - MINUTE)
    assert status(alipay) == "WAIT_BUYER_PAY"
    wait(alipay, MINUTE)
    assert status(alipay) == "TRADE_CLOSED"
    with pytest.raises(Refused) as refused:
        alipay.pay()
    assert refused.value.reason is Reason.CLOSED


@pytest.mark.parametrize(("how", "starts_when_opened"), [("page", False), ("wap", True), ("app", True)])
def test_a_timeout_counts_from_the_request_or_from_the_payer(
    alipay: AlipaySide, how: str, starts_when_opened: bool
) -> None:
    place(alipay, how, timeout_express="30m")
    wait(alipay, 20 * MINUTE)
    alipay.scan()
    wait(alipay, 15 * MINUTE)
    assert status(alipay) == ("WAIT_BUYER_PAY" if starts_when_opened else "TRADE_CLOSED")


def test_on_the_web_less_than_five_minutes_count_as_five(alipay: AlipaySide) -> None:
    place(alipay, "wap", timeout_express="1m")
    alipay.scan()
    wait(alipay, 4 * MINUTE)
    assert status(alipay) == "WAIT_BUYER_PAY"
    wait(alipay, MINUTE)
    assert status(alipay) == "TRADE_CLOSED"


def test_a_code_can_be_scanned_for_two_hours_at_most(alipay: AlipaySide) -> None:
    place(alipay, "precreate")
    wait(alipay, 2 * HOUR)
    with pytest.raises(Refused) as refused:
        alipay.scan()
    assert refused.value.reason is Reason.EXPIRED
    assert status(alipay) == "ACQ.TRADE_NOT_EXIST"


@pytest.mark.parametrize("member", ["timeout_express", "qr_code_timeout_express"])
def test_a_code_ends_with_its_own_time_or_with_the_orders(alipay: AlipaySide, member: str) -> None:
    place(alipay, "precreate", **{member: "5m"})
    wait(alipay, 5 * MINUTE)
    with pytest.raises(Refused):
        alipay.scan()


def test_what_was_scanned_in_time_can_be_paid_after_the_code_is_dead(alipay: AlipaySide) -> None:
    place(alipay, "precreate")
    alipay.scan()
    wait(alipay, 2 * HOUR + MINUTE)
    alipay.pay()
    assert status(alipay) == "TRADE_SUCCESS"


@pytest.mark.parametrize("opened", [True, False])
def test_a_named_moment_ends_trade_and_link_alike(alipay: AlipaySide, opened: bool) -> None:
    now = alipay.account.now.astimezone(BEIJING)
    expires = f"{now + 30 * MINUTE:%Y-%m-%d %H:%M:%S}"
    place(alipay, "wap", time_expire=expires, timeout_express="15d")
    if opened:
        alipay.scan()
    wait(alipay, 30 * MINUTE)
    with pytest.raises(Refused) as refused:
        alipay.pay()
    assert refused.value.reason is (Reason.CLOSED if opened else Reason.EXPIRED)


def test_the_end_of_the_day_is_beijings(alipay: AlipaySide) -> None:
    place(alipay, "create", timeout_express="1c")
    closes_at = alipay.account.find(NUMBER).closes_at
    assert closes_at is not None
    here = closes_at.astimezone(BEIJING)
    assert (here.hour, here.minute) in ((0, 0), (23, 59))
    assert closes_at - alipay.account.now <= DAY
    assert datetime.now(BEIJING).date() <= here.date()


def test_a_dead_code_is_revived_by_nothing_but_a_new_order(alipay: AlipaySide) -> None:
    place(alipay, "precreate")
    wait(alipay, 3 * HOUR)
    place(alipay, "precreate")
    alipay.pay()
    assert status(alipay) == "TRADE_SUCCESS"
