"""Enters a paper into the ledger. What would count for nothing is refused here, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from harness.core.clock import wire_now
from harness.core.control import Control, Severity
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.verdict.looks import LONGEST_LOOK
from harness.verdict.papers import last_day, wants_paper, wants_subject
from reports.people.documents import keep
from reports.people.entry import LONGEST_WAIVER, MOST_PARTS, Kind, LookedAt, SignedEntry, signed_bytes
from reports.people.forms import is_blank
from reports.people.ledger import append
from reports.people.papers import PaperEntry, Papers, papers_of
from reports.people.roster import ROSTER, Person, Roster, read_roster
from reports.people.signing import Signer


class Look(NamedTuple):
    """What the checks of one run had left to a person."""

    run: str
    grade: str
    """Of the run."""
    parts: tuple[LookedAt, ...]


@dataclass(frozen=True)
class Desk:
    """One person at one folder of papers, with a key to sign with.

    Args:
        key: see `Signer`.
        clock: tells the moment, aware; an entry is dated when its turn has come.
    """

    folder: Path
    name: str
    key: Path | None = None
    clock: Callable[[], datetime] = wire_now

    def attest(
        self,
        control: Control,
        file: Path,
        *,
        statement: str,
        valid_until: datetime,
        subject: str,
        look: Look | None = None,
        corrects: int | None = None,
        reason: str = "",
    ) -> SignedEntry:
        """State that a control is met, with a document; or that what its checks ask a person for was seen.

        Args:
            subject: fingerprint of what it is about; may be empty where the control is about people.
            look: what the checks of a run had left to a person; wanted where no paper stands for the control.
            corrects: number of the entry that this one stands in place of; wants a reason.

        Raises:
            UsageError: it would count for nothing; the message says why.
        """
        if wants_paper(control):
            look = None
        elif look is None or not look.parts:
            methods = " + ".join(control.methods)
            raise UsageError(
                f"{control.id} is judged by {methods}, which no paper stands for",
                where="golive attest"
                if look is None
                else f"the run {look.run}, in which no check waits for a person",
                remedy=f"golive explain {control.id} says what judges it; where a check of it ended "
                "needs-human, name that run: --run RUN",
            )
        elif look.grade not in ("experience", "production"):
            raise UsageError(
                f"the run {look.run} is graded {look.grade}, and a person looks at a real platform's alone",
                where="--run",
                remedy="a rehearsal judges it without anybody: golive run",
            )
        self._in_future(valid_until)
        if look is not None and valid_until - self.now > LONGEST_LOOK:
            raise UsageError(
                "what a person saw at a real target counts for at most 14 days, as what a run found there",
                where="--valid-until",
                remedy=f"name {last_day(self.now + LONGEST_LOOK) - timedelta(days=1)}, and look again then",
            )
        if wants_subject(control) and not subject:
            raise UsageError(
                f"{control.id} is about one build of the app, and no run says which",
                where="--run",
                remedy="name a run of it: --run RUN, or run first: golive run",
            )
        if file.is_file() and is_blank(file, control):
            raise UsageError(
                f"nothing is filled in in the form of {control.id}",
                where=str(file),
                remedy="fill it in, or hand in the document itself",
            )
        statement = statement.strip() or f"{control.title.zh} / {control.title.en}"
        about = self._about(control, corrects, Kind.ATTESTATION, reason) if corrects is not None else ""
        signer = self._signer()
        return self._enter(
            signer,
            kind=Kind.ATTESTATION,
            control=control.id,
            statement=statement,
            document=keep(self.folder, control.id, file),
            valid_until=valid_until,
            subject=subject,
            parts=look.parts if look else (),
            grade=look.grade if look else "",
            about=about,
            reason=reason,
        )

    def approve(self, control: Control, *, entry: int | None = None, statement: str = "") -> SignedEntry:
        """State that somebody else's attestation is right: the newest of the control, or the one named.

        Raises:
            UsageError: there is none in force, or its author and this one are one person.
        """
        papers = papers_of(self.folder, self.now)
        there = [
            each
            for each in papers.of_kind(Kind.ATTESTATION)
            if each.control == control.id and entry in (None, each.number) and each.ended is None
        ]
        if not there:
            raise UsageError(
                f"there is no attestation of {control.id} to approve",
                where=str(self.folder),
                remedy=f"golive attest {control.id} --by NAME --file FILE --valid-until DATE; "
                "golive dossier status says what counts for nothing, and why",
            )
        chosen = there[-1]
        person = self._person(self._roster())
        if chosen.person == person.id:
            raise UsageError(
                f"{self.name} attested {control.id}, and nobody approves an attestation of their own",
                where=f"entry {chosen.number}, by {chosen.author}",
                remedy="have another person approve it; two names with one key are one person",
            )
        if chosen.valid_until is not None and chosen.valid_until <= self.now:
            raise UsageError(
                f"the attestation of {control.id} has expired",
                where=f"entry {chosen.number}, by {chosen.author}",
                remedy="attest it anew, then approve that",
            )
        return self._enter(
            self._signer(), kind=Kind.APPROVAL, control=control.id, about=chosen.digest, statement=statement
        )

    def waive(
        self, control: Control, *, reason: str, owner: str, until: datetime, budget: int = 1
    ) -> SignedEntry:
        """Live with failures of a control for a while.

        Args:
            owner: who sees to it that they are mended.
            until: at most 30 days from now.
            budget: how many failing parts are covered.

        Raises:
            UsageError: it is a fatal control, lasts too long, or lacks its reason or owner.
        """
        if control.severity is Severity.FATAL:
            raise UsageError(
                f"{control.id} is fatal, and nobody waives a fatal control",
                where="golive waive",
                remedy=f"mend it: golive explain {control.id}",
            )
        self._in_future(until)
        if until - self.now > LONGEST_WAIVER:
            raise UsageError(
                "a waiver lasts at most 30 days",
                where="golive waive",
                remedy=f"end it by {(self.now + LONGEST_WAIVER).date()}, and decide again then",
            )
        for option, said in (("--reason", reason), ("--owner", owner)):
            if not said.strip():
                raise UsageError("a waiver wants a reason and an owner", where=option, remedy="say it")
        if not 1 <= budget <= MOST_PARTS:
            what = "a waiver covers at least one part" if budget < 1 else "no control has so many parts"
            raise UsageError(what, where="--budget", remedy="say how many")
        return self._enter(
            self._signer(),
            kind=Kind.WAIVER,
            control=control.id,
            reason=reason,
            owner=owner,
            valid_until=until,
            budget=budget,
        )

    def withdraw(self, number: int, *, reason: str) -> SignedEntry:
        """Take an entry back; it stays in the ledger, and counts no more from now on.

        Raises:
            UsageError: there is no such entry that counts, or no reason was given.
        """
        entry = self._numbered(papers_of(self.folder, self.now), number)
        self._reasoned(reason)
        return self._enter(
            self._signer(), kind=Kind.WITHDRAWAL, control=entry.control, about=entry.digest, reason=reason
        )

    def _enter(self, signer: Signer, **members: object) -> SignedEntry:
        def make(number: int, previous: str) -> SignedEntry:
            self._refuse_ended(str(members.get("about", "")))
            unsigned = SignedEntry.model_validate(
                {
                    **members,
                    "number": number,
                    "author": self.name,
                    "fingerprint": signer.key.fingerprint,
                    "time": self.now,
                    "previous": previous,
                    "signature": "-",
                }
            )
            signature = signer.sign(signed_bytes(unsigned.members()))
            return unsigned.model_copy(update={"signature": signature})

        return append(self.folder, self._roster(), self.clock, make)

    def _refuse_ended(self, about: str) -> None:
        """What an entry is about was looked up before the ledger was ours: somebody may have been quicker."""
        there = papers_of(self.folder, self.now).entries if about else ()
        if about and not any(each.digest == about and each.ended is None for each in there):
            raise UsageError(
                "what this is about was withdrawn or corrected meanwhile",
                where=str(self.folder),
                remedy="golive dossier status says how it stands now",
            )

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.clock()

    def _roster(self) -> Roster:
        return read_roster(self.folder)

    def _person(self, roster: Roster) -> Person:
        person = roster.person(self.name)
        if person is not None:
            return person
        names = [name for each in roster.people for name in each.names]
        raise UsageError(
            f"{self.name} is not in people.toml",
            where=str(self.folder / ROSTER),
            remedy=did_you_mean(
                self.name, names, otherwise='write a line below [people]: "NAME" = ["ssh-ed25519 AAAA…"]'
            ),
        )

    def _signer(self) -> Signer:
        roster = self._roster()
        self._person(roster)
        return Signer(self.name, roster.keys(self.name), self.key)

    def _about(self, control: Control, number: int, kind: Kind, reason: str) -> str:
        entry = self._numbered(papers_of(self.folder, self.now), number)
        self._reasoned(reason)
        if entry.control != control.id or entry.kind is not kind:
            raise UsageError(
                f"entry {number} is no {kind} of {control.id}",
                where=str(self.folder),
                remedy="golive dossier status names the entries",
            )
        return entry.digest

    def _numbered(self, papers: Papers, number: int) -> PaperEntry:
        for each in papers.entries:
            if each.number == number and each.ended is None:
                return each
        raise UsageError(
            f"there is no entry {number} that counts",
            where=str(self.folder),
            remedy="golive dossier status names the entries",
        )

    def _reasoned(self, reason: str) -> None:
        if not reason.strip():
            raise UsageError(
                "what is corrected or withdrawn wants a reason", where="--reason", remedy="say why"
            )

    def _in_future(self, moment: datetime) -> None:
        if moment - self.now <= timedelta(0):
            raise UsageError(
                "what is valid ends after now", where=moment.isoformat(), remedy="name a later date"
            )
