"""What belongs to a day, and how its bills are kept and handed out (facts 3.8)."""

from __future__ import annotations

import gzip
import hashlib
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from harness.core.clock import BEIJING, BusinessClock
from harness.core.payment import Product, RefundStatus
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.bills import MOST_FILES, BillFile, Bills, make_file
from harness.simulator.platform.orders import OrderRequest, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import RefundRequest
from harness.simulator.wire.kit.trade_bill import TradeBill, trade_bill

DAY = date(2026, 11, 20)
NEXT = date(2026, 11, 21)
LONG_DAY = 10_000
MIB = 1024 * 1024


class Till:
    """An account at one second to midnight of `DAY`."""

    def __init__(self) -> None:
        self.clock = BusinessClock(lambda: datetime(2026, 11, 20, 23, 59, 59, tzinfo=BEIJING))
        self.platform = Platform(clock=self.clock)
        self.account: Account = self.platform.open_account(
            mchid="1900000001", appids=("wx",), test_payer="oTest"
        )

    def sell(self, number: str) -> None:
        request = OrderRequest(
            mchid="1900000001",
            appid="wx",
            product=Product.NATIVE,
            out_trade_no=number,
            total=1000,
            notify_url="http://127.0.0.1:1/x",
            parameters={},
            description="龙井 250 克",
        )
        self.account.create(request, once=number)
        self.platform.pay(self.account.find(number))

    def refund(self, number: str, ends: RefundStatus = RefundStatus.SUCCESS) -> None:
        self.account.refunds.create(
            RefundRequest(
                mchid="1900000001",
                out_refund_no=f"{number}-1",
                refund=400,
                total=1000,
                out_trade_no=number,
                ends=ends,
            )
        )

    def trades(self, day: date) -> list[tuple[str, bool]]:
        return [(each.order.out_trade_no, each.refund is None) for each in self.account.days.trades(day)]


def refused(call: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value.reason


def test_midnight_in_beijing_parts_two_days() -> None:
    till = Till()
    till.sell("before")
    till.clock.advance(timedelta(seconds=1))
    till.sell("after")
    till.refund("before")
    assert till.trades(DAY) == [("before", True)]
    assert sorted(till.trades(NEXT)) == [("after", True), ("before", False)]


def test_a_refund_that_is_closed_after_midnight_moves_the_balance_of_that_day() -> None:
    till = Till()
    till.sell("order")
    till.refund("order", ends=RefundStatus.CLOSED)
    till.clock.advance(timedelta(days=2))
    till.sell("later")
    days = till.account.days
    assert [(each.income, each.balance) for each in days.movements(DAY)] == [(True, 1000), (False, 600)]
    (closed,) = days.movements(NEXT)
    assert (closed.income, closed.balance) == (True, 1000)
    assert closed.refund is till.account.refunds.find("order-1")
    assert [each.balance for each in days.movements(date(2026, 11, 22))] == [2000]


def test_an_ended_day_is_billed_from_ten_and_for_three_months() -> None:
    till = Till()
    check = till.account.days.check
    assert refused(lambda: check(DAY)) is Reason.BILL_DAY
    till.clock.advance(timedelta(seconds=1))
    assert refused(lambda: check(DAY)) is Reason.BILL_CREATING
    assert refused(lambda: check(NEXT)) is Reason.BILL_DAY
    check(DAY - timedelta(days=1))
    till.clock.advance(timedelta(hours=10))
    check(DAY)
    till.clock.advance(timedelta(days=91))
    check(DAY)
    till.clock.advance(timedelta(days=1))
    assert refused(lambda: check(DAY)) is Reason.BILL_DAY


def test_a_day_without_trade_is_no_bill() -> None:
    till = Till()
    till.sell("order")
    days = till.account.days
    assert refused(lambda: days.trades(NEXT)) is Reason.NO_BILL
    assert refused(lambda: days.movements(NEXT)) is Reason.NO_BILL
    assert refused(lambda: days.trades(DAY, payments=False)) is Reason.NO_BILL


def test_a_file_comes_out_as_it_was_put_in() -> None:
    lines = [f"`{number},`茶\n" for number in range(50_000)]
    text = "".join(lines).encode()
    file = make_file(lines)
    assert b"".join(file.pieces()) == gzip.decompress(file.packed) == text
    assert (file.size, file.sha1) == (len(text), hashlib.sha1(text, usedforsecurity=False).hexdigest())
    assert max(map(len, file.pieces())) <= 64 * 1024


def test_a_name_is_one_file_until_many_newer_ones_were_made() -> None:
    bills = Bills(BusinessClock())

    def made(name: str, text: str) -> BillFile:
        return bills.file((name,), lambda: [text])

    first = made("first", "one\n")
    assert made("first", "two\n") is first
    for number in range(MOST_FILES):
        made(str(number), "more\n")
    assert made("first", "two\n").sha1 != first.sha1


def test_links_that_have_died_are_forgotten() -> None:
    clock = BusinessClock(lambda: datetime(2026, 11, 21, 10, tzinfo=BEIJING))
    bills = Bills(clock)
    file = make_file(["text\n"])
    old = bills.link(file, mchid="1", packed=False)
    assert bills.open(old, mchid="1").file is file
    clock.advance(timedelta(minutes=5))
    new = bills.link(file, mchid="1", packed=False)
    assert refused(lambda: bills.open(old, mchid="1")) is Reason.BILL_LINK_DEAD
    assert refused(lambda: bills.open(new, mchid="2")) is Reason.BILL_OF_ANOTHER


def test_a_long_day_is_billed_in_little_time_and_memory() -> None:
    """A hundred thousand payments in five seconds and 300 MB; here a tenth of each."""
    till = Till()
    for number in range(LONG_DAY):
        till.sell(f"order-{number:06d}")

    def bill() -> BillFile:
        return make_file(trade_bill(TradeBill.ALL, till.account.days.trades(DAY)))

    begun = time.process_time()
    file = bill()
    assert time.process_time() - begun < 0.5
    tracemalloc.start()
    bill()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30 * MIB
    assert file.size > LONG_DAY * 150
