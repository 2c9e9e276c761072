"""A gate is a named set of requirements, and a requirement is a control at a grade. Gates are data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

from harness.core.control import Control, Grade, Method, Model, Severity, Text

GradeWord = Literal["paper", "simulated", "experience", "production"]


class Requirement(NamedTuple):
    """A control that must be satisfied by evidence of at least a grade."""

    control: str
    grade: Grade


class Rule(Model):
    """Adds every control that fits all that is given here, at one grade."""

    grade: Literal["paper", "simulated", "experience", "production", "confirmed"]
    """The grade required; `confirmed` is the one each control itself wants."""
    controls: tuple[str, ...] | None = None
    """These ids."""
    sections: tuple[str, ...] | None = None
    """Controls of these sections."""
    methods: tuple[Method, ...] | None = None
    """Controls with at least one of these methods."""
    severities: tuple[Severity, ...] | None = None
    """Controls of these severities."""
    confirmed_at: tuple[GradeWord, ...] | None = None
    """Controls that want one of these grades in the end."""
    rehearsed: bool | None = None
    """Controls that are (or are not) exercised against a simulator."""
    but_not: tuple[str, ...] = ()
    """Not these ids."""
    with_check_only: bool = False
    """Only controls that have, or ever had, a check."""

    def fits(self, control: Control) -> bool:
        """Whether it adds this control, leaving aside whether a check exists."""
        return (
            control.id not in self.but_not
            and (self.controls is None or control.id in self.controls)
            and (self.sections is None or control.section in self.sections)
            and (self.methods is None or bool(set(self.methods) & set(control.methods)))
            and (self.severities is None or control.severity in self.severities)
            and (self.confirmed_at is None or control.confirmed_at.label in self.confirmed_at)
            and (self.rehearsed is None or control.rehearsed is self.rehearsed)
        )

    def required_grade(self, control: Control) -> Grade:
        """The grade this rule wants of a control."""
        return control.confirmed_at if self.grade == "confirmed" else Grade[self.grade.upper()]


class Gate(Model):
    """A named set of controls with a policy."""

    id: str
    name: Text
    meaning: Text
    """What GO of this gate says."""
    rules: tuple[Rule, ...]
    after: str | None = None
    """The gate whose requirements it takes over; must stand before it in the list."""
    readiness: float | None = None
    """Readiness per cent that it wants beside its requirements."""


def requirements(
    gates: Sequence[Gate], controls: Iterable[Control], *, checked: Collection[str]
) -> dict[str, frozenset[Requirement]]:
    """Every gate's requirements, those of the gates before it included.

    Args:
        checked: controls that have a check now, or are known to have had one.
    """
    controls = tuple(controls)
    needs: dict[str, frozenset[Requirement]] = {}
    for gate in gates:
        own = {
            Requirement(control.id, rule.required_grade(control))
            for rule in gate.rules
            for control in controls
            if rule.fits(control) and (not rule.with_check_only or control.id in checked)
        }
        needs[gate.id] = frozenset(own) | (needs[gate.after] if gate.after else frozenset())
    return needs


def highest_gate(gates: Sequence[Gate], grade: Grade) -> str:
    """The gate a run judges unless told otherwise: the highest that evidence of its grade can open."""
    if not gates:
        raise ValueError("a checklist has at least one gate")
    position = min(max(grade, Grade.SIMULATED) - Grade.SIMULATED, len(gates) - 1)
    return gates[position].id
