"""What is said of an app that stops a shopper who orders too much, somewhere or nowhere."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.gap import ProfileGap
from harness.plugin import Journal
from harness.plugin.fixtures.daily_limit import DailyLimit, DayTotal
from harness.plugin.fixtures.order_bursts import AT_ONCE, Burst, OrderBursts
from scenarios.security import test_too_many_orders as scenario


class Bursts:
    """An app that takes so many orders, and answers the rest with a status."""

    def __init__(
        self, takes: int, status: int = 429, *, seconds: float = 0.5, room: int | None = None
    ) -> None:
        self.left = takes
        self.status, self.seconds, self.day = status, seconds, room
        self.asked: list[object] = []

    def room(self, client: object) -> int | None:
        return self.day

    def price(self, client: object) -> Fen:
        return Fen(1)

    def send(self, client: object, count: int = AT_ONCE) -> Burst:
        self.asked.append(client)
        made = min(self.left, count)
        self.left -= made
        return Burst(count, made, Counter({201: made, self.status: count - made}), self.seconds)


class Shoppers:
    second = "second"


class Nobody:
    @property
    def second(self) -> object:
        raise ProfileGap("no second shopper", where="sign_in.other")


def judged(bursts: Bursts, others: object = Shoppers(), orders: Any = None) -> Any:
    journal = create_autospec(Journal, instance=True)
    asked: Any = bursts
    shoppers: Any = others
    test: Any = "test"
    waiting: Any = orders or SimpleNamespace(wait=lambda seconds: None)
    scenario.test_a_shopper_who_orders_too_much_is_stopped(test, shoppers, asked, waiting, journal)
    return journal


@pytest.mark.parametrize("takes", [1, 20, 30, 60, 100, 119])
@pytest.mark.parametrize("status", [429, 503, 403, 200])
def test_a_limit_of_any_height_is_a_limit(takes: int, status: int) -> None:
    journal = judged(Bursts(takes, status))
    assert not journal.warn.called
    assert not journal.doubt.called


@pytest.mark.parametrize("status", [429, 403, 200])
@pytest.mark.parametrize("others", [Shoppers(), Nobody()])
def test_who_is_refused_every_order_meets_no_limit(status: int, others: object) -> None:
    with pytest.raises(NotExercised, match="was refused every order"):
        judged(Bursts(0, status), others)


def test_who_lets_one_shopper_have_any_number_has_none() -> None:
    with pytest.raises(AssertionError, match="120 orders of one shopper reached the platform within 2 s"):
        judged(Bursts(1000))


def test_a_slow_app_or_a_short_day_may_have_one_above() -> None:
    assert "whether a limit is above" in str(judged(Bursts(1000, seconds=9.0)).warn.call_args)
    assert "60 orders" in str(judged(Bursts(1000, room=80)).warn.call_args)


@pytest.mark.parametrize("status", [500, 502, 0])
def test_an_error_is_no_limit(status: int) -> None:
    assert "is no limit" in str(judged(Bursts(20, status)).doubt.call_args)


def test_the_second_shopper_orders_where_there_is_one() -> None:
    bursts, alone = Bursts(20), Bursts(20)
    judged(bursts)
    judged(alone, Nobody())
    assert (bursts.asked, set(alone.asked)) == (["second"], {"test"})


def test_a_day_that_takes_less_than_a_burst_proves_nothing() -> None:
    client: Any = SimpleNamespace(profile=SimpleNamespace(own_prices={"tea": Fen(8800)}))
    levers: Any = None
    assert OrderBursts(levers, DailyLimit(DayTotal(), _limited=False)).room(client) is None
    with pytest.raises(NotExercised, match="takes 9 orders of ¥88"):
        OrderBursts(levers, DailyLimit(DayTotal())).room(client)


def test_the_app_takes_orders_of_the_test_shopper_again_when_the_scenario_ends() -> None:
    bursts = Bursts(1)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        bursts.left = int(len(waited) == 3)

    judged(bursts, Nobody(), SimpleNamespace(wait=wait))
    assert (waited, bursts.left) == ([1.0] * 3, 0)


def test_a_second_shopper_stays_stopped() -> None:
    judged(Bursts(1), Shoppers(), SimpleNamespace())
