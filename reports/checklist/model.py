"""A checklist as one frozen, checked value: controls in sections, gates, capabilities, locks, clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

from pydantic import model_validator

from harness.core.control import Control, Model, Text
from harness.verdict import Gate
from harness.verdict.locked_parts import LockedPart
from reports.checklist.clause import Clause

LOCK = "scenarios.lock"
"""The file of every scenario there is; `make scenarios` writes it anew."""


class Section(Model):
    """A chapter of the checklist: the letters before the dash."""

    id: str
    name: Text


class Capability(Model):
    """Something a merchant may declare away."""

    id: str
    name: Text


class Checklist(Model):
    """A whole checklist, as a run snapshots it."""

    date: str
    """Its folder's name."""
    sections: tuple[Section, ...]
    controls: tuple[Control, ...]
    """In the checklist's order."""
    gates: tuple[Gate, ...]
    """Lowest first."""
    capabilities: tuple[Capability, ...]
    exercised: frozenset[str]
    """Every control that ever had a check."""
    scenarios: tuple[str, ...] = ()
    """The lock of scenarios: control, dialect and name of every part that its evidence has to have."""
    clauses: tuple[Clause, ...] = ()
    """The register of clauses as it stood; empty in sets that are older than it."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [control.id for control in self.controls]
        known = set(ids)
        capabilities = {each.id for each in self.capabilities}
        seen: set[str] = set()
        problems = [f"{id_} stands twice" for id_ in sorted(known) if ids.count(id_) > 1]
        sections = [section.id for section in self.sections]
        problems += [
            f"section {id_} has two names" for id_ in sorted(set(sections)) if sections.count(id_) > 1
        ]
        problems += [f"{id_} is in exercised.lock only" for id_ in sorted(self.exercised - known)]
        locked = {LockedPart.read(line).control for line in self.scenarios}
        problems += [f"{id_} is in {LOCK} only" for id_ in sorted(locked - known)]
        problems += [
            f"{control.id} needs the unknown capability {control.capability}"
            for control in self.controls
            if control.capability is not None and control.capability not in capabilities
        ]
        problems += _clause_problems(self.controls, self.clauses)
        for gate in self.gates:
            named = {id_ for rule in gate.rules for id_ in (*(rule.controls or ()), *rule.but_not)}
            problems += [f"gate {gate.id} names {id_}" for id_ in sorted(named - known)]
            if gate.after is not None and gate.after not in seen:
                problems.append(f"gate {gate.id} comes after {gate.after}, which does not stand before it")
            seen.add(gate.id)
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def control(self, id_: str) -> Control:
        """The control of an id.

        Raises:
            KeyError: there is none.
        """
        return {each.id: each for each in self.controls}[id_]

    def clause(self, id_: str) -> Clause:
        """The clause of an id.

        Raises:
            KeyError: there is none.
        """
        return {each.id: each for each in self.clauses}[id_]

    def resting_on(self, clause: str) -> tuple[str, ...]:
        """Ids of the controls that rest on a clause, in the checklist's order."""
        return tuple(control.id for control in self.controls if clause in control.clauses)

    def dump(self) -> dict[str, Any]:
        """The checklist as JSON-able data, for a run's snapshot; equal checklists give equal data."""
        clauses = [each.model_dump(mode="json", exclude_defaults=True) for each in self.clauses]
        return self.model_dump(mode="json") | {"exercised": sorted(self.exercised), "clauses": clauses}


def _clause_problems(controls: Sequence[Control], clauses: Sequence[Clause]) -> Iterator[str]:
    """Where there is a register a control names clauses of it, or says what it rests on instead."""
    if not clauses:
        return
    ids = [each.id for each in clauses]
    yield from (f"clause {id_} stands twice" for id_ in sorted(set(ids)) if ids.count(id_) > 1)
    known = set(ids)
    for control in controls:
        yield from (
            f"{control.id} cites the unknown clause {id_}" for id_ in control.clauses if id_ not in known
        )
        if bool(control.clauses) == bool(control.own):
            yield f"{control.id} wants clauses, or what it rests on instead, and not both"
