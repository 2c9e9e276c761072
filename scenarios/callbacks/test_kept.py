"""What a callback was answered with success is kept, whatever ends the process or its store (CBK-20)."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.plugin import Crashes, Journal, PlacedOrder, control
from scenarios.expectations import expect_paid_once_for_good


@pytest.mark.late
@control("CBK-20", dialects=())
def test_an_answered_callback_survives_the_death_of_the_process(crashes: Crashes, journal: Journal) -> None:
    crashes.require_process()
    answered, unheard = crashes.order(), crashes.order()
    with journal.step("a genuine callback, and the app is killed by its answer"):
        answer = crashes.killed_by_its_answer(answered)
    with journal.step("while it is down another order is paid"):
        unheard.pay()
    with journal.step("the app is started again, and the platform sends again what nobody heard"):
        crashes.start()
        resent = crashes.resend(unheard)
    _expect_booked(crashes, answered, journal, f"answered HTTP {answer.status}, and lost with the process")
    with journal.step("the callback that was answered comes once more"):
        crashes.orders.clear_faults()
        late = answered.redeliver()
    journal.observe(
        f"late repeat: HTTP {late.status}; the unheard callback, sent again: HTTP {resent.status}"
    )
    expect_paid_once_for_good(answered, journal)
    assert resent.accepted, f"started again, the app answered a genuine callback HTTP {resent.status}"
    expect_paid_once_for_good(unheard, journal)


@pytest.mark.late
@control("CBK-20", dialects=())
def test_a_callback_that_meets_a_broken_store_is_not_lost(crashes: Crashes, journal: Journal) -> None:
    crashes.require_store()
    order = crashes.order()
    with journal.step("paid while the app's store fails"), crashes.broken_store():
        order.pay()
        meanwhile = crashes.seen(order)
    first = order.audit().deliveries[0]
    said = f"HTTP {first.status}" if first.status is not None else first.error
    journal.observe(f"while its store failed the app answered {said}")
    crashes.start_if_ended()
    if meanwhile is not None and meanwhile.settled:
        raise NotExercised(
            "the payment was booked while the store was to fail: nothing was broken",
            where="store.break",
            remedy="break what the app writes payments to",
        )
    if first.accepted:
        _expect_booked(
            crashes, order, journal, f"answered HTTP {first.status} while the store failed, and lost"
        )
        crashes.orders.clear_faults()
        order.redeliver()
    else:
        again = crashes.resend(order)
        assert again.accepted, f"its store was mended, and a genuine callback got HTTP {again.status}"
    expect_paid_once_for_good(order, journal)


def _expect_booked(crashes: Crashes, order: PlacedOrder, journal: Journal, lost: str) -> None:
    """It is booked without another callback."""
    kept = crashes.kept(order)
    if kept is None:
        crashes.order()  # the profile still sees what is new
        raise AssertionError(f"a callback was {lost}: the app showed the order before, and shows it no more")
    assert kept.settled, f"a callback was {lost}: the order is {kept.summary}"
    if crashes.asked_about(order):
        journal.warn(
            "the app asked the platform before the payment was booked: whether it had kept what it answered "
            "is not seen"
        )
