"""What a watch and the nights beside it prove: seven Beijing days without a serious error, and a bound.

Serious are three failed slots in a row, and whatever the runs of those days found that is fatal. After one
the count begins anew: it fails until a whole Beijing day without any has passed, and is undecided until seven
have. A slot that was missed proves nothing and breaks no row: a watch that dies with its endpoint hides
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from harness.core.clock import BEIJING
from harness.core.control import Grade, Outcome
from harness.verdict.gate_evidence import FRESH
from harness.verdict.rates import lower_bound, p_if_met

SLOT = timedelta(minutes=5)
SLOTS_A_DAY = 288
DAYS = 7
DUE = DAYS * SLOTS_A_DAY
"""Slots of seven days."""
LEAST_COVERAGE = 0.99
"""Of the slots of seven days, how many must have been probed."""
ROW = 3
"""So many failed slots in a row are a serious error."""
TOLERATED = 0.99
"""Whoever is proven to answer less of its slots has no quiet week, whatever its rows."""


class ProbedSlot(NamedTuple):
    """One slot of five minutes in which the endpoint was asked."""

    number: int
    """Slots since 1970; a Beijing day begins with a slot."""
    answered: bool
    """Whether health and query both ended well."""
    grade: Grade | None = None
    """What the evidence is worth; None: the target could not be reached to find out."""
    why: str = ""
    """Why it failed."""
    clock_set: bool = False
    """Whether the machine's clock was set between the slot before and this one."""

    @property
    def starts(self) -> datetime:
        """When the slot starts, UTC."""
        return datetime.fromtimestamp(self.number * SLOT.total_seconds(), UTC)

    @property
    def day(self) -> date:
        """The Beijing day it belongs to."""
        return beijing_day(self.starts)


class SeriousError(NamedTuple):
    """What makes the count begin anew."""

    at: datetime
    """When it was seen, aware."""
    what: str
    """In a few words."""


class Judged(NamedTuple):
    """How the days stand: an outcome, and the sentence that says why."""

    outcome: Outcome
    message: str
    slots: tuple[ProbedSlot, ...] = ()
    """The slots of the days that were looked at."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How often an endpoint can fail at most, if its slots fail independently of each other."""

    failed: int
    slots: int

    @property
    def at_most(self) -> float:
        """The share of failing slots that is not exceeded, with 95 % confidence; 1 where nothing is known."""
        return 1 - lower_bound(self.failed, self.slots)

    @property
    def too_many(self) -> bool:
        """Whether it is proven that more than one slot in a hundred fails."""
        return self.slots > 0 and p_if_met(self.failed, self.slots, TOLERATED) < 0.05

    @property
    def sentence(self) -> str:
        """What the slots prove, and what they do not."""
        return (
            f"{self.failed} of {self.slots} slots failed: with 95 % confidence at most "
            f"{_up(100 * self.at_most):.3f} % of slots fail, if each fails by itself; what goes wrong "
            "between two probes is not seen"
        )


def slot_of(moment: datetime) -> int:
    """The number of the slot that a moment is in."""
    return int(moment.timestamp() // SLOT.total_seconds())


def beijing_day(moment: datetime) -> date:
    """The day it is in Beijing."""
    return moment.astimezone(BEIJING).date()


def bound_of(slots: Iterable[ProbedSlot]) -> Bound:
    """What slots prove; those that were missed prove nothing."""
    answers = [slot.answered for slot in slots]
    return Bound(answers.count(False), len(answers))


def outages(slots: Sequence[ProbedSlot]) -> list[SeriousError]:
    """Every row of three or more failed slots, in order; a missed slot between them breaks no row."""
    found: list[SeriousError] = []
    row: list[ProbedSlot] = []
    for slot in [*slots, ProbedSlot(0, answered=True)]:
        if not slot.answered:
            row.append(slot)
            continue
        if len(row) >= ROW:
            what = f"{len(row)} slots in a row failed from {_at(row[0].starts)}: {row[0].why or 'no answer'}"
            found.append(SeriousError(row[-1].starts, what))
        row = []
    return found


def judge_days(
    slots: Sequence[ProbedSlot],
    *,
    nights: Collection[date],
    errors: Iterable[SeriousError],
    now: datetime,
    grade: Grade,
) -> Judged:
    """How the newest seven whole Beijing days stand.

    Args:
        slots: in order; those of today and of older days may be among them.
        nights: the Beijing days on which a whole run of the same subject at this endpoint began.
        errors: what the runs found that is fatal.
        now: the moment to judge at, aware.
        grade: the least that the evidence has to be worth.
    """
    today = beijing_day(now)
    whole = [slot for slot in slots if slot.day < today and slot.starts <= now]
    if not slots:
        return Judged(Outcome.INCONCLUSIVE, "nobody has watched this endpoint yet: keep golive watch running")
    last = whole[-1].day if whole else today
    first = last - timedelta(days=DAYS - 1)
    seen = tuple(slot for slot in whole if slot.day >= first)
    looked_at = [slot for slot in slots if slot.day >= first and slot.starts <= now]
    serious = sorted(
        [*outages(looked_at), *(each for each in errors if first <= beijing_day(each.at) and each.at <= now)]
    )
    outcome, message = _stand(seen, serious, set(nights), first, last, today=today, grade=grade)
    return Judged(outcome, message, seen or tuple(looked_at))


def _stand(
    seen: Sequence[ProbedSlot],
    serious: Sequence[SeriousError],
    nights: set[date],
    first: date,
    last: date,
    *,
    today: date,
    grade: Grade,
) -> tuple[Outcome, str]:
    if serious:
        since = beijing_day(serious[-1].at)
        if since >= last or not seen:
            why = f"a serious error, and the count of days begins anew: {serious[-1].what}"
            return Outcome.FAIL, why
        quiet = (last - since).days
        why = f"{quiet} of {DAYS} days are quiet since a serious error: {serious[-1].what}"
        return Outcome.INCONCLUSIVE, why
    if lacking := _lacking(seen, nights, first, last, today=today, grade=grade):
        return Outcome.INCONCLUSIVE, lacking
    why = f"{len(seen)} of {DUE} slots from {first} to {last}, and a run each day: nothing serious"
    return Outcome.PASS, why


def _lacking(
    seen: Sequence[ProbedSlot], nights: set[date], first: date, last: date, *, today: date, grade: Grade
) -> str:
    """Why quiet days decide nothing yet; empty: they do."""
    days = sorted({slot.day for slot in seen})
    missed = DUE - len(seen)
    clock_set = next((slot for slot in seen if slot.clock_set), None)
    low = next((slot.grade for slot in seen if slot.grade is not None and slot.grade < grade), None)
    without_run = next((day for day in days if day not in nights), None)
    lacking = ""
    if not days or days[0] > first:
        lacking = f"{len(days)} of {DAYS} whole days were watched, and nothing serious was seen"
    elif today - last >= FRESH:
        lacking = f"the watch ended on {last}: days as old as that prove nothing of today"
    elif clock_set is not None:
        lacking = f"the machine's clock was set before {_at(clock_set.starts)}: its days cannot be counted"
    elif missed > (1 - LEAST_COVERAGE) * DUE:
        lacking = (
            f"the watch slept: {missed} of {DUE} slots were missed, {len(seen) / DUE:.1%} are covered and "
            "99 % are wanted"
        )
    elif low is not None:
        lacking = f"the watch was graded {low.label}, and {grade.label} is wanted"
    elif without_run is not None:
        lacking = (
            f"no whole run of this app at this endpoint began on {without_run}: golive nightly makes one"
        )
    return lacking


def _up(percent: float) -> float:
    """What is said of a bound is never less than it."""
    return ceil(1000 * percent) / 1000


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
