"""From evidence to the judgement of a run. Pure: no clock, no file, no network.

NO-GO: a required control of severity F or M fails. NOT YET: else a required one is not passed, validly
waived or not-applicable; or the run was interrupted, ran nothing, or readiness is short. GO: else. A failing
S control is a warning. A narrowed run judges no gate and ends in SELECTION PASS,
SELECTION FAIL or, where nothing failed and something is left open or in doubt, SELECTION NOT YET.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Literal, NamedTuple

from harness.core.control import Blame, Check, Control, Grade, Outcome, Scope, Severity, Text
from harness.verdict.doubts import NEVER_CONTACTED
from harness.verdict.earlier_runs import earlier_runs
from harness.verdict.gate_evidence import EvidenceRow, Result, result, usable
from harness.verdict.gates import Gate, Requirement, requirements
from harness.verdict.judgement import ControlStatus, Count, GateVerdict, Judgement, Tally
from harness.verdict.locked_parts import LockedPart, absent
from harness.verdict.precedence import Standing, Waiver, parts_of, standing_of_control, worst
from harness.verdict.price import Missing, Price, price_of
from harness.verdict.readiness import readiness_percent
from harness.verdict.reasons import INTERRUPTED, NOTHING_RAN, fault, parts_absent, readiness_short, reason

_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True)
class _Case:
    """The evidence with what is known of controls, answering where each stands at a grade."""

    controls: Mapping[str, Control]
    rows: Mapping[str, Sequence[EvidenceRow]]
    registered: Collection[str]
    exercised: Collection[str]
    capabilities: frozenset[str] | None
    waivers: Mapping[str, Sequence[Waiver]]
    locked: Mapping[str, Sequence[LockedPart]]
    unplanned: Mapping[str, Sequence[LockedPart]]
    _known: dict[Requirement, Standing] = field(default_factory=dict, init=False)
    _results: dict[Requirement, Result | None] = field(default_factory=dict, init=False)

    def result(self, requirement: Requirement) -> Result | None:
        """What the evidence says of a requirement."""
        if requirement not in self._results:
            control = self.controls[requirement.control]
            waivers = self.waivers.get(control.id, ())
            rows = self.rows.get(control.id, ())
            self._results[requirement] = result(control, rows, requirement.grade, waivers)
        return self._results[requirement]

    def rested_on(self) -> Iterator[EvidenceRow]:
        """The evidence of every requirement that was asked for; some of it more than once."""
        for found in self._results.values():
            yield from found.rows if found else ()

    def dropped(self, control: Control) -> bool:
        """Whether the merchant declares away what the control needs."""
        if control.capability is None or self.capabilities is None:
            return False
        return control.capability not in self.capabilities

    def standing(self, requirement: Requirement) -> Standing:
        """Where a requirement stands; every gate asks, and there may be very many rows."""
        if requirement not in self._known:
            self._known[requirement] = self._standing(requirement)
        return self._known[requirement]

    def _standing(self, requirement: Requirement) -> Standing:
        found = self.result(requirement)
        control = self.controls[requirement.control]
        lost_check = control.id in self.exercised and control.id not in self.registered
        lost_check = lost_check or bool(self.absent(requirement))
        if found is not None:
            return worst([found.standing, Standing.INCONCLUSIVE]) if lost_check else found.standing
        if self.dropped(control):
            return Standing.NOT_APPLICABLE
        if control.id in self.registered or lost_check:
            return Standing.INCONCLUSIVE
        return Standing.PLANNED

    def absent(self, requirement: Requirement) -> tuple[LockedPart, ...]:
        """The parts of a control that its evidence ought to have and has not."""
        id_ = requirement.control
        found = self.result(requirement)
        lacking = absent(self.locked.get(id_, ()), (row.check for row in found.rows)) if found else ()
        return tuple(dict.fromkeys((*self.unplanned.get(id_, ()), *lacking)))

    def needs(self, control: Control) -> tuple[str, ...]:
        """What the run's target lacked for a control, each said once."""
        rows = [row for row in self.rows.get(control.id, ()) if row.own]
        checks = [row.check for row in rows if row.check.lacks]
        spoken = [check for check in checks if check.outcome is not Outcome.NOT_APPLICABLE]
        if len(checks) == len(rows) and not spoken:
            spoken = [check for check in checks if check.left_to_another_wire]
        return tuple(sorted({_need(check) for check in spoken}))

    def only_warns(self, requirement: Requirement) -> bool:
        """Whether a failing S control leaves nothing else undecided."""
        if self.absent(requirement):
            return False
        found = self.result(requirement)
        rest = found.standing_without_fails if found else None
        return rest is None or rest.satisfies


def _need(check: Check) -> str:
    human = check.outcome is Outcome.NEEDS_HUMAN
    return f"{check.outcome}: {check.message}" if human else check.message


def judge(
    controls: Iterable[Control],
    rows: Iterable[EvidenceRow],
    *,
    gates: Sequence[Gate],
    as_of: datetime,
    run: str,
    subject: str,
    registered: Collection[str],
    exercised: Collection[str],
    grade: Grade,
    selection: bool = False,
    interrupted: bool = False,
    capabilities: frozenset[str] | None = None,
    waivers: Iterable[Waiver] = (),
    faults: Sequence[str] = (),
    ended: datetime | None = None,
    doubts: Sequence[Text] = (),
    locked: Iterable[LockedPart] = (),
    unplanned: Iterable[LockedPart] = (),
    sealed_by: str = "",
) -> Judgement:
    """Judge a run in the light of its own rows and those of earlier runs.

    Args:
        rows: this run's and earlier ones, in any order; what earlier runs found of another subject, too old
            or later than `as_of` is left aside here.
        gates: lowest first.
        run: id of the run being judged.
        registered: controls that have a check now.
        exercised: controls that ever had one (`exercised.lock`).
        capabilities: what the merchant has; None when nothing is declared away.
        faults: harness errors of this run that belong to no check.
        ended: when the run ended; by default its newest row tells.
        doubts: why the run's record cannot be believed as it stands; with any of them nothing is GO.
        locked: every part that evidence has to have (`scenarios.lock`).
        unplanned: those of them that were not there to be run, and that nobody had left out.
        sealed_by: the public key that sealed the run; empty where none did.
    """
    catalogue = {control.id: control for control in controls}
    rows = [replace(row, own=row.run == run) for row in rows]
    by_control = usable(rows, subject=subject, as_of=as_of, ended=ended)
    in_force: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.holds(as_of):
            in_force.setdefault(waiver.control, []).append(waiver)
    case = _Case(
        catalogue,
        by_control,
        registered,
        exercised,
        capabilities,
        in_force,
        locked={} if selection else _by_control(locked),
        unplanned=_by_control(unplanned),
    )
    own = [row.check for each in by_control.values() for row in each if row.own]
    final = {each.id: case.standing(Requirement(each.id, each.confirmed_at)) for each in catalogue.values()}
    percent = readiness_percent((catalogue[id_].severity, standing) for id_, standing in final.items())
    needs = requirements(gates, catalogue.values(), checked={*registered, *exercised})
    notes = [fault(each) for each in faults]
    contacted = selection or any(row.contacted for each in by_control.values() for row in each)
    doubts = [*doubts, *([] if contacted or not own else [NEVER_CONTACTED])]
    notes += doubts
    notes += [INTERRUPTED] if interrupted else []
    notes += [] if own else [NOTHING_RAN]
    verdicts = {gate.id: _gate(case, gate, needs[gate.id], percent, notes) for gate in gates}
    picked = _selection(case, own) if selection else None
    statuses = tuple(_status(case, each, final[each.id]) for each in catalogue.values())
    return Judgement(
        run=run,
        as_of=as_of,
        subject=subject,
        grade=grade.label,
        interrupted=interrupted,
        controls=statuses,
        gates={} if selection else verdicts,
        gate_names={gate.id: gate.name for gate in gates},
        readiness_percent=percent,
        milestones=_milestones(final, catalogue, {} if selection else verdicts),
        selection=picked and _ending(picked, spoilt=interrupted or bool(faults), doubted=bool(doubts)),
        selection_failing=picked.failing if picked else (),
        selection_open=picked.open if picked else (),
        selection_notes=tuple(notes) if picked else (),
        sealed_by=sealed_by,
        history=earlier_runs(case.rested_on(), sealed_by),
        doubts=tuple(doubts),
        tally=_tally(own, len(faults)),
    )


def _by_control(parts: Iterable[LockedPart]) -> dict[str, list[LockedPart]]:
    sorted_: dict[str, list[LockedPart]] = {}
    for part in parts:
        sorted_.setdefault(part.control, []).append(part)
    return sorted_


def _gate(
    case: _Case, gate: Gate, needs: frozenset[Requirement], percent: float, notes: Sequence[Text]
) -> GateVerdict:
    missing: list[Missing] = []
    warnings: list[str] = []
    counts = dict.fromkeys(Scope, Count())
    required = [list(group) for _, group in groupby(sorted(needs), key=lambda each: each.control)]
    for group in required:
        control = case.controls[group[0].control]
        standings = {each: case.standing(each) for each in group}
        soft = {
            each
            for each, standing in standings.items()
            if standing is Standing.FAIL and control.severity is Severity.SHOULD and case.only_warns(each)
        }
        open_ = [each for each in group if not standings[each].satisfies and each not in soft]
        if open_:
            missing.append(_missing(case, control, open_, standings))
        elif soft or Standing.WARN in standings.values():
            warnings.append(control.id)
        met = set(standings.values()) <= {Standing.PASS, Standing.WARN}
        counted = counts[control.scope]
        counts[control.scope] = Count(passed=counted.passed + met, required=counted.required + 1)
    notes = list(notes)
    if gate.readiness is not None and percent < gate.readiness:
        notes.append(readiness_short(percent, gate.readiness))
    if not counts[Scope.APP].passed and NOTHING_RAN not in notes:
        notes.append(NOTHING_RAN)
    missing.sort(key=lambda each: _rank(case.controls[each.control], each))
    failing = any(each.price is Price.MEND for each in missing)
    return GateVerdict(
        verdict="NO-GO" if failing else "NOT YET" if missing or notes else "GO",
        passed=sum(each.passed for each in counts.values()),
        required=len(required),
        scopes={scope: count for scope, count in counts.items() if count.required},
        missing=tuple(missing),
        warnings=tuple(warnings),
        notes=tuple(notes),
    )


def _missing(
    case: _Case,
    control: Control,
    open_: Sequence[Requirement],
    standings: Mapping[Requirement, Standing],
) -> Missing:
    """One entry for a control: its failure if it fails, else the dearest of what is open."""

    def dearness(each: Requirement) -> tuple[bool, int, Grade]:
        price = _price(control, each, standings[each])
        return price is Price.MEND, price.order, each.grade

    chosen = max(open_, key=dearness)
    standing = standings[chosen]
    found = case.result(chosen)
    return Missing(
        control=control.id,
        standing=standing,
        grade=chosen.grade.label,
        price=_price(control, chosen, standing),
        reason=reason(
            standing, chosen.grade, case.absent(chosen), app_silent=found is not None and found.app_silent
        ),
        needs=case.needs(control),
    )


def _price(control: Control, requirement: Requirement, standing: Standing) -> Price:
    """A failing S control is missing only for what is undecided beside its failure, so it is run again."""
    if standing is Standing.FAIL and control.severity is Severity.SHOULD:
        standing = Standing.INCONCLUSIVE
    return price_of(control, requirement.grade, standing)


def _rank(control: Control, missing: Missing) -> tuple[int, int, str]:
    return missing.price.order, _SEVERITIES.index(control.severity), control.id


def _status(case: _Case, control: Control, final: Standing) -> ControlStatus:
    least = Grade.SIMULATED if control.rehearsed else control.confirmed_at
    requirement = Requirement(control.id, least)
    found = case.result(requirement)
    rows = found.rows if found else ()
    standing = case.standing(requirement)
    lacking = case.absent(requirement)
    spoken = sorted(
        (row.check for row in rows if row.check.message),
        key=lambda check: (check.outcome.value != standing.value, check.started, check.message),
    )
    fails = standing is Standing.FAIL
    return ControlStatus(
        id=control.id,
        status=standing,
        severity=control.severity,
        grade=(found.grade if found else least).label,
        needed=control.confirmed_at.label,
        reached=final.satisfies,
        message=parts_absent(lacking).en if lacking and not fails else spoken[0].message if spoken else "",
        absent=tuple(map(str, lacking)),
        dropped=case.dropped(control),
        runs=tuple(sorted({row.run for row in rows})),
        recorded=max((row.recorded for row in rows), default=None),
        checks=tuple(
            sorted(
                (row.check for row in case.rows.get(control.id, ()) if row.own),
                key=lambda check: (check.started, check.scenario, check.model_dump_json()),
            )
        ),
    )


_Ending = Literal["PASS", "FAIL", "NOT YET"]


class _Selection(NamedTuple):
    """How a narrowed run ends, from its own checks alone."""

    ending: _Ending
    failing: tuple[str, ...]
    open: tuple[str, ...]


def _selection(case: _Case, own: Sequence[Check]) -> _Selection:
    standings: dict[str, Standing] = {}
    for id_, checks in groupby(sorted(own, key=lambda check: check.control), key=lambda check: check.control):
        severity = case.controls[id_].severity
        found = list(checks)
        standing = standing_of_control(parts_of(found, severity, case.waivers.get(id_, ())), found)
        soft = standing is Standing.FAIL and severity is Severity.SHOULD
        standings[id_] = Standing.WARN if soft else standing
    for id_ in case.unplanned:
        standings[id_] = worst([standings.get(id_, Standing.INCONCLUSIVE), Standing.INCONCLUSIVE])
    failing = tuple(id_ for id_, standing in standings.items() if standing is Standing.FAIL)
    open_ = tuple(id_ for id_, each in standings.items() if not each.satisfies and id_ not in failing)
    exercised = {Standing.PASS, Standing.WARN} & set(standings.values())
    if open_ and not failing and not case.unplanned:
        return _Selection("NOT YET", failing, open_)
    return _Selection("PASS" if exercised and not failing and not open_ else "FAIL", failing, open_)


def _ending(picked: _Selection, *, spoilt: bool, doubted: bool) -> _Ending:
    """The ending with what befell the run; a doubt takes a pass away and is no failure."""
    if spoilt:
        return "FAIL"
    return "NOT YET" if doubted and picked.ending == "PASS" else picked.ending


def _milestones(
    final: Mapping[str, Standing], catalogue: Mapping[str, Control], verdicts: Mapping[str, GateVerdict]
) -> tuple[bool, ...]:
    def at_experience(section: str) -> list[Standing]:
        return [
            standing
            for id_, standing in final.items()
            if catalogue[id_].section == section and catalogue[id_].confirmed_at is Grade.EXPERIENCE
        ]

    first = Standing.PASS in at_experience("PAY") and all(each.satisfies for each in at_experience("CFG"))
    later = [verdict.verdict == "GO" for verdict in list(verdicts.values())[1:]]
    return (first and bool(at_experience("CFG")), *later)


def _tally(own: Sequence[Check], faults: int) -> Tally:
    sound = (Outcome.PASS, Outcome.WARN, Outcome.NOT_APPLICABLE)
    return Tally(
        checks=len(own),
        harness_errors=faults + sum(check.outcome is Outcome.HARNESS_ERROR for check in own),
        unreachable=sum(check.blame is Blame.ENVIRONMENT and check.outcome not in sound for check in own),
        undecided=sum(check.outcome in (Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN) for check in own),
    )
