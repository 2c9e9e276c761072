"""The story of the week: what each night found, who brought what in between, and what each morning said."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Scope
from harness.evidence import RunRecord
from harness.verdict import GateVerdict, Judgement
from load.criteria.choice import CAPACITY, NO_LOAD
from reports.checklist import load
from reports.history.now import Now
from tests.reports.people.signed import APPROVER, AUTHOR
from tests.week.brought import COMPANY
from tests.week.loads import NIGHTLY
from tests.week.nights import PRODUCTION, SIMULATOR, Nights, failing

LATE = failing("PAY-09", "an expired code is shown again")
RED = failing("CBK-11", "a duplicate was credited twice")
RED_NIGHT, SEVENTH = 2, 10
"""Days after the first Monday: Wednesday, and the night after seven whole days since."""
WHOLE = (*range(RED_NIGHT + 2), SEVENTH)
"""The nights that are looked at the morning after; of the others only parts are written down."""
SETTINGS = tuple(each.id for each in load().controls if each.scope is Scope.SETTINGS)
"""What a run in production can ask."""
EVENING = 20
"""The hour of the seventh day at which everything is there."""


class Week:
    """The whole story, told once."""

    def __init__(self, place: Path, rehearsal: RunRecord) -> None:
        self.nights = Nights(place, rehearsal)
        self.records: dict[int, RunRecord] = {}
        self.mornings: dict[int, Judgement] = {}
        for day in range(SEVENTH + 1):
            part = () if day in WHOLE else (*SETTINGS, "STB-01", "STB-02", "PAY-09")
            changes = [LATE, RED] if day == RED_NIGHT else [LATE]
            self.records[day] = self.nights.night(day, *changes, part=part)
            if day == 1:
                self._tuesday()
            if day == 3:  # Thursday: the second person has read it
                self.nights.at(day, hour=8)
                self.nights.office.approve("OPS-02", APPROVER)
            if day in WHOLE:
                self.mornings[day] = self.nights.status(day).judgement
            if day == 0:  # Monday: somebody looks at the portal
                self.nights.brought.portal(self.nights.at(day))
        self.upgrade = self._last_day()
        """The run at the production edition, the last of all."""
        self.evening: Now = self.nights.status(SEVENTH, EVENING)

    def _tuesday(self) -> None:
        """The papers, and a failure to live with."""
        self.nights.at(1, hour=8)
        office = self.nights.office
        for control in COMPANY:
            office.attest(control, AUTHOR)
        office.attest("OPS-02", AUTHOR)
        office.waive("PAY-09", days=20)

    def _last_day(self) -> RunRecord:
        """All that production wants beside quiet nights, each the way somebody brings it."""
        nights = self.nights
        moment = nights.at(SEVENTH, hour=10)
        nights.brought.own_tests(moment)
        nights.brought.scan(moment)
        nights.run(nights.at(SEVENTH, hour=12), SIMULATOR, NIGHTLY, LATE)
        nights.run(nights.at(SEVENTH, hour=14), SIMULATOR, CAPACITY, LATE)
        nights.brought.other_papers(nights.subject)
        return nights.run(nights.at(SEVENTH, hour=16), PRODUCTION, NO_LOAD, part=SETTINGS)

    def experience(self, day: int) -> GateVerdict:
        """What a morning says of the experience gate."""
        return self.mornings[day].gates["experience"]
