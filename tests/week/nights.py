"""Nights at an experience edition that nobody has here: one real rehearsal, dated and graded anew.

Only tests may say that evidence is worth more than it is. Everything else is the product's own: records
are written and sealed as by a run, and the seven days are judged from the watch and the records.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from harness.core.clock import BEIJING
from harness.core.control import Blame, Check, Grade, Outcome
from harness.evidence import RunRecord
from harness.plugin.fixtures.watched_days import Finding, WatchedDays
from harness.verdict import Judgement
from harness.verdict.quiet_days import SLOTS_A_DAY
from harness.watch.book import folder_for, read
from harness.watch.watching import probed_slots
from reports.checklist import load
from reports.history.beginning import look_back_with
from reports.history.database import append, open_history
from reports.history.now import Now, judge_now
from reports.judging import judge_record, take_snapshots
from tests.reports.people.signed import Office
from tests.watch.days import Played, kept

MONDAY = datetime(2026, 11, 2, tzinfo=BEIJING)
"""The first day that is watched."""
TWO_AT_NIGHT = timedelta(hours=2)
HOST = "experience.example"
Change = Callable[[Check], Check]


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
        self._rehearsal = rehearsal
        self._watch = folder_for(self.runs, HOST, experience=True)
        self._time = Played(MONDAY)

    def watched(self, day: int) -> None:
        """The watch has gone on until the night of that day, without a slot that failed."""
        slots = day * SLOTS_A_DAY + int(TWO_AT_NIGHT / timedelta(minutes=5))
        kept(self._watch, slots - int(self._time.passed / timedelta(minutes=5)), time=self._time)

    def night(self, day: int, *changes: Change) -> Judgement:
        """The run of a night, `day` days after the first Monday; judged as it ended."""
        self.watched(day)
        started = MONDAY + timedelta(days=day) + TWO_AT_NIGHT
        later = started - self._rehearsal.meta.started
        record = self._begun(started)
        for each in self._rehearsal.checks:
            check = each.model_copy(
                update={"grade": Grade.EXPERIENCE, "started": each.started + later, "artifacts": ()}
            )
            if check.control.startswith("STB-"):
                check = self._days(record, check)
            for change in changes:
                check = change(check)
            record.append(check)
        meta = self._rehearsal.meta
        record.finish(
            ended=started + timedelta(seconds=meta.lasted_s or 0),
            interrupted=False,
            lasted_s=meta.lasted_s,
            app_answers=meta.app_answers,
        )
        append(self.history, record.folder)
        return judge_record(RunRecord.open(record.folder))

    def status(self, day: int, hour: int = 9) -> Now:
        """What may go live at an hour of a day, with the papers that are signed by then."""
        moment = MONDAY + timedelta(days=day, hours=hour)
        self.office.now = max(self.office.now, moment)
        with open_history(self.history) as history:
            return judge_now(self.runs, history, moment, clock=moment, papers=self.office.papers())

    def _begun(self, started: datetime) -> RunRecord:
        update = {
            "id": f"{started:%Y%m%d}",
            "started": started,
            "ended": None,
            "lasted_s": None,
            "checks": None,
            "app_answers": None,
            "target": "experience",
            "host": HOST,
            "grade": Grade.EXPERIENCE,
            "grade_reasons": (),
            "gate": "experience",
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
