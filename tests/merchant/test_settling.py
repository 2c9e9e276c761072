"""What has to come is waited for, within a bound; what should not come gets the time this merchant needs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.merchant.settling import BOUND_AFTER_NOTHING_S, BOUND_S, FACTOR, UNKNOWN_S, Settling


@dataclass
class Merchant:
    """Books a payment so many seconds after it was told."""

    books_after_s: float | None
    now: float = 0.0
    told: float = 0.0
    looks: int = 0

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def paid(self) -> bool:
        self.looks += 1
        return self.books_after_s is not None and self.now - self.told >= self.books_after_s

    def tell(self) -> None:
        self.told = self.now


def settling_of(merchant: Merchant) -> Settling:
    return Settling(now=lambda: merchant.now, pause=merchant.pause)


def test_a_merchant_that_books_before_it_answers_costs_one_look_and_no_time() -> None:
    merchant = Merchant(0.0)
    settling = settling_of(merchant)
    assert settling.until(merchant.paid, bool, fresh=True)
    settling.allow_time()
    settling.wait_out_bound(0.0)
    assert (merchant.looks, merchant.now, settling.at_once) == (1, 0.0, True)


@pytest.mark.parametrize("late", [0.3, 2.0, 4.9])
def test_one_that_books_later_is_read_until_it_has(late: float) -> None:
    merchant = Merchant(late)
    settling = settling_of(merchant)
    assert settling.until(merchant.paid, bool, fresh=True)
    assert late <= merchant.now <= late + 0.2
    assert not settling.at_once


def test_one_that_never_books_is_waited_for_to_the_bound_and_then_not_so_long_again() -> None:
    merchant = Merchant(None)
    settling = settling_of(merchant)
    assert not settling.until(merchant.paid, bool, fresh=True)
    assert merchant.now == pytest.approx(BOUND_S)
    assert not settling.until(merchant.paid, bool, fresh=True)
    assert merchant.now == pytest.approx(BOUND_S + BOUND_AFTER_NOTHING_S)


def test_one_that_was_late_before_is_never_given_less_than_it_needs() -> None:
    merchant = Merchant(2.0)
    settling = settling_of(merchant)
    assert settling.until(merchant.paid, bool, fresh=True)
    settling.until(lambda: False, bool)
    merchant.tell()
    assert settling.until(merchant.paid, bool, fresh=True)


def test_before_nothing_is_believed_to_come_the_merchant_has_had_the_time_it_needs() -> None:
    merchant = Merchant(0.3)
    settling = settling_of(merchant)
    settling.allow_time()
    assert merchant.now == UNKNOWN_S
    merchant.tell()
    settling.until(merchant.paid, bool, fresh=True)
    merchant.tell()
    settling.allow_time()
    assert merchant.paid()
    assert merchant.now - merchant.told <= FACTOR * 0.5


def test_the_time_that_a_merchant_needs_is_counted_from_when_it_was_told() -> None:
    merchant = Merchant(0.3)
    settling = settling_of(merchant)
    settling.until(merchant.paid, bool, fresh=True)
    told = merchant.now
    merchant.now += 0.2
    assert settling.allow_time(told)
    assert told + FACTOR * 0.3 <= merchant.now <= told + FACTOR * 0.4
    assert not settling.allow_time(told)


def test_the_rest_of_the_bound_is_what_has_not_passed_yet() -> None:
    merchant = Merchant(0.3)
    settling = settling_of(merchant)
    settling.until(merchant.paid, bool, fresh=True)
    delivered = merchant.now
    merchant.now += 3.0
    settling.wait_out_bound(delivered)
    assert merchant.now == pytest.approx(delivered + BOUND_S)
    settling.wait_out_bound(delivered)
    assert merchant.now == pytest.approx(delivered + BOUND_S)


def test_a_settlement_that_a_busy_machine_delayed_is_forgotten_again() -> None:
    merchant = Merchant(3.0)
    settling = settling_of(merchant)
    settling.until(merchant.paid, bool, fresh=True)
    merchant.books_after_s = 0.0
    for _ in range(8):
        settling.until(merchant.paid, bool, fresh=True)
    before = merchant.now
    settling.allow_time()
    assert merchant.now == before


def test_what_settled_long_ago_says_nothing_of_how_long_it_took() -> None:
    merchant = Merchant(0.3)
    settling = settling_of(merchant)
    settling.until(merchant.paid, bool, fresh=True)
    for _ in range(20):
        settling.until(merchant.paid, bool)
    merchant.tell()
    settling.allow_time()
    assert merchant.paid()
