"""The register of clauses: what each platform asks, on which page of which date, and who answers for it.

A folder `clauses` beside the official lists holds one file a platform. It brings the pages; what a clause
says, and which control answers it, stands in the official list that has its id, once. `without-clauses.yaml`
says of every other control why no platform asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from harness.core.control import Control, Model, Text
from harness.core.errors import HarnessError
from reports.checklist.clause import CitedPage, Clause
from reports.checklist.official_rows import FOLDER as LISTS
from reports.checklist.official_rows import YAML, OfficialList, read_list

FOLDER = "clauses"
WITHOUT = "without-clauses.yaml"
_CITED = re.compile(r"\b[CQ]\d+\b")
"""How the source of a control cites a clause."""


class _Unpaged(Model):
    """Clauses that no page is cited for, and why."""

    clauses: tuple[str, ...]
    why: Text


class _File(Model):
    """What the register has of one platform."""

    platform: str = Field(pattern=r"^[a-z]+$")
    name: Text
    about: Text
    """Where its pages come from, and what their dates are."""
    lists: tuple[str, ...] = ()
    """Files of the official lists whose rows are its clauses."""
    rows: OfficialList | None = None
    """Its clauses, where no official list has them."""
    pages: dict[str, CitedPage]
    clauses: dict[str, tuple[str, ...]]
    """The pages of each clause."""
    unpaged: tuple[_Unpaged, ...] = ()

    @model_validator(mode="after")
    def _pages_are_cited(self) -> Self:
        cited = {page for pages in self.clauses.values() for page in pages}
        unknown, idle = sorted(cited - self.pages.keys()), sorted(self.pages.keys() - cited)
        if unknown or idle:
            raise ValueError(f"unknown pages: {unknown}; pages no clause cites: {idle}")
        return self


class _Without(Model):
    """Controls that rest on no clause, and why."""

    controls: tuple[str, ...] = Field(min_length=1)
    why: Text


_WITHOUT = TypeAdapter(tuple[_Without, ...])


class Platform(NamedTuple):
    """The register of one platform."""

    id: str
    name: Text
    about: Text
    lists: tuple[OfficialList, ...]
    """Its rows, by the wires on which a check counts for them."""
    clauses: tuple[Clause, ...]
    """In the order of the rows."""


class Register(NamedTuple):
    """Every platform's clauses, and why the other controls have none."""

    platforms: tuple[Platform, ...] = ()
    own: Mapping[str, Text] = {}

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All of them."""
        return tuple(clause for platform in self.platforms for clause in platform.clauses)

    def cited(self, controls: Iterable[Control]) -> tuple[Control, ...]:
        """The controls, each with its clauses: those whose row names it, and those its source names."""
        if not self.platforms:
            return tuple(controls)
        named = {
            row.id: set(row.controls)
            for platform in self.platforms
            for each in platform.lists
            for row in each.rows
        }
        found = []
        for control in controls:
            by_source = set(_CITED.findall(control.source))
            ids = tuple(id_ for id_, names in named.items() if control.id in names or id_ in by_source)
            own = self.own.get(control.id) or (None if ids else _source_of(control))
            found.append(control.model_copy(update={"clauses": ids, "own": own}))
        return tuple(found)


def _source_of(control: Control) -> Text:
    """What a control rests on that somebody added and the register does not know."""
    return Text(
        zh=f"登记簿没有它；出处：{control.source}", en=f"Not in the register; its source: {control.source}"
    )


def read_register(checklist: Path) -> Register:
    """The register beside a checklist; an empty one where the folder has none.

    Raises:
        HarnessError: a file of it is wrong; the message names the file.
    """
    folder = checklist / FOLDER
    if not folder.is_dir():
        return Register()
    names = sorted(path for path in folder.glob("*.yaml") if path.name != WITHOUT)
    platforms = tuple(_platform(path, checklist / LISTS) for path in names)
    without = _parsed(folder / WITHOUT, _WITHOUT) if (folder / WITHOUT).is_file() else ()
    return Register(platforms, {id_: each.why for each in without for id_ in each.controls})


def _platform(path: Path, lists: Path) -> Platform:
    file: _File = _parsed(path, TypeAdapter(_File))
    asked = [read_list(lists / f"{name}.yaml") for name in file.lists]
    asked += [file.rows] if file.rows else []
    ids = [row.id for each in asked for row in each.rows]
    unpaged = {id_: each.why for each in file.unpaged for id_ in each.clauses}
    if sorted(ids) != sorted([*file.clauses, *unpaged]):
        odd = sorted({*ids} ^ {*file.clauses, *unpaged}) or sorted(file.clauses.keys() & unpaged.keys())
        raise HarnessError(
            f"clauses without a row, or rows without pages or a reason: {', '.join(odd) or 'one twice'}",
            where=str(path),
            remedy="give each row of its lists its pages, or the reason why none is cited",
        )
    clauses = tuple(
        Clause(
            id=row.id,
            platform=file.platform,
            statement=row.text,
            pages=tuple(file.pages[key] for key in file.clauses.get(row.id, ())),
            unpaged=unpaged.get(row.id),
            uncovered=row.reason,
        )
        for each in asked
        for row in each.rows
    )
    return Platform(file.platform, file.name, file.about, tuple(asked), clauses)


def _parsed(path: Path, shape: TypeAdapter[Any]) -> Any:
    try:
        return shape.validate_python(yaml.load(path.read_text("utf-8"), YAML))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValidationError) as error:
        raise HarnessError(
            f"the register of clauses cannot be read: {error}", where=str(path), remedy="mend what it names"
        ) from error
