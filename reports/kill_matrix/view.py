"""What the page shows, decided before any markup: columns, groups of rows, and the sign in every cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from harness.core.control import Control
from harness.evidence.kill_matrix import KillMatrix, Mutant
from reports.checklist import Checklist, Section


class Cell(StrEnum):
    """What one control said about one defect."""

    CAUGHT = "caught"
    """It is the one meant, and it failed."""
    MISSED = "missed"
    """It is the one meant, and the defect was not killed."""
    ALSO = "also"
    """Another one failed too."""
    BROKEN = "broken"
    """Another one could not decide."""
    SILENT = "silent"
    """Another one ran and did not fail."""
    UNASKED = "unasked"
    """None of its scenarios ran."""


@dataclass(frozen=True, slots=True)
class Row:
    """One defect."""

    mutant: Mutant
    control: Control
    cells: tuple[Cell, ...]
    """One a column."""
    share: float
    """Its time in per cent of the longest run's."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The defects of one section of the checklist."""

    section: Section
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole matrix."""

    columns: tuple[Control, ...]
    """Controls that a defect is meant for, or that failed; in the checklist's order."""
    spans: tuple[tuple[Section, int], ...]
    """The sections above the columns, each with how many it covers."""
    chapters: tuple[Chapter, ...]


def draw(matrix: KillMatrix, checklist: Checklist) -> Drawing:
    """Lay the matrix out; a control that the checklist no longer has is left out with its defects."""
    order = {control.id: number for number, control in enumerate(checklist.controls)}
    controls = {control.id: control for control in checklist.controls}
    sections = {section.id: section for section in checklist.sections}
    mutants = [mutant for mutant in matrix.defects if mutant.control in controls]
    columns = _columns(mutants, checklist)
    longest = max((mutant.seconds for mutant in mutants), default=0.0) or 1.0
    rows = [
        Row(
            mutant,
            controls[mutant.control],
            tuple(cell(mutant, column.id) for column in columns),
            round(100 * mutant.seconds / longest, 1),
        )
        for mutant in sorted(mutants, key=lambda each: order[each.control])
    ]
    return Drawing(
        columns,
        tuple((sections[id_], len(list(group))) for id_, group in groupby(columns, _section_of)),
        tuple(
            Chapter(sections[id_], tuple(group))
            for id_, group in groupby(rows, lambda row: row.control.section)
        ),
    )


def cell(mutant: Mutant, control: str) -> Cell:
    """What this control said about this defect."""
    if control == mutant.control:
        return Cell.CAUGHT if mutant.killed else Cell.MISSED
    if control in mutant.killed_by:
        return Cell.ALSO
    if control in mutant.broken:
        return Cell.BROKEN
    return Cell.SILENT if control in mutant.ran else Cell.UNASKED


def _columns(mutants: Iterable[Mutant], checklist: Checklist) -> tuple[Control, ...]:
    shown = {control for each in mutants for control in (each.control, *each.killed_by, *each.broken)}
    return tuple(control for control in checklist.controls if control.id in shown)


def _section_of(control: Control) -> str:
    return control.section
