"""From evidence to the judgement of a run. Pure: no clock, no file, no network.

NO-GO: a required control of severity F or M fails. NOT YET: else a required one is not passed, validly
waived or not-applicable; or the run was interrupted, ran nothing, or readiness is short. GO: else. A failing
S control is a warning. A narrowed run judges no gate and ends in SELECTION PASS,
SELECTION FAIL or, where nothing failed and something is left open or in doubt, SELECTION NOT YET.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from harness.core.control import Blame, Check, Control, Grade, Outcome, Text
from harness.verdict.case import Case
from harness.verdict.doubts import NEVER_CONTACTED
from harness.verdict.earlier_runs import earlier_runs
from harness.verdict.gate_evidence import EvidenceRow, usable
from harness.verdict.gate_verdict import gate_verdict
from harness.verdict.gates import Gate, Requirement, requirements
from harness.verdict.judgement import ControlStatus, GateVerdict, Judgement, Tally
from harness.verdict.locked_parts import LockedPart
from harness.verdict.precedence import Standing, Waiver
from harness.verdict.readiness import readiness_of
from harness.verdict.reasons import INTERRUPTED, NOTHING_RAN, fault, parts_absent
from harness.verdict.selection import ending_of, selection_of


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
    rows = [replace(row, own=row.run == run and not row.paper) for row in rows]
    by_control = usable(rows, subject=subject, as_of=as_of, ended=ended)
    in_force: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.holds(as_of):
            in_force.setdefault(waiver.control, []).append(waiver)
    case = Case(
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
    final = {each.id: case.final(each) for each in catalogue.values()}
    ready = readiness_of((catalogue[id_].severity, standing) for id_, standing in final.items())
    needs = requirements(gates, catalogue.values(), checked={*registered, *exercised})
    notes = [fault(each) for each in faults]
    for requirement in {each for gate in needs.values() for each in gate}:
        case.standing(requirement)  # from then on it is known what a verdict rests on
    rested = [row for each in by_control.values() for row in each if row.own]
    contacted = selection or any(row.contacted for row in [*rested, *case.rested_on()])
    doubts = [*doubts, *([] if contacted or not own else [NEVER_CONTACTED])]
    notes += doubts
    notes += [INTERRUPTED] if interrupted else []
    notes += [] if own else [NOTHING_RAN]
    verdicts = {gate.id: gate_verdict(case, gate, needs[gate.id], ready, notes) for gate in gates}
    picked = selection_of(case, own) if selection else None
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
        readiness=ready,
        milestones=_milestones(final, catalogue, {} if selection else verdicts),
        selection=picked and ending_of(picked, spoilt=interrupted or bool(faults), doubted=bool(doubts)),
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


def _status(case: Case, control: Control, final: Standing) -> ControlStatus:
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
        runs=tuple(sorted({row.run for row in rows if not row.paper})),
        recorded=max((row.recorded for row in rows), default=None),
        checks=tuple(
            sorted(
                (row.check for row in case.rows.get(control.id, ()) if row.own),
                key=lambda check: (check.started, check.scenario, check.model_dump_json()),
            )
        ),
    )


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
