"""The active query: on the official schedule, on business time, and truthful about what it hears."""

from __future__ import annotations

import pytest

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.shop.active_query import SCHEDULE_S
from harness.shop.practices import LIFETIME
from tests.shop.conftest import Trade


def asked(levers: LeversClient, number: str) -> int:
    return [event.kind for event in levers.audit(number).events].count("queried")


def lost(trade: Trade, number: str) -> None:
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    trade.levers.pay(out_trade_no=number)


def told(trade: Trade, number: str, state: str) -> None:
    trade.levers.add_fault(
        Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value=state)
    )


def state(trade: Trade, number: str) -> str:
    return trade.levers.audit(number).trade_state


@pytest.mark.parametrize("times", range(1, len(SCHEDULE_S) + 1))
def test_a_lost_callback_is_made_up_for_by_whichever_query_gets_through(
    fresh_trade: Trade, times: int
) -> None:
    number = fresh_trade.order("19.90")
    lost(fresh_trade, number)
    if times > 1:
        fault = Fault(operation="query", action="status", out_trade_no=number, times=times - 1, value=500)
        fresh_trade.levers.add_fault(fault)
        fresh_trade.merchant.advance(SCHEDULE_S[times - 2])
        assert fresh_trade.books(number).status == "pending"
    fresh_trade.merchant.advance(SCHEDULE_S[times - 1])
    books = fresh_trade.books(number)
    assert (books.status, books.credits, books.paid_amount) == ("paid", 1, Fen(1990))


def test_an_unpaid_order_is_asked_about_seven_times_and_once_more_at_its_end(fresh_trade: Trade) -> None:
    number = fresh_trade.order()
    for seconds in SCHEDULE_S:
        before = asked(fresh_trade.levers, number)
        passed = fresh_trade.running.shop.clock.offset.total_seconds()
        fresh_trade.merchant.advance(max(0.0, seconds + 0.5 - passed))
        assert asked(fresh_trade.levers, number) == before + 1
    fresh_trade.merchant.advance(24 * 3600)
    assert asked(fresh_trade.levers, number) == len(SCHEDULE_S) + 1


def test_an_order_whose_time_is_over_is_closed_there_and_then_given_up_here(fresh_trade: Trade) -> None:
    number = fresh_trade.order()
    fresh_trade.merchant.advance(LIFETIME.total_seconds() - 60)
    assert (fresh_trade.books(number).status, state(fresh_trade, number)) == ("pending", "NOTPAY")
    fresh_trade.merchant.advance(120)
    assert (fresh_trade.books(number).status, state(fresh_trade, number)) == ("cancelled", "CLOSED")


def test_an_order_that_the_platform_will_not_close_is_not_given_up(fresh_trade: Trade) -> None:
    number = fresh_trade.order()
    lost(fresh_trade, number)
    told(fresh_trade, number, "NOTPAY")
    fresh_trade.merchant.advance(LIFETIME.total_seconds() + 60)
    assert fresh_trade.books(number).status == "pending"
    fresh_trade.levers.clear_faults()
    fresh_trade.levers.redeliver(number)
    assert (fresh_trade.books(number).status, fresh_trade.books(number).credits) == ("paid", 1)


def test_half_an_hour_at_once_is_asked_at_every_moment_of_it(fresh_trade: Trade) -> None:
    number = fresh_trade.order()
    fresh_trade.merchant.advance(1801)
    assert asked(fresh_trade.levers, number) == len(SCHEDULE_S)


def test_a_paid_order_is_not_asked_about(fresh_trade: Trade) -> None:
    number = fresh_trade.order()
    fresh_trade.levers.pay(out_trade_no=number)
    fresh_trade.merchant.advance(3600)
    assert asked(fresh_trade.levers, number) == 0


def test_a_fresh_code_starts_the_schedule_anew(fresh_trade: Trade) -> None:
    number = fresh_trade.order(order_id="same")
    fresh_trade.merchant.advance(3600)
    fresh_trade.order(order_id="same")
    lost(fresh_trade, number)
    fresh_trade.merchant.advance(6)
    assert fresh_trade.books(number).status == "paid"


@pytest.mark.parametrize("action", ["probe_signature", "wrong_signature", "refuse", "drop_after_acceptance"])
def test_a_query_that_went_wrong_is_repeated_once(trade: Trade, action: str) -> None:
    number = trade.order()
    lost(trade, number)
    trade.levers.add_fault(
        Fault.model_validate({"operation": "query", "action": action, "out_trade_no": number})
    )
    assert trade.merchant.confirm(number).status == "paid"


def test_a_shopper_is_told_when_nobody_could_be_asked(trade: Trade) -> None:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="query", action="status", out_trade_no=number, times=9, value=500))
    answer = trade.merchant.confirm(number)
    assert (answer.status_code, answer.status) == (503, "pending")
    assert "请勿重复支付" in str(answer.raw["error"])


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("NOTPAY", "pending"),
        ("USERPAYING", "pending"),
        ("CLOSED", "cancelled"),
        ("REVOKED", "cancelled"),
        ("PAYERROR", "failed"),
        ("REFUND", "refunded"),
        ("FROZEN", "unknown"),
        ("success", "unknown"),
    ],
)
def test_every_state_has_its_word(trade: Trade, state: str, status: str) -> None:
    number = trade.order()
    told(trade, number, state)
    assert trade.merchant.confirm(number).status == status
    assert trade.books(number).credits == 0


def test_a_claimed_success_without_the_money_behind_it_is_not_believed(trade: Trade) -> None:
    number = trade.order()
    told(trade, number, "SUCCESS")
    assert trade.merchant.confirm(number).status == "unknown"
    assert trade.books(number).credits == 0
    assert trade.books(number).attention


def test_an_unknown_state_is_put_before_a_person_and_may_still_become_paid(trade: Trade) -> None:
    number = trade.order()
    told(trade, number, "FROZEN_BY_RISK")
    answer = trade.merchant.confirm(number)
    assert "FROZEN_BY_RISK" in str(answer.raw["attention"])
    trade.levers.clear_faults()
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    assert (books.status, books.credits, books.attention) == ("paid", 1, "")


def test_money_after_a_close_is_booked_and_alarmed_but_not_fulfilled(trade: Trade) -> None:
    number = trade.order()
    told(trade, number, "CLOSED")
    trade.merchant.confirm(number)
    trade.levers.clear_faults()
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    assert (books.status, books.credits, books.paid_amount) == ("cancelled", 0, Fen(1990))
    assert "退款" in books.attention


def test_money_that_was_refunded_before_it_was_noticed_is_booked(trade: Trade) -> None:
    number = trade.order()
    lost(trade, number)
    told(trade, number, "REFUND")
    assert trade.merchant.confirm(number).status == "refunded"
    books = trade.books(number)
    assert (books.paid_amount, books.credits) == (Fen(1990), 0)


def test_the_shoppers_word_alone_changes_nothing(trade: Trade) -> None:
    number = trade.order()
    for _ in range(3):
        assert trade.merchant.confirm(number).status == "pending"
    assert trade.books(number).credits == 0
