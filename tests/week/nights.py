"""Runs at editions of the platform that nobody has here: one real rehearsal, dated and graded anew.

Only tests may say that evidence is worth more than it is. Everything else is the product's own: records are
written and sealed as by a run, the seven days are judged from the watch and the records, loads by the
criteria, and what people bring by what lies in their folders.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from harness.core.clock import BEIJING
from harness.core.control import Blame, Check, Grade, Outcome
from harness.evidence import RunRecord
from harness.plugin.fixtures.watched_days import Finding, WatchedDays
from harness.verdict.quiet_days import SLOTS_A_DAY
from harness.watch.book import folder_for, read
from harness.watch.watching import probed_slots
from load.criteria.choice import NO_LOAD, PROBE, load_controls
from reports.checklist import load
from reports.history.beginning import look_back_with
from reports.history.database import append, open_history
from reports.history.now import Now, judge_now
from reports.judging import take_snapshots
from tests.reports.people.signed import Office
from tests.watch.days import Played, kept
from tests.week.brought import Brought
from tests.week.loads import checks_of_load, seconds_of

MONDAY = datetime(2026, 11, 2, tzinfo=BEIJING)
"""The first day that is watched."""
TWO_AT_NIGHT = timedelta(hours=2)
Change = Callable[[Check], Check]


class Edition(NamedTuple):
    """What a run is made against, as its record says it."""

    target: str
    host: str
    gate: str
    grade: Grade


SIMULATOR = Edition("simulator", "embedded simulator", "rehearsal", Grade.SIMULATED)
EXPERIENCE = Edition("experience", "experience.example", "experience", Grade.EXPERIENCE)
PRODUCTION = Edition("production", "production.example", "production", Grade.PRODUCTION)


def failing(control: str, message: str) -> Change:
    """One part of a control fails, each night the same; the others stay as they are."""
    parts: list[tuple[str, str]] = []

    def change(check: Check) -> Check:
        if check.control != control or check.outcome is not Outcome.PASS:
            return check
        parts.append((check.scenario, check.dialect))
        if parts[-1] != parts[0]:
            return check
        return check.model_copy(update={"outcome": Outcome.FAIL, "blame": Blame.MERCHANT, "message": message})

    return change


class Nights:
    """A folder of runs with its history, its papers and its watch."""

    def __init__(self, place: Path, rehearsal: RunRecord) -> None:
        self.runs = place / "runs"
        self.history = self.runs / "history.sqlite"
        self.office = Office(place)
        self.office.now = MONDAY
        self.brought = Brought(place, self.office)
        self.subject = rehearsal.meta.subject
        self._rehearsal = rehearsal
        self._watch = folder_for(self.runs, EXPERIENCE.host, experience=True)
        self._time = Played(MONDAY)

    def watched(self, day: int) -> None:
        """The watch has gone on until the night of that day, without a slot that failed."""
        slots = day * SLOTS_A_DAY + int(TWO_AT_NIGHT / timedelta(minutes=5))
        kept(self._watch, slots - int(self._time.passed / timedelta(minutes=5)), time=self._time)

    def night(self, day: int, *changes: Change, part: Collection[str] = ()) -> RunRecord:
        """The run of a night, `day` days after the first Monday, and its probe, one request a second.

        Args:
            part: controls that are written down; by default all. Nights of which nobody asks more than that
                they were there cost the most.
        """
        self.watched(day)
        started = MONDAY + timedelta(days=day) + TWO_AT_NIGHT
        return self.run(started, EXPERIENCE, PROBE, *changes, part=part)

    def run(
        self,
        started: datetime,
        edition: Edition,
        load_set: str,
        *changes: Change,
        part: Collection[str] = (),
    ) -> RunRecord:
        """A whole run.

        Args:
            load_set: what it was made with, as `--load`; in production, which is never loaded, `none`.
        """
        record, meta = self._begun(started, edition), self._rehearsal.meta
        lasted = meta.lasted_s or 0.0
        part = part or ({each.control for each in self._rehearsal.checks} - load_controls())
        for check in self._checks(record, edition, part):
            record.append(reduce(lambda found, change: change(found), changes, check))
        if load_set != NO_LOAD:
            begins = started + timedelta(seconds=lasted)
            for check in checks_of_load(load_set, begins, edition.grade):
                record.append(check)
            lasted += seconds_of(load_set)
        record.finish(
            ended=started + timedelta(seconds=lasted),
            interrupted=False,
            lasted_s=lasted,
            app_answers=meta.app_answers,
        )
        append(self.history, record.folder)
        return record

    def _checks(self, record: RunRecord, edition: Edition, part: Collection[str]) -> Iterator[Check]:
        """What the rehearsal found of some controls, as if it had been found there."""
        later = record.meta.started - self._rehearsal.meta.started
        for each in self._rehearsal.checks:
            if each.control not in part:
                continue
            update = {"grade": edition.grade, "started": each.started + later, "artifacts": ()}
            check = each.model_copy(update=update)
            if check.control.startswith("STB-") and edition is EXPERIENCE:
                check = self._days(record, check)
            yield from self.brought.judged(check, self.subject)

    def at(self, day: int, hour: int = 9) -> datetime:
        """An hour of a day, which is the office's from then on."""
        self.office.now = max(self.office.now, MONDAY + timedelta(days=day, hours=hour))
        return self.office.now

    def status(self, day: int, hour: int = 9) -> Now:
        """What may go live at an hour of a day, with the papers that are signed by then."""
        moment = self.at(day, hour)
        with open_history(self.history) as history:
            return judge_now(self.runs, history, moment, clock=moment, papers=self.office.papers())

    def _begun(self, started: datetime, edition: Edition) -> RunRecord:
        update = {
            "id": f"{started:%Y%m%dT%H}",
            "started": started,
            "ended": None,
            "lasted_s": None,
            "checks": None,
            "app_answers": None,
            "grade_reasons": (),
            **edition._asdict(),
        }
        meta = self._rehearsal.meta.model_copy(update=update)
        record = RunRecord.create(self.runs / meta.id, meta)
        take_snapshots(record, load(), self.office.folder)
        look_back_with(self.history, record)
        return record

    def _days(self, record: RunRecord, check: Check) -> Check:
        """What the scenario of the seven days finds, in place of the hour that was played."""
        seen = WatchedDays(
            probed_slots(read(self._watch)),
            played=False,
            rehearsal=cast("Any", SimpleNamespace(record=record, grade=Grade.EXPERIENCE)),
            now=check.started,
        )
        found: Finding = seen.judged() if check.control == "STB-01" else seen.bounded()
        outcome = Outcome.FAIL if found.fails else Outcome.INCONCLUSIVE if found.undecided else Outcome.PASS
        blame = None if outcome is Outcome.PASS else Blame.ENDPOINT
        return check.model_copy(update={"outcome": outcome, "message": found.sentence, "blame": blame})
