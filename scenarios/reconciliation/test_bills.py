"""A day's bill is fetched once it is there, believed, and read by its header (C34, facts 3.8, alipay 8)."""

from __future__ import annotations

from datetime import time

from harness.core.payment import Provider
from harness.levers.models import BillChange
from harness.merchant.answers import ReconciledDay
from harness.plugin import Journal, Reconciliations, control

NINE, HALF_PAST_TEN = time(9), time(10, 30)
AS_IT_HAPPENED = BillChange()


@control("RCN-01", provider=Provider.WECHAT)
def test_no_bill_is_taken_before_it_is_made(reconciliations: Reconciliations, journal: Journal) -> None:
    reconciliations.paid()
    with journal.step("nine in the morning: the bill of yesterday is still being made"):
        reconciliations.next_morning(NINE)
        early = reconciliations.run()
        journal.observe(early.told)
    assert not early.done, "the day is done with before its bill was there"
    with journal.step("half past ten, and it is still being made"):
        reconciliations.change(BillChange(creating=True))
        waiting = _at_half_past_ten(reconciliations, journal)
    assert not waiting.done, "STATEMENT_CREATING was taken for an answer: the day is done with, and had trade"
    with journal.step("half an hour later it is there"):
        stands = _half_an_hour_later(reconciliations, journal, AS_IT_HAPPENED)
    assert stands.done, "a bill that was still being made is never had, although it is there"
    _expect_agreement(stands)


@control("RCN-01", provider=Provider.WECHAT)
def test_a_bill_is_believed_by_its_hash_and_read_by_its_header(
    reconciliations: Reconciliations, journal: Journal
) -> None:
    reconciliations.paid()
    with journal.step("another hash is announced than the file's"):
        reconciliations.change(BillChange(wrong_hash=True))
        damaged = _at_half_past_ten(reconciliations, journal)
    assert not damaged.done, "a bill whose hash is not the one that was announced is believed"
    with journal.step("the right one, its columns moved, and one more among them"):
        stands = _half_an_hour_later(reconciliations, journal, BillChange(columns_moved=True))
    assert stands.done, "a bill cannot be read whose columns stand in another order"
    _expect_agreement(stands)


@control("RCN-01", provider=Provider.ALIPAY)
def test_a_bill_of_alipays_is_had_once_it_is_there_and_read_by_its_header(
    reconciliations: Reconciliations, journal: Journal
) -> None:
    reconciliations.refund(reconciliations.paid())
    with journal.step("half past ten, and the bill is not there yet"):
        reconciliations.change(BillChange(creating=True))
        waiting = _at_half_past_ten(reconciliations, journal)
    assert not waiting.done, "BILL_NOT_EXIST was taken for an answer: the day is done with, and had trade"
    with journal.step("half an hour later it is there, its columns moved, and one more among them"):
        stands = _half_an_hour_later(reconciliations, journal, BillChange(columns_moved=True))
    assert stands.done, "a bill cannot be read whose columns stand in another order"
    _expect_agreement(stands)


@control("RCN-01", provider=Provider.ALIPAY)
def test_an_empty_bill_ends_a_day_without_trade(reconciliations: Reconciliations, journal: Journal) -> None:
    stands = _at_half_past_ten(reconciliations, journal)
    assert stands.done, "the bill is empty, as nothing was traded, and the day is not done with"
    _expect_nothing_raised(stands)


@control("RCN-01", provider=Provider.WECHAT)
def test_a_day_without_trade_is_done_with(reconciliations: Reconciliations, journal: Journal) -> None:
    stands = _at_half_past_ten(reconciliations, journal)
    assert stands.done, "NO_STATEMENT_EXIST says that there was no trade, and the day is not done with"
    _expect_nothing_raised(stands)


def _at_half_past_ten(reconciliations: Reconciliations, journal: Journal) -> ReconciledDay:
    """What the merchant makes of yesterday the next morning; the platform must have been asked."""
    reconciliations.next_morning(HALF_PAST_TEN)
    stands = reconciliations.run()
    reconciliations.require_asked()
    journal.observe(stands.told)
    return stands


def _half_an_hour_later(
    reconciliations: Reconciliations, journal: Journal, change: BillChange
) -> ReconciledDay:
    reconciliations.change(change)
    reconciliations.half_an_hour_passes()
    stands = reconciliations.run()
    journal.observe(stands.told)
    return stands


def _expect_agreement(stands: ReconciledDay) -> None:
    raised = sorted(stands.differences)
    assert not raised, f"bill and books agree, and differences are raised: {', '.join(raised)}"


def _expect_nothing_raised(stands: ReconciledDay) -> None:
    raised = sorted(stands.differences)
    assert not raised, f"nothing happened that day, and differences are raised: {', '.join(raised)}"
