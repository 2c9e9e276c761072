"""The evidence of a judgement with what is known of controls: where each stands at a grade, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.core.control import Check, Control, Grade, Method, Outcome
from harness.verdict.gate_evidence import EvidenceRow, Result, result
from harness.verdict.gates import Requirement
from harness.verdict.locked_parts import LockedPart, absent
from harness.verdict.precedence import Standing, Waiver, worst


@dataclass(frozen=True, slots=True)
class Case:
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

    def final(self, control: Control) -> Standing:
        """Where it stands at the grade it wants in the end, with its paper where one must stand beside."""
        wanted = [Requirement(control.id, control.confirmed_at)]
        if Method.ATTEST in control.methods:
            wanted.append(Requirement(control.id, Grade.PAPER))
        return worst([self.standing(each) for each in dict.fromkeys(wanted)])

    def _standing(self, requirement: Requirement) -> Standing:
        found = self.result(requirement)
        control = self.controls[requirement.control]
        if self._of_paper(requirement):
            return found.standing if found is not None else Standing.INCONCLUSIVE
        lost_check = control.id in self.exercised and control.id not in self.registered
        lost_check = lost_check or bool(self.absent(requirement))
        if found is not None:
            return worst([found.standing, Standing.INCONCLUSIVE]) if lost_check else found.standing
        if self.dropped(control):
            return Standing.NOT_APPLICABLE
        if control.id in self.registered or lost_check:
            return Standing.INCONCLUSIVE
        return Standing.PLANNED

    def over_budget(self, requirement: Requirement) -> bool:
        """Whether more of it fails than its waivers cover: such a waiver covers nothing."""
        found = self.result(requirement)
        return found is not None and found.over_budget

    def absent(self, requirement: Requirement) -> tuple[LockedPart, ...]:
        """The parts of a control that its evidence ought to have and has not; a paper has none."""
        if self._of_paper(requirement):
            return ()
        id_ = requirement.control
        found = self.result(requirement)
        lacking = absent(self.locked.get(id_, ()), (row.check for row in found.rows)) if found else ()
        return tuple(dict.fromkeys((*self.unplanned.get(id_, ()), *lacking)))

    def _of_paper(self, requirement: Requirement) -> bool:
        methods = self.controls[requirement.control].methods
        return requirement.grade is Grade.PAPER and Method.ATTEST in methods

    def needs(self, control: Control) -> tuple[str, ...]:
        """What the run's target lacked for a control, each said once."""
        rows = [row for row in self.rows.get(control.id, ()) if row.own]
        checks = [row.check for row in rows if row.check.lacks]
        spoken = [check for check in checks if check.outcome is not Outcome.NOT_APPLICABLE]
        if len(checks) == len(rows) and not spoken:
            spoken = [check for check in checks if check.left_to_another_run]
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
