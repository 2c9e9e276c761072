"""How the plan's papers stand at a moment: what is missing, by whom, how long each is valid, what blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from harness.core.control import Control, Grade, Model, Outcome, Text
from harness.core.findings import translated
from harness.core.plain_text import PlainText
from harness.verdict import Judgement, Standing, Waiver
from harness.verdict.papers import Attestation, judge_paper, wants_paper
from reports.people.entry import Kind
from reports.people.papers import PaperEntry, Papers, Refused
from reports.people.plan import plan

SOON = timedelta(days=14)
"""A paper that expires within this time is named."""


class State(StrEnum):
    """How one paper stands."""

    VALID = "valid"
    SOON = "expires-soon"
    """Valid, and to be renewed within 14 days."""
    APPROVAL = "wants-approval"
    VOID = "void"
    """There is one, but it expired, was withdrawn, or is about another build."""
    MISSING = "missing"
    TESTED = "tested"
    """No paper: a test judges it."""


class Paper(Model):
    """One paper of the plan at a moment."""

    control: str
    title: Text
    week: int
    state: State
    who: Text
    """Who has to act next; of a valid one, who attested it."""
    entry: int | None = None
    """Number of the entry in the ledger that says most."""
    valid_until: AwareDatetime | None = None
    note: Text | None = None
    """What it came to."""
    command: PlainText = ""
    """What to type for it; empty where nothing is to be done."""


class Week(Model):
    """One week of the plan."""

    number: int
    title: Text
    open: tuple[str, ...]
    """Ids of the controls due in it that are not satisfied."""


class Milestone(Model):
    """One milestone of the plan."""

    number: int
    title: Text
    reached: bool | None
    """None: no run says."""
    blocked_by: tuple[str, ...] = ()
    """Ids of the controls that stand between."""


class Dossier(Model):
    """The papers, weeks and milestones of the plan at a moment."""

    as_of: AwareDatetime
    run: PlainText = ""
    """The run that weeks and milestones rest on; empty: none, and only papers are counted."""
    subject: PlainText = ""
    papers: tuple[Paper, ...]
    weeks: tuple[Week, ...]
    milestones: tuple[Milestone, ...]
    waivers: tuple[Waiver, ...]
    """Those in force."""
    entries: tuple[PaperEntry, ...]
    """All that is in force, by their numbers: what may be approved, corrected or withdrawn."""
    refused: tuple[Refused, ...]
    """Lines of the ledger that count for nothing."""

    @property
    def complete(self) -> bool:
        """Whether every paper of the plan is valid."""
        return all(each.state in (State.VALID, State.SOON, State.TESTED) for each in self.papers)


def dossier(
    controls: Iterable[Control],
    papers: Papers,
    as_of: datetime,
    judgement: Judgement | None = None,
    subject: str = "",
) -> Dossier:
    """How everything of the plan stands.

    Args:
        judgement: of the newest run, with the same papers and moment; None: there is no run.
        subject: fingerprint that papers about the app have to be about.
    """
    catalogue = {control.id: control for control in controls}
    wanted = [id_ for id_ in plan().papers if id_ in catalogue]
    by_control: dict[str, list[Attestation]] = {}
    for each in papers.attestations():
        if not each.parts:
            by_control.setdefault(each.control, []).append(each)
    found = tuple(_paper(catalogue[id_], by_control.get(id_, ()), subject, as_of) for id_ in wanted)
    return Dossier(
        as_of=as_of,
        run=judgement.run if judgement else "",
        subject=subject,
        papers=found,
        weeks=tuple(_weeks(catalogue, found, judgement)),
        milestones=tuple(_milestones(catalogue, judgement)),
        waivers=tuple(each for each in papers.waivers() if each.holds(as_of)),
        entries=tuple(_in_force(papers, as_of)),
        refused=papers.refused,
    )


def _in_force(papers: Papers, as_of: datetime) -> Iterator[PaperEntry]:
    stand: set[str] = set()
    for each in papers.entries:
        ends = min(filter(None, (each.ended, each.valid_until)), default=None)
        holds = each.time <= as_of and (ends is None or as_of < ends) and each.kind is not Kind.WITHDRAWAL
        if holds and (each.kind is not Kind.APPROVAL or each.about in stand):
            stand.add(each.digest)
            yield each


def _paper(control: Control, there: Sequence[Attestation], subject: str, as_of: datetime) -> Paper:
    planned = plan().papers[control.id]
    attest = f"golive attest {control.id} --by NAME --file FILE --valid-until DATE"
    told: dict[str, object] = {"control": control.id, "title": control.title, "week": planned.week}
    if not wants_paper(control):
        return Paper.model_validate(
            told | {"state": State.TESTED, "who": planned.who, "command": "golive config check .env.local"}
        )
    judged = [
        (_RANK[outcome], each.given, each.entry, each, outcome, said)
        for each in there
        if each.given <= as_of
        for outcome, said in [judge_paper(control, each, subject=subject, as_of=as_of)]
    ]
    if not judged:
        return Paper.model_validate(told | {"state": State.MISSING, "who": planned.who, "command": attest})
    *_, paper, outcome, said = max(judged, key=lambda each: each[:3])
    told |= {"entry": paper.entry, "valid_until": paper.valid_until, "note": translated(said)}
    if outcome is Outcome.PASS:
        soon = paper.valid_until - as_of <= SOON
        told |= {"state": State.SOON if soon else State.VALID, "command": attest if soon else ""}
        return Paper.model_validate(told | {"who": Text.same(paper.name)})
    if outcome is Outcome.NEEDS_HUMAN:
        other = Text(zh=f"{paper.name} 以外的人", en=f"somebody other than {paper.name}")
        command = f"golive approve {control.id} --by NAME"
        return Paper.model_validate(told | {"state": State.APPROVAL, "who": other, "command": command})
    return Paper.model_validate(told | {"state": State.VOID, "who": planned.who, "command": attest})


_RANK = {Outcome.PASS: 2, Outcome.NEEDS_HUMAN: 1, Outcome.INCONCLUSIVE: 0}
_DONE = frozenset({State.VALID, State.SOON, State.TESTED})


def _weeks(
    catalogue: dict[str, Control], papers: Sequence[Paper], judgement: Judgement | None
) -> Iterable[Week]:
    open_ = [each.control for each in papers if each.state not in _DONE]
    if judgement is not None:
        reached = {each.id for each in judgement.controls if each.reached}
        open_ = [id_ for id_ in catalogue if id_ not in reached]
    for number, title in enumerate(plan().weeks, 1):
        due = tuple(id_ for id_ in open_ if plan().week_of(catalogue[id_]) == number)
        yield Week(number=number, title=title, open=due)


def _milestones(catalogue: dict[str, Control], judgement: Judgement | None) -> Iterable[Milestone]:
    titles = plan().milestones
    if judgement is None or not judgement.gates:
        yield from (Milestone(number=n, title=title, reached=None) for n, title in enumerate(titles, 1))
        return
    gates = list(judgement.gates.values())[1:]
    blocked = [_first(catalogue, judgement), *(tuple(m.control for m in gate.missing) for gate in gates)]
    for number, (title, reached, by) in enumerate(
        zip(titles, judgement.milestones, blocked, strict=False), 1
    ):
        yield Milestone(number=number, title=title, reached=reached, blocked_by=() if reached else by)


def _first(catalogue: dict[str, Control], judgement: Judgement) -> tuple[str, ...]:
    """What the first milestone wants: the settings at experience grade, and any one payment there."""
    late = [each for each in judgement.controls if catalogue[each.id].confirmed_at is Grade.EXPERIENCE]
    settings = [each.id for each in late if each.id.startswith("CFG-") and not each.reached]
    payments = [each for each in late if each.id.startswith("PAY-")]
    paid = any(each.reached and each.status is not Standing.NOT_APPLICABLE for each in payments)
    return (*settings, *(() if paid else (each.id for each in payments)))
