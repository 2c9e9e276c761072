"""A refund moves money at once, and its answer says what has moved in all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.simulator.alipay_side import NUMBER, AlipaySide


@pytest.fixture
def paid(alipay: AlipaySide) -> AlipaySide:
    alipay.create()
    alipay.pay()
    return alipay


def given_back(side: AlipaySide) -> Mapping[str, int]:
    return side.merchant.simulator.platform.ledger(side.identity.seller_id).refunded


def test_parts_add_up_and_the_trade_stays_paid_until_all_is_back(paid: AlipaySide) -> None:
    first = paid.refund("5.00", "R1").members
    assert (first["fund_change"], first["refund_fee"], first["send_back_fee"]) == ("Y", "5.00", "0.00")
    assert paid.query().members["trade_status"] == "TRADE_SUCCESS"
    second = paid.refund("14.90", "R2").members
    assert (second["fund_change"], second["refund_fee"]) == ("Y", "19.90")
    members = paid.query().members
    assert members["trade_status"] == "TRADE_CLOSED"
    assert members["send_pay_date"]
    assert given_back(paid) == {NUMBER: 1990}


def test_the_same_request_again_moves_nothing_and_says_so(paid: AlipaySide) -> None:
    paid.refund("5.00", "R1")
    paid.refund("5.00", "R2")
    again = paid.refund("5.00", "R1").members
    assert (again["code"], again["fund_change"], again["refund_fee"]) == ("10000", "N", "10.00")
    assert given_back(paid) == {NUMBER: 1000}


def test_the_same_request_of_another_amount_is_refused(paid: AlipaySide) -> None:
    paid.refund("5.00", "R1")
    answer = paid.refund("5.01", "R1")
    assert (answer.sub_code, answer.members["sub_msg"]) == ("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")


@pytest.mark.parametrize("number", ["2026-11-29 23:30:22", "退款-1", "x" * 64])
def test_a_number_may_be_of_any_characters_and_is_known_again_by_them(paid: AlipaySide, number: str) -> None:
    assert paid.refund("5.00", number).members["fund_change"] == "Y"
    assert paid.query_refund(number).members["out_request_no"] == number
    assert given_back(paid) == {NUMBER: 500}


def test_a_number_of_more_than_64_characters_is_refused(paid: AlipaySide) -> None:
    assert paid.refund("5.00", "x" * 65).members["code"] == "40004"


def test_a_number_belongs_to_its_trade(paid: AlipaySide) -> None:
    paid.create("second")
    paid.pay("second")
    paid.refund("5.00", "R1")
    assert paid.refund("1.00", "R1", number="second").members["fund_change"] == "Y"
    assert paid.query_refund("R1").members["refund_amount"] == "5.00"
    assert paid.query_refund("R1", number="second").members["refund_amount"] == "1.00"


def test_a_part_needs_a_number_and_the_whole_has_the_orders(paid: AlipaySide) -> None:
    answer = paid.refund("5.00", None)
    assert answer.sub_code == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert answer.members["refund_fee"] == answer.members["send_back_fee"] == "0.00"
    assert paid.refund("19.90", None).members["fund_change"] == "Y"
    assert paid.query_refund(NUMBER).members["refund_status"] == "REFUND_SUCCESS"


def test_more_than_was_paid_does_not_come_back(paid: AlipaySide) -> None:
    paid.refund("5.00", "R1")
    assert paid.refund("14.91", "R2").sub_code == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    paid.refund("14.90", "R2")
    assert paid.refund("0.01", "R3").sub_code == "ACQ.TRADE_HAS_CLOSE"
    assert paid.refund("14.90", "R2").members["fund_change"] == "N"


def test_what_nobody_paid_does_not_come_back(alipay: AlipaySide) -> None:
    alipay.create()
    assert alipay.refund().sub_code == "ACQ.TRADE_STATUS_ERROR"
    alipay.close()
    assert alipay.refund().sub_code == "ACQ.TRADE_HAS_CLOSE"
    assert alipay.refund(number="nobody").sub_code == "ACQ.TRADE_NOT_EXIST"


@pytest.mark.parametrize("amount", ["0", "1.001", "1e1", "-5.00"])
def test_what_is_no_amount_moves_nothing(paid: AlipaySide, amount: str) -> None:
    assert paid.refund(amount).members["code"] == "40004"
    assert given_back(paid) == {}


def test_after_a_year_the_trade_is_finished(paid: AlipaySide) -> None:
    paid.merchant.simulator.clock.advance(timedelta(days=365, seconds=1))
    assert paid.query().members["trade_status"] == "TRADE_FINISHED"
    answer = paid.refund()
    assert (answer.sub_code, answer.members["sub_msg"]) == ("ACQ.TRADE_HAS_FINISHED", "交易已完结")


def test_a_merchant_without_money_gives_nothing_back(paid: AlipaySide) -> None:
    paid.account.withdraw(1990)
    assert paid.refund().sub_code == "ACQ.SELLER_BALANCE_NOT_ENOUGH"
    paid.account.withdraw(-1990)
    assert paid.refund().members["fund_change"] == "Y"


def test_a_query_of_a_refund_tells_of_that_part(paid: AlipaySide) -> None:
    paid.refund("5.00", "R1")
    paid.refund("1.00", "R2")
    members = paid.query_refund("R1", query_options=["gmt_refund_pay"]).members
    assert members["refund_amount"] == "5.00"
    assert members["total_amount"] == "19.90"
    assert members["refund_status"] == "REFUND_SUCCESS"
    assert members["gmt_refund_pay"]


def test_an_unknown_refund_is_a_success_that_says_nothing(paid: AlipaySide) -> None:
    assert paid.query_refund("nobody").members == {"code": "10000", "msg": "Success"}
    assert paid.query_refund("R1", number="nobody").sub_code == "ACQ.TRADE_NOT_EXIST"


def test_a_paid_number_that_all_came_back_of_is_closed_to_orders(paid: AlipaySide) -> None:
    paid.refund()
    assert paid.precreate().sub_code == "ACQ.TRADE_HAS_CLOSE"
