"""Which evidence feeds a requirement: the newest result of the required grade, and every newer fail.

- Evidence counts only with the same subject fingerprint, recorded by then, and younger than 14 days.
- What the judged run found itself counts whatever the dates of its rows, which a clock may have set back: it
  is the newest there is, for 14 days from the run's end, and its fails for ever.
- A result is what one run found of one control; the newest run whose evidence has the grade feeds the gate.
- A pass never hides a newer fail: a fail of ANY grade that is not older than that result stands beside it.
  Without such a result a fail counts at its own grade and below; it says nothing of a higher one.
- A narrowed or interrupted earlier run may have missed parts, so only its fails count.
- A run whose target lacked something for a part of the control is a result only where no run that exercised
  all of it is: asking a real endpoint for an order does not undo the rehearsal of its callbacks.
- A pass about the app from a run that the app never answered decides nothing at simulated grade, and stands
  behind any run that it did answer. A real platform is asked without the app: at its grade it counts.
- What a run left to another run says nothing: beside its result stands what the newest run that exercised
  such a part found of it, so that runs on different wires, and runs with and without a person at a phone,
  make one body of evidence.
- What a person saw in place of a check counts at the grades of real platforms alone: it undoes no rehearsal.
- A paper counts from its date to the end of its validity, which `harness/verdict/papers.py` judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.core.control import APP_ANSWERS, Check, Control, Grade, Method, Outcome, Scope
from harness.verdict.doubts import APP_SILENT
from harness.verdict.precedence import (
    Part,
    Standing,
    Waiver,
    parts_of,
    standing_of,
    standing_of_control,
    worst,
)

FRESH = timedelta(days=14)
"""Evidence of this age or older feeds nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One check with what a judge must know of the run it comes from."""

    check: Check
    recorded: datetime
    """When it was recorded: aware."""
    subject: str
    """The subject fingerprint of its run."""
    run: str
    """The run's id."""
    complete: bool = True
    """False for an earlier run that was narrowed or interrupted."""
    contacted: bool = True
    """Whether the app answered in its run at all."""
    sealed_by: str = ""
    """The public key that sealed its run; empty where that is unknown."""
    own: bool = False
    """Whether it is of the run being judged; the judge sets it."""
    paper: bool = False
    """Whether it is a person's paper, judged for the moment asked for: it grows old by its own date."""
    seen: Check | None = None
    """Its check as a person decided it who looked where it asked for that; None: nobody did."""

    def looked_at(self) -> EvidenceRow:
        """What it says with what a person saw."""
        return self if self.seen is None else replace(self, check=self.seen)

    def heard(self) -> EvidenceRow:
        """What it says about the app: nothing, where it is a pass and the app never answered in its run."""
        if self.contacted or self.paper or standing_of(self.check) not in (Standing.PASS, Standing.WARN):
            return self
        lacking = {
            "outcome": Outcome.INCONCLUSIVE,
            "blame": None,
            "lacks": APP_ANSWERS,
            "message": APP_SILENT.en,
        }
        return replace(self, check=self.check.model_copy(update=lacking))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the evidence says of one control at one grade."""

    parts: Mapping[Part, Standing]
    rows: tuple[EvidenceRow, ...]

    @property
    def standing(self) -> Standing:
        """That of the control."""
        return standing_of_control(self.parts, (row.check for row in self.rows))

    @property
    def standing_without_fails(self) -> Standing | None:
        """The worst of the parts that did not fail; None when every part failed."""
        fails = (Standing.FAIL, Standing.WAIVED_OVER_BUDGET)
        others = [standing for standing in self.parts.values() if standing not in fails]
        return worst(others) if others else None

    @property
    def over_budget(self) -> bool:
        """Whether more parts fail than a waiver covers, whatever else of the control is open."""
        return Standing.WAIVED_OVER_BUDGET in self.parts.values()

    @property
    def tried(self) -> bool:
        """Whether any of it was exercised, or handed in: else nobody ever asked at this grade."""
        return any(not row.check.lacks for row in self.rows)

    @property
    def app_silent(self) -> bool:
        """Whether it rests on passes of a run that the app never answered."""
        return any(row.check.lacks == APP_ANSWERS for row in self.rows)

    @property
    def grade(self) -> Grade:
        """The grade all of its evidence has at least."""
        return min(row.check.grade for row in self.rows)


def usable(
    rows: Iterable[EvidenceRow], *, subject: str, as_of: datetime, ended: datetime | None = None
) -> dict[str, list[EvidenceRow]]:
    """The rows that may feed anything at all, by control.

    Args:
        ended: when the run being judged ended; by default its newest row tells.
    """
    rows = [row for row in rows if row.subject == subject]
    ended = ended or max((row.recorded for row in rows if row.own), default=as_of)
    own_is_fresh = as_of - ended < FRESH
    by_control: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        if row.paper:
            counts = row.recorded <= as_of
        elif row.own:
            counts = own_is_fresh or standing_of(row.check) is Standing.FAIL
        else:
            counts = timedelta() <= as_of - row.recorded < FRESH
        if counts:
            by_control.setdefault(row.check.control, []).append(row)
    return by_control


def result(
    control: Control, rows: Sequence[EvidenceRow], grade: Grade, waivers: Sequence[Waiver] = ()
) -> Result | None:
    """What usable rows of one control say at a grade; None when they say nothing.

    Papers speak at grade PAPER and nowhere else. Of a control that a person attests nothing else does there,
    but for a failure.
    """
    papers = [row for row in rows if row.paper]
    rows = [row for row in rows if not row.paper]
    if grade > Grade.SIMULATED:
        rows = [row.looked_at() for row in rows]
    elif control.scope is Scope.APP:
        rows = [row.heard() for row in rows]
    rows = chosen(rows, grade)
    if grade is Grade.PAPER and Method.ATTEST in control.methods:
        failures = (row for row in rows if standing_of(row.check) is Standing.FAIL)
        rows = [*chosen(papers, grade), *failures]
    if not rows:
        return None
    parts = parts_of((row.check for row in rows), control.severity, waivers)
    return Result(parts=parts, rows=tuple(rows))


def chosen(rows: Sequence[EvidenceRow], grade: Grade) -> list[EvidenceRow]:
    """One control's rows that speak at a grade: the newest result, and what it must not hide.

    That is newer fails, and what earlier runs found of the parts it left to another run.
    """
    tried = [row for row in rows if not row.check.left_to_another_run]
    found = _chosen(tried, grade)
    runs = {row.run for row in found} if found else {row.run for row in _chosen(rows, grade)}
    left = [row for row in rows if row.check.left_to_another_run and row.run in runs]
    elsewhere: dict[tuple[str, str], list[EvidenceRow]] = {
        (row.check.scenario, row.check.dialect): [] for row in left
    }
    for row in tried if elsewhere else ():
        elsewhere.get((row.check.scenario, row.check.dialect), []).append(row)
    joined = [row for each in elsewhere.values() for row in _chosen(each, grade)]
    done = {(row.check.scenario, row.check.dialect) for row in joined}
    left = [
        row for row in left if not (_wants_somebody(row) and (row.check.scenario, row.check.dialect) in done)
    ]
    return list({id(row): row for row in (*found, *left, *joined)}.values())


def _wants_somebody(row: EvidenceRow) -> bool:
    """Whether it asks for a person, which it does no more once one was there."""
    return row.check.outcome is Outcome.NEEDS_HUMAN


def _chosen(rows: Sequence[EvidenceRow], grade: Grade) -> list[EvidenceRow]:
    adequate = [row for row in rows if row.complete and row.check.grade >= grade]
    in_part = {row.run for row in adequate if row.check.lacks}
    newest = _newest([row for row in adequate if row.run not in in_part]) or _newest(adequate)
    taken = {id(row) for row in newest}
    since = min((row.recorded for row in newest), default=None)

    def counts(row: EvidenceRow) -> bool:
        if since is None:
            return row.check.grade >= grade
        return row.own or row.recorded >= since or row.run == newest[0].run

    fails = [row for row in rows if standing_of(row.check) is Standing.FAIL and id(row) not in taken]
    return [*newest, *(row for row in fails if counts(row))]


def relevant(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Those of many rows, all of one subject, that can still matter to a later run, in their order."""
    by_control: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        if not row.paper:
            by_control.setdefault(row.check.control, []).append(row)
    keep = {id(row) for row in rows if row.paper}
    for each in by_control.values():
        heard = [row.heard() for row in each]  # as a control that speaks about the app is judged
        taken = {id(row) for view in (each, heard) for grade in Grade for row in chosen(view, grade)}
        keep |= {id(row) for row, said in zip(each, heard, strict=True) if {id(row), id(said)} & taken}
    return [row for row in rows if id(row) in keep]


def _newest(adequate: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """The rows of the newest run among them; of two equally new the one that speaks worse."""
    runs: dict[tuple[bool, str], list[EvidenceRow]] = {}
    for row in adequate:
        runs.setdefault((row.own, row.run), []).append(row)
    if not runs:
        return []

    def newness(rows: list[EvidenceRow]) -> tuple[bool, datetime, bool, str]:
        sound = all(standing_of(row.check).satisfies for row in rows)
        return rows[0].own, max(row.recorded for row in rows), not sound, rows[0].run

    return max(runs.values(), key=newness)
