"""Giving an order up while it can be paid fails; late money is in good hands where somebody is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import NotExercised
from harness.levers.client import LeverRefused
from harness.merchant.gap import ProfileGap
from harness.merchant.observer import MerchantOrder
from harness.plugin import Journal
from scenarios.expectations import expect_money_in_good_hands
from scenarios.payments.test_cancelling import (
    test_an_order_that_its_shopper_cancels_is_closed_at_the_platform as judge_cancelling,
)
from scenarios.payments.test_closing import test_an_order_is_closed_before_it_is_given_up as judge


def kept(status: str, attention: str | None = None, paid: int | None = None) -> MerchantOrder:
    told = {"out_trade_no": "N1", "status": status, "attention": attention, "paid_amount": paid}
    return MerchantOrder.model_validate({name: value for name, value in told.items() if value is not None})


@dataclass
class App:
    """Gives an order up so many seconds after it, closed at the platform or not."""

    gives_up_after_s: float | None
    closes: bool = False
    payable_s: float = 7200.0
    passed_s: float = 0.0
    profile: Any = field(default_factory=lambda: SimpleNamespace(query_job=None))

    def pass_time(self, seconds: float) -> None:
        self.passed_s += seconds

    @property
    def _gave_up(self) -> bool:
        return self.gives_up_after_s is not None and self.passed_s >= self.gives_up_after_s

    def place(self, _: str) -> App:
        return self

    def seen(self) -> MerchantOrder:
        return kept("cancelled" if self._gave_up else "pending")

    def audit(self) -> Any:
        state = "CLOSED" if self._gave_up and self.closes else "NOTPAY"
        return SimpleNamespace(trade_state=state, dialect="apiv3")

    def pay(self) -> None:
        if self.passed_s > self.payable_s:
            raise LeverRefused("expired", "the platform refuses", where="POST /pay")


def judged(app: App) -> list[str]:
    journal, played = Journal(cast("Any", None), "PAY-11"), cast("Any", app)
    pass_time: Callable[[float], None] = app.pass_time
    judge(played, played, pass_time, journal)
    return journal.warnings


def test_an_app_that_closes_first_is_right() -> None:
    assert judged(App(1800, closes=True)) == []


def test_an_app_that_gives_up_what_can_be_paid_fails() -> None:
    with pytest.raises(AssertionError, match="was cancelled after 31 min, and was not closed"):
        judged(App(1800))


def test_who_gives_up_what_nobody_can_pay_any_more_or_never_is_told_so() -> None:
    assert "nobody could have paid it any more (expired)" in judged(App(6 * 3600))[0]
    assert "close it there when its time is over" in judged(App(None))[0]


@dataclass
class Cancels:
    """Answers its shopper who cancels; whether it is cancelled here, and closed there."""

    here: str
    there: str

    def place(self, _: str) -> Cancels:
        return self

    def opened(self) -> None:
        pass

    def close(self) -> Any:
        return SimpleNamespace(status_code=200)

    def seen(self) -> MerchantOrder:
        return kept(self.here)

    def audit(self) -> Any:
        return SimpleNamespace(trade_state=self.there)

    def pay(self) -> None:
        pass


def cancelled(here: str, there: str) -> None:
    judge_cancelling(cast("Any", Cancels(here, there)), Journal(cast("Any", None), "PAY-11"))


def test_what_is_cancelled_is_closed_at_the_platform_or_fails() -> None:
    cancelled("cancelled", "CLOSED")
    with pytest.raises(AssertionError, match="is cancelled, and was not closed: the platform took money"):
        cancelled("cancelled", "NOTPAY")


def test_a_button_that_cancels_nothing_shows_nothing() -> None:
    with pytest.raises(NotExercised, match="it is pending here and NOTPAY at the platform"):
        cancelled("pending", "NOTPAY")


def paid_late(order: MerchantOrder, *, refunded: bool = False) -> None:
    played = SimpleNamespace(kept=lambda paid: order, refunded=refunded)
    expect_money_in_good_hands(cast("Any", played), Journal(cast("Any", None), "PAY-11"))


def test_late_money_is_in_good_hands_where_it_is_booked_goes_back_or_somebody_is_told() -> None:
    paid_late(kept("paid"))
    paid_late(kept("cancelled"), refunded=True)
    paid_late(kept("cancelled", attention="refund it by hand"))


def test_late_money_that_nobody_is_told_of_is_lost() -> None:
    with pytest.raises(AssertionError, match="nobody is told, and none goes back"):
        paid_late(kept("cancelled", attention="", paid=1990))


def test_whether_somebody_is_told_is_unknown_where_nothing_tells_it() -> None:
    with pytest.raises(ProfileGap, match="attention"):
        paid_late(kept("cancelled"))
