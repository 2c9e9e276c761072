"""A test's wishes for Alipay's bill of a day: not there yet, or its columns moved; who applied is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.core.money import Fen
from harness.gateways.alipay.bill import open_bill, unpacked
from harness.levers.models import BillChange
from harness.simulator.wire.alipay.bills import BillRefused
from tests.simulator.wire.alipay.bill_desk import DAY, PAYMENT, REFUND, Side, at


def test_a_bill_in_making_does_not_exist_yet_and_the_application_is_noted() -> None:
    side = Side()
    side.desk.planted.alter(BillChange(creating=True))
    with pytest.raises(BillRefused, match="BILL_NOT_EXIST"):
        side.apply()
    side.desk.planted.alter(BillChange())
    assert open_bill(side.bill(), DAY).payments
    asked = side.desk.planted.requests()
    assert [(each.day, each.refused) for each in asked] == [(DAY, "bill-creating"), (DAY, "")]


def test_a_day_that_is_not_over_is_noted_as_such() -> None:
    side = Side(now=at(8, day=DAY + timedelta(days=1)))
    with pytest.raises(BillRefused, match="BILL_NOT_EXIST"):
        side.apply()
    assert [each.refused for each in side.desk.planted.requests()] == ["bill-day"]


def test_moved_columns_stand_the_other_way_round_and_say_the_same() -> None:
    side = Side()
    as_it_is = open_bill(side.bill(), DAY)
    side.desk.planted.alter(BillChange(columns_moved=True))
    moved = side.bill()
    head = next(line for line in unpacked(moved).decode("gbk").splitlines() if "支付宝交易号" in line)
    assert head.startswith("新增列,备注,")
    assert head.endswith(",支付宝交易号")
    assert open_bill(moved, DAY) == as_it_is
    assert as_it_is.payments[0].total == Fen(PAYMENT.amount)
    assert as_it_is.refunds[0].out_refund_no == REFUND.out_request_no


def test_other_bills_are_neither_altered_nor_noted() -> None:
    side = Side()
    side.desk.planted.alter(BillChange(creating=True, columns_moved=True))
    assert side.bill("signcustomer")
    assert side.desk.planted.requests() == []
