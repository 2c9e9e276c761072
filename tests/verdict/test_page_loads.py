"""What twenty loads of a page say: all in time pass, proven lateness fails, and what lies between is open."""

from __future__ import annotations

import pytest
from scipy.stats import binom

from harness.plugin.session.journal import Journal
from harness.verdict.page_loads import PageLoads

IN_TIME, LATE = 2.99, 3.0


def loads(*, in_time: int = 0, late: int = 0, disturbed: bool = True) -> PageLoads:
    """So many late loads, then so many in time."""
    made = PageLoads(planned=20, limit_s=3.0)
    for _ in range(late):
        made.add(LATE, disturbed=disturbed)
    for _ in range(in_time):
        made.add(IN_TIME, disturbed=False)
    return made


def settled(made: PageLoads) -> Journal:
    journal = Journal(keeper=None, prefix="x")  # type: ignore[arg-type]
    made.settle(journal)
    return journal


def test_twenty_of_twenty_in_time_pass_and_say_what_they_prove() -> None:
    journal = settled(loads(in_time=20))
    assert journal.doubts == []
    assert journal.observations == [
        "20 of 20 loads below 3 s: half within 2.99 s, the slowest in 2.99 s",
        "proven (95 %): at least 86.1% of all loads are in time",
    ]


def test_in_time_on_a_busy_machine_is_in_time() -> None:
    made = PageLoads(planned=20, limit_s=3.0)
    for _ in range(20):
        made.add(IN_TIME, disturbed=True)
    assert settled(made).doubts == []


@pytest.mark.parametrize("late", range(1, 6))
def test_late_loads_on_a_busy_machine_neither_pass_nor_fail(late: int) -> None:
    made = loads(late=late, in_time=20 - late)
    assert made.over
    (doubt,) = settled(made).doubts
    assert f"{late} of 20 loads took 3 s or longer" in doubt


@pytest.mark.parametrize("late", range(6, 21))
def test_lateness_that_is_proven_fails_whatever_the_machine_did(late: int) -> None:
    made = loads(late=late, in_time=20 - late)
    with pytest.raises(AssertionError, match=rf"{late} of 20 loads .* fewer than 86% of all loads"):
        settled(made)


@pytest.mark.parametrize("late", range(1, 6))
def test_one_late_load_on_a_quiet_machine_is_enough_to_fail(late: int) -> None:
    with pytest.raises(AssertionError, match=f"{late} of 20 .*, {late} of them on a quiet machine"):
        settled(loads(late=late, in_time=20 - late, disturbed=False))


def test_nobody_waits_for_more_once_it_is_proven() -> None:
    assert not loads(late=5).over
    assert loads(late=6).over
    with pytest.raises(AssertionError, match="6 of 6 loads"):
        settled(loads(late=6))


def test_what_is_proven_stays_proven_whatever_the_rest_would_be() -> None:
    assert loads(late=6).proven_late
    assert loads(late=6, in_time=14).proven_late


def test_no_load_is_no_observation() -> None:
    assert settled(loads()).observations == []


def test_fewer_than_planned_do_not_pass() -> None:
    made = loads(in_time=19)
    assert not made.over
    assert settled(made).doubts == ["only 19 of 20 loads were made: too few to prove anything"]


def test_both_errors_stay_within_five_per_cent() -> None:
    made = loads()
    damning = next(late for late in range(21) if loads(late=late).proven_late)
    allowed = 1 - made.claimed
    assert binom.sf(damning - 1, 20, allowed) <= 0.05 < binom.sf(damning - 2, 20, allowed)
    assert binom.pmf(0, 20, allowed) == pytest.approx(0.05)


def test_a_page_late_in_every_third_load_does_not_pass_by_being_late_on_a_busy_machine() -> None:
    made = PageLoads(planned=20, limit_s=3.0)
    while not made.over:
        for seconds in (IN_TIME, IN_TIME, LATE):
            made.add(seconds, disturbed=True)
    with pytest.raises(AssertionError, match="fewer than 86%"):
        settled(made)
