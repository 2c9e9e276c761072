"""Which papers count at a moment, as evidence of grade PAPER. Pure: no clock, no file.

One row a control, of the paper that says most. Signatures, chain and documents were judged by whoever read
the papers; here it is only asked whether one is in force, about whom it is, and whether a second person
stands behind it. A paper never fails: what is not proven is inconclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from harness.core.clock import BEIJING
from harness.core.control import Check, Control, Grade, Method, Outcome, Scope, Severity
from harness.verdict.gate_evidence import EvidenceRow
from harness.verdict.precedence import Part

TWO_PERSONS = frozenset({"OPS", "BIZ"})
"""Sections whose papers want the approval of a person other than their author."""
PAPERS = "papers"
"""What stands in place of a run's id in a row that a paper makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's word that somebody's attestation is right."""

    person: str
    """Who, as a person: two names with one key are one."""
    name: str
    given: datetime
    withdrawn: datetime | None = None

    def holds(self, as_of: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.given <= as_of and (self.withdrawn is None or as_of < self.withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """One person's statement that a control is met, with a document."""

    entry: int
    """Its number in the ledger."""
    control: str
    person: str
    """Who, as a person."""
    name: str
    given: datetime
    valid_until: datetime
    """At that moment it no longer holds."""
    subject: str = ""
    """The subject fingerprint it is about."""
    parts: tuple[Part, ...] = ()
    """Of what a person saw in place of a check: the parts that had asked for it; none of a paper."""
    grade: Grade = Grade.PAPER
    """And the grade of the run that had asked."""
    withdrawn: datetime | None = None
    """When it was withdrawn or corrected."""
    approvals: tuple[Approval, ...] = ()


def wants_paper(control: Control) -> bool:
    """Whether a person can attest it."""
    return Method.ATTEST in control.methods


def wants_two_persons(control: Control) -> bool:
    """Whether what a person attests of it wants another's approval: its paper, in some sections; and what was
    seen in place of a check, where the control is fatal."""
    return control.section in TWO_PERSONS or (control.severity is Severity.FATAL and not wants_paper(control))


def wants_subject(control: Control) -> bool:
    """Whether its paper has to be about the very subject that is judged: not where it is about the company or
    its people, who stay the same from build to build."""
    return control.scope is not Scope.PEOPLE


def paper_rows(
    attestations: Iterable[Attestation], controls: Mapping[str, Control], *, subject: str, as_of: datetime
) -> list[EvidenceRow]:
    """What papers say at a moment: at most one row a control, in the order of `controls`."""
    by_control: dict[str, list[Attestation]] = {}
    for each in attestations:
        if each.given <= as_of and not each.parts:
            by_control.setdefault(each.control, []).append(each)
    return [
        _best(control, by_control[id_], subject, as_of)
        for id_, control in controls.items()
        if wants_paper(control) and id_ in by_control
    ]


_WORTH = {Outcome.PASS: 2, Outcome.NEEDS_HUMAN: 1, Outcome.INCONCLUSIVE: 0}


def _best(control: Control, papers: Sequence[Attestation], subject: str, as_of: datetime) -> EvidenceRow:
    judged = [(paper, *judge_paper(control, paper, subject=subject, as_of=as_of)) for paper in papers]
    paper, outcome, message = max(judged, key=lambda each: (_WORTH[each[1]], each[0].given, each[0].entry))
    return EvidenceRow(
        check=Check(
            control=control.id,
            scenario=f"{PAPERS}#{paper.entry}",
            provider="-",
            dialect="-",
            outcome=outcome,
            grade=Grade.PAPER,
            started=paper.given,
            duration_s=0.0,
            message=message,
            exercised=1,
        ),
        recorded=paper.given,
        subject=subject,
        run=PAPERS,
        contacted=False,
        paper=True,
    )


def judge_paper(
    control: Control, paper: Attestation, *, subject: str, as_of: datetime
) -> tuple[Outcome, str]:
    """What one attestation of a control is worth at a moment that is not before it, and why.

    Returns:
        `pass`, `needs-human` (another person has to approve) or `inconclusive`, with a sentence in English.
    """
    if why := _counts_not(control, paper, subject, as_of):
        return Outcome.INCONCLUSIVE, why
    until = last_day(paper.valid_until)
    if not wants_two_persons(control):
        return Outcome.PASS, f"attested by {paper.name}, valid until {until}"
    others = [each for each in paper.approvals if each.holds(as_of) and each.person != paper.person]
    if not others:
        return Outcome.NEEDS_HUMAN, f"attested by {paper.name}; another person has to approve it"
    return Outcome.PASS, f"attested by {paper.name}, valid until {until}, approved by {others[0].name}"


def _counts_not(control: Control, paper: Attestation, subject: str, as_of: datetime) -> str:
    """Why it is worth nothing, whoever approved it; empty: it may be worth something."""
    if bool(paper.parts) is wants_paper(control):
        return f"no paper of {paper.name} stands for {control.id}, which a test judges"
    if paper.withdrawn is not None and paper.withdrawn <= as_of:
        day = paper.withdrawn.astimezone(BEIJING).date()
        return f"the attestation of {paper.name} was withdrawn on {day}"
    if as_of >= paper.valid_until:
        return f"the attestation of {paper.name} expired on {last_day(paper.valid_until)}"
    if wants_subject(control) and paper.subject != subject:
        return f"the attestation of {paper.name} is about another build of the app"
    return ""


def last_day(end: datetime) -> date:
    """The last day, in Beijing, of what ends at a moment and no longer holds then."""
    return (end - timedelta(microseconds=1)).astimezone(BEIJING).date()
