"""The papers of people as the page lists them: who signed what, for how long, and what it is worth now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.core.control import Control, Text
from harness.core.findings import translated
from harness.verdict import Judgement, Standing
from harness.verdict.papers import Attestation, judge_paper, last_day
from reports.checklist import Checklist
from reports.page.translations import SENTENCES, WORDS
from reports.people import Kind, PaperEntry, Papers, Refused

MOST_LINES = 200
"""Papers that the page lists; the record has every one."""
_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One attestation or waiver."""

    control: Control
    author: str
    approved_by: tuple[str, ...]
    waiver: bool
    why: str
    """Of a waiver: its reason."""
    digest: str
    """Of the document; empty where there is none."""
    until: str
    """The last day, in Beijing."""
    standing: Text
    colour: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """What stands below one heading."""

    lines: tuple[PaperLine, ...]
    left_out: int
    refused: tuple[Refused, ...]
    ends: Mapping[str, datetime]
    """Until when the best paper of a control holds."""
    names: tuple[str, ...]
    """Who signed or approved a paper that counts."""


def paper_view(papers: Papers | None, checklist: Checklist, judgement: Judgement) -> PaperView:
    """The papers at the judgement's moment, in the checklist's order; of no papers an empty view."""
    if papers is None:
        return PaperView((), 0, (), {}, ())
    order = {control.id: place for place, control in enumerate(checklist.controls)}
    controls = {control.id: control for control in checklist.controls}
    as_of = judgement.as_of
    documents = {each.number: each for each in papers.entries}
    lines: list[tuple[int, int, PaperLine]] = []
    ends: dict[str, datetime] = {}
    names: dict[str, None] = {}
    for paper in papers.attestations():
        if paper.control not in controls or paper.given > as_of or _gone(paper.withdrawn, as_of):
            continue
        line = _attested(controls[paper.control], paper, documents[paper.entry], judgement)
        if line.colour == "go":
            ends[paper.control] = max(paper.valid_until, ends.get(paper.control, paper.valid_until))
            names |= dict.fromkeys((line.author, *line.approved_by))
        lines.append((order[paper.control], paper.entry, line))
    lines += [
        (order[entry.control], entry.number, _waived(controls[entry.control], entry, as_of))
        for entry in papers.of_kind(Kind.WAIVER)
        if entry.control in controls and entry.time <= as_of and not _gone(entry.ended, as_of)
    ]
    ordered = [line for *_, line in sorted(lines, key=lambda each: each[:2])]
    return PaperView(
        lines=tuple(ordered[:MOST_LINES]),
        left_out=max(0, len(ordered) - MOST_LINES),
        refused=papers.refused[:MOST_LINES],
        ends=ends,
        names=tuple(names),
    )


def signers(view: PaperView) -> Text:
    """Who has signed so far."""
    if not view.names:
        return SENTENCES["unsigned"]
    shown = view.names[:8]
    return SENTENCES["papers_by"].filled(
        names=", ".join(shown) + (" …" if len(view.names) > len(shown) else "")
    )


def _attested(control: Control, paper: Attestation, entry: PaperEntry, judgement: Judgement) -> PaperLine:
    outcome, message = judge_paper(control, paper, subject=judgement.subject, as_of=judgement.as_of)
    approvals = (each for each in paper.approvals if each.holds(judgement.as_of))
    colour = "go" if Standing(outcome.value).satisfies else "wait"
    return PaperLine(
        control=control,
        author=paper.name,
        approved_by=tuple(dict.fromkeys(each.name for each in approvals)),
        waiver=False,
        why="",
        digest=entry.document.sha256[:16] if entry.document else "",
        until=last_day(paper.valid_until).isoformat(),
        standing=WORDS["in_force"] if colour == "go" else translated(message),
        colour=colour,
    )


def _waived(control: Control, entry: PaperEntry, as_of: datetime) -> PaperLine:
    end = entry.valid_until or entry.time
    name, colour = "in_force", "go"
    if end <= as_of:
        name, colour = "expired", "wait"
    elif end - as_of < _SOON:
        name, colour = "expiring", "warn"
    return PaperLine(
        control=control,
        author=entry.author,
        approved_by=(),
        waiver=True,
        why=entry.reason,
        digest="",
        until=last_day(end).isoformat(),
        standing=WORDS[name],
        colour=colour,
    )


def _gone(moment: datetime | None, as_of: datetime) -> bool:
    return moment is not None and moment <= as_of
