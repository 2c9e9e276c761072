"""The platforms' own check lists as data: which control proves a row, or why none does.

A folder `official-lists` beside the checklist's sections holds one YAML file a list. Whoever launches with a
platform is asked by its list and not by ours, so each of its rows leads to the controls that answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from harness.core.control import Method
from harness.core.errors import HarnessError
from harness.verdict.locked_parts import NO_WIRE, LockedPart
from reports.checklist.loader import CHECKLIST, folder_of, load
from reports.checklist.model import Checklist
from reports.checklist.official_rows import FOLDER, OfficialList, OfficialRow, read_list


class Reach(StrEnum):
    """How far a control gets on the wires that a list is about."""

    LIVE = "live"
    """It has a check there, or one that stands on no wire."""
    ELSEWHERE = "elsewhere"
    """It has checks, on wires of another platform only."""
    PAPER = "paper"
    """A person answers for it, with a document and a signature."""
    PLANNED = "planned"
    """It has none yet."""


ANSWERED = frozenset({Reach.LIVE, Reach.PAPER})
"""How far a control has to get for it to say something of a row."""


class Proof(StrEnum):
    """How far a row is proved."""

    PROVED = "proved"
    """Each control named is live or a paper, one at least is live, and they leave nothing of the row open."""
    PAPER = "paper"
    """Each control named is a paper, and they leave nothing of the row open."""
    PARTLY = "partly"
    """One at least is live or a paper, and something is open."""
    PLANNED = "planned"
    """No control named is live on the list's wires, and none is a paper."""
    NONE = "none"
    """No control stands for it, for a reason that is given."""


class Official(NamedTuple):
    """Every list of a checklist, with how far each of its controls gets."""

    lists: tuple[OfficialList, ...]
    wires: Mapping[str, frozenset[str]]
    """The wires of each control that has checks."""
    papers: frozenset[str] = frozenset()
    """Controls that only a person can answer for."""

    def reach(self, control: str, asked: OfficialList) -> Reach:
        """How far a control gets on the wires of a list."""
        wires = self.wires.get(control)
        if wires is None:
            return Reach.PAPER if control in self.papers else Reach.PLANNED
        return Reach.LIVE if wires & {NO_WIRE, *asked.dialects} else Reach.ELSEWHERE

    def proof(self, row: OfficialRow, asked: OfficialList) -> Proof:
        """How far a row is proved."""
        if row.reason:
            return Proof.NONE
        reaches = {self.reach(control, asked) for control in row.controls}
        if not reaches & ANSWERED:
            return Proof.PLANNED
        if row.gap or reaches - ANSWERED:
            return Proof.PARTLY
        return Proof.PROVED if Reach.LIVE in reaches else Proof.PAPER

    def counts(self, asked: OfficialList) -> dict[Proof, int]:
        """How many rows of a list are proved how far."""
        proofs = [self.proof(row, asked) for row in asked.rows]
        return {proof: proofs.count(proof) for proof in Proof}

    def naming(self, control: str) -> list[tuple[OfficialList, OfficialRow]]:
        """The rows that a control answers."""
        return [(each, row) for each in self.lists for row in each.rows if control in row.controls]


def load_official(date: str = CHECKLIST) -> Official:
    """The lists beside the checklist of a date.

    Raises:
        UsageError: there is no checklist of that date.
        HarnessError: a list is wrong; the message names its file.
    """
    return read_official(folder_of(date) / FOLDER, load(date))


def read_official(folder: Path, checklist: Checklist) -> Official:
    """The same from any folder, by a checklist whose controls its rows may name.

    Raises:
        HarnessError: a list is wrong; the message names its file.
    """
    known = {control.id for control in checklist.controls}
    taken: set[str] = set()
    lists = []
    for path in sorted(folder.glob("*.yaml")):
        read = read_list(path)
        unknown = sorted({each for row in read.rows for each in row.controls} - known)
        ids = [row.id for row in read.rows]
        doubled = sorted({each for each in ids if ids.count(each) > 1 or each in taken})
        if unknown or doubled:
            strange, twice = (", ".join(each) or "none" for each in (unknown, doubled))
            raise HarnessError(
                f"unknown controls: {strange}; ids given twice: {twice}",
                where=str(path),
                remedy="name controls of the checklist, and give each row an id of its own",
            )
        taken.update(ids)
        lists.append(read)
    wires: dict[str, set[str]] = {each: set() for each in checklist.exercised}
    for part in map(LockedPart.read, checklist.scenarios):
        wires.setdefault(part.control, set()).add(part.dialect)
    papers = frozenset(each.id for each in checklist.controls if each.methods == (Method.ATTEST,))
    return Official(tuple(lists), {control: frozenset(each) for control, each in wires.items()}, papers)
