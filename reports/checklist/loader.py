"""Reads a checklist folder into one frozen, checked value; a mistake in the data names its file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import ValidationError, model_validator

from harness.core.control import Control, Grade, Method, Model, Scope, Severity, Text
from harness.core.errors import HarnessError, UsageError
from harness.verdict import Gate
from harness.verdict.locked_parts import LockedPart

CHECKLIST = "2026-11-29"
"""The newest checklist, which runs use."""

LOCK = "scenarios.lock"
"""The file of every scenario there is; `make scenarios` writes it anew."""

BASE = "based-on"
"""The file that names the checklist to whose controls a folder adds its own."""

_GATES = "gates.yaml"
_CAPABILITIES = "capabilities.yaml"
_HERE = Path(__file__).parent
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with it."""
_GRADES = {
    "S": (True, Grade.SIMULATED),
    "S→E": (True, Grade.EXPERIENCE),
    "E": (False, Grade.EXPERIENCE),
    "P": (False, Grade.PRODUCTION),
    "–": (False, Grade.PAPER),
}


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

    def dump(self) -> dict[str, Any]:
        """The checklist as JSON-able data, for a run's snapshot; equal checklists give equal data."""
        return self.model_dump(mode="json") | {"exercised": sorted(self.exercised)}


class _Row(Model):
    """A control as its file writes it: the grade column as in the catalogue."""

    id: str
    title: Text
    criterion: Text
    remedy: Text
    methods: tuple[Method, ...]
    severity: Severity
    grade: Literal["S", "S→E", "E", "P", "–"]
    source: str
    scope: Scope | None = None
    """None: its chapter's."""
    capability: str | None = None

    def control(self, scope: Scope) -> Control:
        rehearsed, confirmed_at = _GRADES[self.grade]
        members = self.model_dump(exclude={"grade"}) | {"scope": self.scope or scope}
        return Control(**members, rehearsed=rehearsed, confirmed_at=confirmed_at)


class _Chapter(Model):
    """One file of a section."""

    section: str
    name: Text
    scope: Scope
    """About whom its controls speak, where they do not say otherwise themselves."""
    controls: tuple[_Row, ...]

    @model_validator(mode="after")
    def _one_section(self) -> Self:
        strangers = [row.id for row in self.controls if not row.id.startswith(f"{self.section}-")]
        if strangers:
            raise ValueError(f"{', '.join(strangers)} stands in the file of {self.section}")
        return self


def folder_of(date: str) -> Path:
    """Where the checklist of a date is."""
    return _HERE / date


@cache
def load(date: str = CHECKLIST) -> Checklist:
    """The checklist of a date.

    Raises:
        UsageError: there is no checklist of that date.
        HarnessError: its data is wrong; the message names the file.
    """
    folder = folder_of(date)
    if not folder.is_dir():
        dates = sorted(each.parent.name for each in _HERE.glob("*/exercised.lock"))
        known = f"known: {', '.join(dates)}"
        raise UsageError(f"there is no checklist of {date}", where=str(_HERE), remedy=known)
    return read(folder)


def read(folder: Path) -> Checklist:
    """A checklist from any folder of the same shape.

    One that is based on another is all of that, and beside it what its own files add: controls at the end
    of their sections, gates or capabilities where it has a file of them. Its lock of scenarios is its own.

    Raises:
        HarnessError: its data is wrong; the message names the file.
    """
    based_on = _lines(folder / BASE)
    base = read(folder.with_name(based_on[0])) if based_on else None
    chapters = [_parsed(path, _Chapter.model_validate) for path in sorted(folder.glob("[0-9][0-9]-*.yaml"))]
    own = [Section(id=chapter.section, name=chapter.name) for chapter in chapters]
    sections = tuple(dict.fromkeys([*(base.sections if base else ()), *own]))
    order = {section.id: place for place, section in enumerate(sections)}
    try:
        added = [row.control(chapter.scope) for chapter in chapters for row in chapter.controls]
        controls = [*(base.controls if base else ()), *added]
        return Checklist(
            date=folder.name,
            sections=sections,
            controls=tuple(sorted(controls, key=lambda control: order[control.section])),
            gates=base.gates if base and not (folder / _GATES).is_file() else _gates(folder / _GATES),
            capabilities=(base.capabilities if base else ()) + _capabilities(folder / _CAPABILITIES, base),
            exercised=frozenset([*_lines(folder / "exercised.lock"), *(base.exercised if base else ())]),
            scenarios=tuple(_lines(folder / LOCK)),
        )
    except ValidationError as error:
        raise HarnessError(f"the checklist contradicts itself: {error}", where=str(folder)) from error


def _gates(path: Path) -> tuple[Gate, ...]:
    found: tuple[Gate, ...] = _parsed(path, lambda data: tuple(Gate.model_validate(each) for each in data))
    return found


def _capabilities(path: Path, base: Checklist | None) -> tuple[Capability, ...]:
    if base and not path.is_file():
        return ()
    found: tuple[Capability, ...] = _parsed(
        path, lambda data: tuple(Capability(id=id_, name=Text(**name)) for id_, name in data.items())
    )
    return found


def _lines(path: Path) -> list[str]:
    """The lines of a lock; none where there is no such file."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _parsed(path: Path, parse: Any) -> Any:
    try:
        return parse(yaml.load(path.read_text("utf-8"), _YAML))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValidationError, TypeError, AttributeError) as error:
        raise HarnessError(f"the checklist cannot be read: {error}", where=str(path)) from error
