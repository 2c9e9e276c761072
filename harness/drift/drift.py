"""What two sides answered to the same operations, compared as a whole: findings, and what stayed open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from harness.drift.answer import Answer
from harness.drift.capture import Line
from harness.drift.comparison import differences, words
from harness.drift.finding import Finding, Kind


class Open(NamedTuple):
    """An operation, or a whole dialect, of which nothing can be said."""

    dialect: str
    operation: str
    """Empty: every one of it."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All that was found."""

    compared: int
    """Operations."""
    findings: tuple[Finding, ...]
    open: tuple[Open, ...]


def compare(recorded: Iterable[Line], simulated: Iterable[Line], open_: Iterable[Open] = ()) -> Drift:
    """Compare line by line; the simulator was asked every operation that was recorded.

    Args:
        open_: what was not asked at all, and why.
    """
    lines = [(line.dialect, line) for line in recorded]
    answers = {(line.dialect, line.ask.id): line.answer for line in simulated}
    findings: list[Finding] = []
    left, compared = list(open_), 0
    whole = {each.dialect for each in left if not each.operation}
    said = {(dialect, line.ask.id): line.answer for dialect, line in lines}
    for dialect, line in lines:
        if dialect in whole:
            continue
        if why := line.answer.why_incomparable:
            left.append(Open(dialect, line.ask.id, why))
            continue
        compared += 1
        answer = answers.get((dialect, line.ask.id), Answer(error="it was not asked"))
        findings += _compared(line, answer, said, answers)
    return Drift(compared=compared, findings=tuple(findings), open=tuple(left))


Answers = Mapping[tuple[str, str], Answer]


def _compared(line: Line, answer: Answer, said: Answers, says: Answers) -> Iterator[Finding]:
    def finding(kind: Kind, place: str, recorded: str, simulated: str) -> Finding:
        return Finding(
            dialect=line.dialect,
            operation=line.ask.id,
            kind=kind,
            place=place,
            recorded=recorded,
            simulated=simulated,
            source=line.source,
        )

    if answer.status is None:
        yield finding(Kind.NO_ANSWER, "", f"HTTP {line.answer.status}", answer.error)
        return
    theirs = _first_told(line, line.answer, said)
    ours = _first_told(line, answer, says)
    if theirs and ours and theirs != ours:
        yield finding(Kind.ORDER, "", theirs, ours)
        return
    for each in differences(line.answer, answer):
        yield finding(*each)


def _first_told(line: Line, answer: Answer, singles: Answers) -> str:
    """Which of an operation's two mistakes its answer tells of; empty: it has one, or that cannot be told."""
    alone = {
        each: words(found)
        for each in line.ask.both or ()
        if (found := singles.get((line.dialect, each))) is not None and not found.why_incomparable
    }
    if len(set(alone.values())) < len(line.ask.both or ()) or not alone:
        return ""
    return next((each for each, told in alone.items() if told == words(answer)), "")
