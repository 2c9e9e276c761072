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
from reports.checklist.model import LOCK, Capability, Checklist, Section
from reports.checklist.register import read_register

CHECKLIST = "2026-11-30"
"""The newest checklist, which runs use."""

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
    of their sections, gates or capabilities where it has a file of them. Its lock of scenarios is its own,
    and so is the register of clauses that its controls rest on.

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
        register = read_register(folder)
        return Checklist(
            date=folder.name,
            sections=sections,
            controls=register.cited(sorted(controls, key=lambda control: order[control.section])),
            gates=base.gates if base and not (folder / _GATES).is_file() else _gates(folder / _GATES),
            capabilities=(base.capabilities if base else ()) + _capabilities(folder / _CAPABILITIES, base),
            exercised=frozenset([*_lines(folder / "exercised.lock"), *(base.exercised if base else ())]),
            scenarios=tuple(_lines(folder / LOCK)),
            clauses=register.clauses,
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
