"""The papers of a folder as they stand: which count, which count for nothing and why, and who signed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime

from harness.core.clock import wire_now
from harness.core.control import Control, Grade, Model, Text
from harness.core.errors import UsageError
from harness.core.findings import translated
from harness.core.plain_text import PlainText
from harness.verdict import EvidenceRow, Waiver
from harness.verdict.looks import LONGEST_LOOK
from harness.verdict.papers import Approval, Attestation, paper_rows
from harness.verdict.precedence import Part
from reports.people.documents import trouble
from reports.people.entry import LONGEST_WAIVER, Entry, Kind, SignedEntry
from reports.people.ledger import Line, read_lines
from reports.people.roster import Person, Roster, read_roster
from reports.people.seen_before import cut_since, seen_by_runs

_INCOMPLETE = Text(
    zh="缺少 {kind} 必须有的内容：{member}", en="it lacks what an entry of its kind has: {member}"
)
_ABOUT = Text(
    zh="所指的条目不存在、不算数，或属于另一控制项",
    en="the entry that it is about is not there, counts for nothing, or is of another control",
)
_SELF = Text(
    zh="{name} 与作者是同一人，不能批准自己的证明",
    en="{name} is the same person as the author, who cannot approve it",
)
_TOO_LONG = Text(zh="豁免超过 30 天", en="it waives for more than 30 days")
_LOOK_TOO_LONG = Text(
    zh="人在真实目标上看到的，有效期超过 14 天",
    en="what a person saw at a real target is valid for more than 14 days",
)
_ENDED = Text(zh="签字时已过期", en="it had expired when it was signed")


class PaperEntry(Entry):
    """An entry that counts: its signature, its place in the ledger and its document were in order."""

    digest: str
    """Of its line: what other entries name it by."""
    person: PlainText
    """Id of the person who signed it, whichever name was used."""
    ended: AwareDatetime | None = None
    """When it was withdrawn, or corrected by another; empty: never."""


class Refused(Model):
    """A line of the ledger that counts for nothing."""

    number: int
    """Its line; 0: it is about the folder as a whole."""
    kind: PlainText = ""
    control: PlainText = ""
    author: PlainText = ""
    """As the line says; empty where it cannot be read."""
    why: Text


class Papers(Model):
    """Everything a judge needs of a folder of papers, at any moment."""

    taken: AwareDatetime
    """When the folder was read: signatures and documents were judged then."""
    lines: int = 0
    """How many lines the ledger had."""
    head: str = ""
    """Digest of its last line."""
    people: tuple[Person, ...] = ()
    entries: tuple[PaperEntry, ...] = ()
    """Those that count, in their order."""
    refused: tuple[Refused, ...] = ()
    """Those that count for nothing."""

    @classmethod
    def none(cls, taken: datetime) -> Self:
        """No papers at all."""
        return cls(taken=taken)

    def attestations(self) -> list[Attestation]:
        """What persons attest, with the approvals of each."""
        approvals: dict[str, list[Approval]] = {}
        for each in self.of_kind(Kind.APPROVAL):
            approvals.setdefault(each.about, []).append(
                Approval(person=each.person, name=each.author, given=each.time, withdrawn=each.ended)
            )
        return [
            Attestation(
                entry=each.number,
                control=each.control,
                person=each.person,
                name=each.author,
                given=each.time,
                valid_until=each.valid_until,
                subject=each.subject,
                parts=tuple(Part(part.scenario, part.provider, part.dialect) for part in each.parts),
                grade=Grade[each.grade.upper()] if each.grade else Grade.PAPER,
                withdrawn=each.ended,
                approvals=tuple(approvals.get(each.digest, ())),
            )
            for each in self.of_kind(Kind.ATTESTATION)
            if each.valid_until is not None
        ]

    def waivers(self) -> list[Waiver]:
        """What persons waive; one that was withdrawn ended then."""
        return [
            Waiver(
                control=each.control,
                reason=each.reason,
                author=each.author,
                granted=each.time,
                expires=min(each.valid_until, each.ended or each.valid_until),
                budget=each.budget,
            )
            for each in self.of_kind(Kind.WAIVER)
            if each.valid_until is not None
        ]

    def rows(self, controls: Iterable[Control], *, subject: str, as_of: datetime) -> list[EvidenceRow]:
        """The papers as evidence at a moment."""
        catalogue = {control.id: control for control in controls}
        return paper_rows(self.attestations(), catalogue, subject=subject, as_of=as_of)

    def of_kind(self, kind: Kind) -> Iterator[PaperEntry]:
        """The entries of a kind that count."""
        return (each for each in self.entries if each.kind is kind)


def papers_of(folder: Path, now: datetime | None = None, runs: Path | None = None) -> Papers:
    """The papers of a folder as they stand now. What is wrong with them is told in them, never raised.

    Args:
        folder: may be missing: then there are no papers.
        now: aware; what is dated later counts for nothing.
        runs: a folder of runs, whose snapshots say whether the ledger was cut short since.
    """
    now = now or wire_now()
    if not folder.is_dir():
        return Papers.none(now)
    try:
        roster = read_roster(folder)
        lines = read_lines(folder, roster, now)
    except UsageError as error:
        return Papers(taken=now, refused=(Refused(number=0, why=translated(str(error))),))
    entries: dict[str, PaperEntry] = {}
    cut = cut_since(lines, seen_by_runs(runs)) if runs is not None else None
    refused = [Refused(number=0, why=cut)] if cut else []
    for line in lines:
        why = line.trouble or _joined(folder, line, entries, roster)
        if why is not None:
            refused.append(_refused(line, why))
    return Papers(
        taken=now,
        lines=len(lines),
        head=lines[-1].digest if lines else "",
        people=roster.people,
        entries=tuple(entries.values()),
        refused=tuple(refused),
    )


def _joined(folder: Path, line: Line, entries: dict[str, PaperEntry], roster: Roster) -> Text | None:
    """Take a sound line among the entries before it; returns why it counts for nothing all the same."""
    entry, person = line.entry, None
    if entry is None or (person := roster.person(entry.author)) is None:
        return line.trouble
    about = entries.get(entry.about)
    why = _incomplete(entry) or _out_of_bounds(entry) or _about(entry, about, person)
    if why is None and entry.document is not None:
        why = trouble(folder, entry.document)
    if why is not None:
        return why
    if about is not None and entry.kind is not Kind.APPROVAL:
        entries[about.digest] = about.model_copy(update={"ended": min(about.ended or entry.time, entry.time)})
    members = entry.model_dump(exclude={"previous", "signature"})
    entries[line.digest] = PaperEntry(**members, digest=line.digest, person=person.id)
    return None


_WANTED = {
    Kind.ATTESTATION: ("statement", "document", "valid_until"),
    Kind.APPROVAL: ("about",),
    Kind.WAIVER: ("reason", "owner", "valid_until", "budget"),
    Kind.WITHDRAWAL: ("about", "reason"),
}


def _incomplete(entry: SignedEntry) -> Text | None:
    for member in (*_WANTED[entry.kind], *(("grade", "subject") if entry.parts else ())):
        value = getattr(entry, member)
        if not value or (isinstance(value, str) and not value.strip()):
            return _INCOMPLETE.filled(kind=entry.kind, member=member)
    if entry.about and not entry.reason.strip() and entry.kind is not Kind.APPROVAL:
        return _INCOMPLETE.filled(kind=entry.kind, member="reason")
    return None


def _out_of_bounds(entry: SignedEntry) -> Text | None:
    if entry.valid_until is None:
        return None
    if entry.valid_until <= entry.time:
        return _ENDED
    if entry.kind is Kind.WAIVER and entry.valid_until - entry.time > LONGEST_WAIVER:
        return _TOO_LONG
    if entry.parts and entry.valid_until - entry.time > LONGEST_LOOK:
        return _LOOK_TOO_LONG
    return None


def _about(entry: SignedEntry, about: PaperEntry | None, person: Person) -> Text | None:
    if not entry.about:
        return None
    if about is None or about.control != entry.control or about.ended is not None:
        return _ABOUT
    if entry.kind is Kind.APPROVAL:
        if about.kind is not Kind.ATTESTATION:
            return _ABOUT
        return _SELF.filled(name=entry.author) if about.person == person.id else None
    if entry.kind is not Kind.WITHDRAWAL and about.kind is not entry.kind:
        return _ABOUT
    return None


def _refused(line: Line, why: Text) -> Refused:
    if line.entry is None:
        return Refused(number=line.number, why=why)
    entry = line.entry
    return Refused(number=line.number, kind=entry.kind, control=entry.control, author=entry.author, why=why)
