"""Seven quiet days: what counts as serious, what restarts the count, and what so many slots prove."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.clock import BEIJING
from harness.core.control import Grade, Outcome
from harness.verdict.quiet_days import (
    DUE,
    SLOTS_A_DAY,
    Judged,
    ProbedSlot,
    SeriousError,
    bound_of,
    judge_days,
    outages,
    slot_of,
)

FIRST = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=BEIJING)
NIGHTS = [FIRST + timedelta(days=number) for number in range(20)]


def slots(days: float = 7, *, failed: Iterable[int] = (), missed: Iterable[int] = ()) -> list[ProbedSlot]:
    start, bad, gone = slot_of(MIDNIGHT), set(failed), set(missed)
    return [
        ProbedSlot(start + number, number not in bad, Grade.EXPERIENCE, "HTTP 503" if number in bad else "")
        for number in range(int(days * SLOTS_A_DAY))
        if number not in gone
    ]


def judged(
    seen: list[ProbedSlot],
    *,
    day: float = 7.1,
    nights: Iterable[date] = NIGHTS,
    errors: Iterable[SeriousError] = (),
    grade: Grade = Grade.EXPERIENCE,
) -> Judged:
    """As of so many days after the first midnight."""
    now = MIDNIGHT + timedelta(days=day)
    return judge_days(seen, nights=list(nights), errors=errors, now=now, grade=grade)


def error(day: float, what: str = "PAY-01 failed in a-night") -> SeriousError:
    return SeriousError((MIDNIGHT + timedelta(days=day)).astimezone(UTC), what)


def test_seven_quiet_days_with_a_run_each_pass() -> None:
    found = judged(slots(7.05))
    assert found.outcome is Outcome.PASS, found.message
    assert len(found.slots) == DUE
    assert found.message.startswith("2016 of 2016 slots from 2026-11-20 to 2026-11-26")


def test_the_day_that_goes_on_is_no_whole_day() -> None:
    assert judged(slots(6.9), day=6.95).outcome is Outcome.INCONCLUSIVE
    assert "6 of 7 whole days" in judged(slots(6.9), day=6.95).message


def test_a_watch_that_began_in_the_middle_of_a_day_needs_one_more() -> None:
    late = [slot for slot in slots(8) if slot.number >= slot_of(MIDNIGHT) + 140]
    assert judged(late, day=7.1).outcome is Outcome.INCONCLUSIVE
    assert judged(late, day=8.1).outcome is Outcome.PASS


def test_a_nightly_job_alone_is_inconclusive() -> None:
    assert judged([]) == (
        Outcome.INCONCLUSIVE,
        "nobody has watched this endpoint yet: keep golive watch running",
        (),
    )


def test_a_watch_without_runs_is_inconclusive() -> None:
    assert judged(slots(), nights=NIGHTS[:6]).outcome is Outcome.INCONCLUSIVE
    assert "began on 2026-11-26" in judged(slots(), nights=NIGHTS[:6]).message


@pytest.mark.parametrize(("missed", "outcome"), [(20, Outcome.PASS), (21, Outcome.INCONCLUSIVE)])
def test_ninety_nine_in_a_hundred_slots_are_wanted(missed: int, outcome: Outcome) -> None:
    found = judged(
        slots(missed=range(100, 2100, 100)) if missed == 20 else slots(missed=range(50, 50 + missed))
    )
    assert found.outcome is outcome, found.message


def test_a_watch_that_slept_says_so() -> None:
    found = judged(slots(missed=range(500, 788)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.message == (
        "the watch slept: 288 of 2016 slots were missed, 85.7% are covered and 99 % are wanted"
    )


@pytest.mark.parametrize("failed", [(100, 101), (100, 102, 104), range(0, 2016, 3)])
def test_single_failures_and_pairs_are_not_serious(failed: Iterable[int]) -> None:
    assert judged(slots(failed=failed)).outcome is Outcome.PASS


def test_three_failed_slots_in_a_row_restart_the_count() -> None:
    seen = slots(16, failed=(700, 701, 702))  # the third day
    assert judged(seen, day=3.1).outcome is Outcome.FAIL
    assert "3 slots in a row failed from 2026-11-22 10:20: HTTP 503" in judged(seen, day=3.1).message
    quiet = judged(seen, day=7.1)
    assert quiet.outcome is Outcome.INCONCLUSIVE
    assert quiet.message.startswith("4 of 7 days are quiet since a serious error")
    assert judged(seen, day=9.1).outcome is Outcome.INCONCLUSIVE
    assert judged(seen, day=10.1).outcome is Outcome.PASS


def test_an_outage_of_today_fails_at_once() -> None:
    seen = slots(7.5, failed=range(2100, 2103))
    assert judged(seen, day=7.5).outcome is Outcome.FAIL


def test_a_missed_slot_breaks_no_row() -> None:
    """A watch that dies with its endpoint and comes back with it would hide every outage."""
    seen = slots(failed=(1900, 1902, 1905), missed=(1901, 1903, 1904))
    assert [each.what for each in outages(seen)] == [
        "3 slots in a row failed from 2026-11-26 14:20: HTTP 503",
    ]
    assert judged(seen).outcome is Outcome.FAIL


def test_a_fatal_failure_of_a_run_restarts_the_count() -> None:
    assert judged(slots(), errors=[error(6.5)]).outcome is Outcome.FAIL
    assert judged(slots(), errors=[error(7.05)]).outcome is Outcome.FAIL
    found = judged(slots(), errors=[error(2.5)])
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.message == "4 of 7 days are quiet since a serious error: PAY-01 failed in a-night"
    assert judged(slots(), errors=[error(-1), error(7.2)]).outcome is Outcome.PASS  # before, and not yet


def test_slots_of_a_lower_grade_prove_nothing_of_a_higher_one() -> None:
    low = [slot._replace(grade=Grade.SIMULATED) for slot in slots()]
    assert judged(low).message == "the watch was graded simulated, and experience is wanted"
    assert judged(low, grade=Grade.SIMULATED).outcome is Outcome.PASS


def test_days_with_a_clock_that_was_set_cannot_be_counted() -> None:
    seen = slots()
    seen[300] = seen[300]._replace(clock_set=True)
    assert judged(seen).outcome is Outcome.INCONCLUSIVE
    assert "clock was set before 2026-11-21 01:00" in judged(seen).message


def test_old_days_prove_nothing_of_today() -> None:
    assert judged(slots(), day=19.9).outcome is Outcome.PASS
    assert judged(slots(), day=20.1).outcome is Outcome.INCONCLUSIVE


def test_the_honest_bound_of_a_quiet_week() -> None:
    bound = bound_of(slots())
    assert bound.at_most == pytest.approx(1 - 0.05 ** (1 / 2016))
    assert bound.sentence.startswith(
        "0 of 2016 slots failed: with 95 % confidence at most 0.149 % of slots fail"
    )
    assert not bound.too_many


@pytest.mark.parametrize(
    ("failed", "total", "too_many"), [(0, 0, False), (30, 2016, True), (21, 2016, False)]
)
def test_more_than_one_in_a_hundred_has_to_be_proven(failed: int, total: int, *, too_many: bool) -> None:
    seen = slots(failed=range(0, 10 * failed, 10))[:total]
    assert bound_of(seen).too_many is too_many


def test_no_slot_proves_nothing() -> None:
    assert bound_of([]).at_most == 1.0


@given(st.lists(st.booleans(), max_size=40))
def test_rows_are_found_wherever_they_are(answers: list[bool]) -> None:
    seen = [ProbedSlot(number, answered) for number, answered in enumerate(answers)]
    rows = [row for row in "".join("." if each else "x" for each in answers).split(".") if len(row) >= 3]
    assert [int(each.what.split()[0]) for each in outages(seen)] == [len(row) for row in rows]
