"""What two sides answered to the same operations, compared as a whole: findings, and what stayed open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from harness.drift.answer import Answer
from harness.drift.capture import Line
from harness.drift.comparison import decided, differences, words
from harness.drift.finding import Finding, Kind

_NOT_ASKED = Answer(error="it was not asked")
_SEVERAL = 5
"""Operations that one and the same answer to all of them says nothing of."""
_ALIKE = "it answered every operation alike, as whoever refuses the account does"


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
    lines = tuple(recorded)
    said, says = ({(x.dialect, x.ask.id): x.answer for x in each} for each in (lines, simulated))
    left = [*open_, *left_open(lines)]
    nothing_of = {each.dialect for each in left if not each.operation}
    comparable = [x for x in lines if not x.why_incomparable and x.dialect not in nothing_of]
    findings = [
        finding
        for line in comparable
        for finding in _compared(line, says.get((line.dialect, line.ask.id), _NOT_ASKED), said, says)
    ]
    return Drift(compared=len(comparable), findings=tuple(findings), open=tuple(left))


def left_open(lines: Iterable[Line]) -> list[Open]:
    """The operations, and whole dialects, of which a capture says nothing."""
    found: list[Open] = []
    by_dialect: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_dialect[line.dialect].append(line)
    for dialect, every in by_dialect.items():
        answered = [line for line in every if not line.why_incomparable]
        rightly_asked = [line.answer for line in answered if not line.ask.spoilt]
        ways = {(each.status, tuple(decided(each).items())) for each in rightly_asked}
        if len(every) >= _SEVERAL and len(ways) < 2:
            found.append(Open(dialect, "", _ALIKE if ways else every[-1].why_incomparable))
        else:
            found += [Open(dialect, x.ask.id, x.why_incomparable) for x in every if x.why_incomparable]
    return found


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
