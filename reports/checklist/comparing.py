"""Compares a list of digests with what is on record, and says which controls to look at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from reports.checklist.clause import CitedPage, Clause
from reports.checklist.digest_list import SCHEMA, Entry, address
from reports.checklist.model import Checklist


class Found(StrEnum):
    """What became of one entry."""

    SAME = "same"
    CHANGED = "changed"
    UNDECIDED = "undecided"
    """Neither two digests nor a later date: nothing says whether it changed."""
    STRANGE = "strange"
    """A page that no clause cites."""
    BLANK = "blank"
    """The list has neither digest nor date for it, and so says nothing."""


class Compared(NamedTuple):
    """One entry beside what is on record of it."""

    entry: Entry
    found: Found
    known: Entry | None
    """None: nothing is on record."""
    title: str
    """Of the page; empty of a clause."""
    clauses: tuple[str, ...]
    controls: tuple[str, ...]
    """Those that rest on it, in the checklist's order."""


class Comparison(NamedTuple):
    """Every entry of a list, and what of the register it left out."""

    rows: tuple[Compared, ...]
    left_out: int
    """Pages of the register that the list does not name."""

    def having(self, found: Found) -> tuple[Compared, ...]:
        """The entries that came to this."""
        return tuple(each for each in self.rows if each.found is found)

    @property
    def again(self) -> tuple[str, ...]:
        """Controls that rest on something that changed."""
        return tuple(dict.fromkeys(id_ for each in self.having(Found.CHANGED) for id_ in each.controls))


def on_record(checklist: Checklist) -> dict[str, Entry]:
    """What this version knows, by address of a page and by id of a clause."""
    pages = {address(page.address): page for clause in checklist.clauses for page in clause.pages}
    found = {each: Entry("", each, page.digest, page.date) for each, page in pages.items()}
    return found | {each.id: Entry(each.id, "", each.digest, None) for each in checklist.clauses}


def compare(
    entries: Iterable[Entry], checklist: Checklist, earlier: Iterable[Entry] | None = None
) -> Comparison:
    """Every entry beside what is on record of it, or beside an earlier list.

    Raises:
        UsageError: an entry names a clause that there is not, or none can be compared.
    """
    record = on_record(checklist)
    known = record if earlier is None else {each.name: each for each in earlier}
    cited = _Cited(checklist)
    rows = []
    for entry in entries:
        if entry.clause and entry.clause not in record:
            near = did_you_mean(entry.clause, cited.clauses, otherwise="golive clauses list names them all")
            raise UsageError(f"there is no clause {entry.clause!r}", where="list of digests", remedy=near)
        found = _found(entry, known.get(entry.name)) if entry.name in record else Found.STRANGE
        rows.append(Compared(entry, found, known.get(entry.name), *cited.by(entry)))
    if all(each.found in {Found.STRANGE, Found.BLANK} for each in rows):
        raise UsageError(
            "nothing in the list can be compared with the register",
            where="list of digests",
            remedy="golive clauses list names the pages it cites; give a digest or a date of one",
        )
    pages = {name for name, each in record.items() if each.page}
    return Comparison(tuple(rows), len(pages - {each.entry.name for each in rows}))


def _found(entry: Entry, known: Entry | None) -> Found:
    """Digests decide where both have one; else a later date does, and an equal one."""
    if not (entry.digest or entry.date):
        return Found.BLANK
    if known is None:
        return Found.UNDECIDED
    if entry.digest and known.digest:
        return Found.SAME if entry.digest == known.digest else Found.CHANGED
    if entry.date and known.date and entry.date >= known.date:
        return Found.SAME if entry.date == known.date else Found.CHANGED
    return Found.UNDECIDED


class _Cited:
    """Who rests on a page or a clause."""

    def __init__(self, checklist: Checklist) -> None:
        self.clauses: Mapping[str, Clause] = {each.id: each for each in checklist.clauses}
        self._controls: dict[str, list[str]] = {id_: [] for id_ in self.clauses}
        for control in checklist.controls:
            for id_ in control.clauses:
                self._controls[id_].append(control.id)
        self._order = {control.id: place for place, control in enumerate(checklist.controls)}
        self._titles: dict[str, str] = {}
        self._pages: dict[str, list[str]] = {}
        for clause in checklist.clauses:
            for page in clause.pages:
                self._titles[address(page.address)] = page.title
                self._pages.setdefault(address(page.address), []).append(clause.id)

    def by(self, entry: Entry) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Title, clauses and controls of an entry."""
        ids = [entry.clause] if entry.clause else self._pages.get(entry.page, [])
        controls = {control for id_ in ids for control in self._controls.get(id_, ())}
        return (
            self._titles.get(entry.page, ""),
            tuple(ids),
            tuple(sorted(controls, key=self._order.__getitem__)),
        )


def as_list(checklist: Checklist) -> dict[str, Any]:
    """What is on record as a list that `golive clauses check` reads; equal registers give equal lists."""
    return {"schema": SCHEMA, "checklist": checklist.date, "digests": list(_entries(checklist))}


def _entries(checklist: Checklist) -> Iterator[dict[str, Any]]:
    cited = _Cited(checklist)
    pages: dict[str, CitedPage] = {}
    for clause in checklist.clauses:
        for page in clause.pages:
            pages.setdefault(page.address, page)
    for page in pages.values():
        _, clauses, controls = cited.by(Entry("", address(page.address), None, None))
        yield {
            "page": page.address,
            "title": page.title,
            "date": _iso(page.date),
            "edition": page.edition,
            "newer": _iso(page.newer),
            "digest": page.digest,
            "clauses": clauses,
            "controls": controls,
        }
    for clause in checklist.clauses:
        _, _, controls = cited.by(Entry(clause.id, "", None, None))
        yield {
            "clause": clause.id,
            "platform": clause.platform,
            "statement": clause.statement.model_dump(),
            "digest": clause.digest,
            "pages": [page.address for page in clause.pages],
            "controls": controls,
        }


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
