"""What a person saw where a check asked for one: it stands in the place of that check, at its grade.

A check at a real target that takes a person's hand ends needs-human and says what to do. Whoever did it and
saw it attests that, with a picture. That decides the very parts that were asked for, in runs of that grade
and that build, for as long as evidence is fresh. It never touches a part that failed or decided nothing by
itself, and no rehearsal, which a machine judges alone. Payments by phone are none of it: `golive pay` sees
those itself. Pure: no clock, no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from harness.core.control import APPROVAL, BY_HAND, Check, Control, Outcome
from harness.verdict.gate_evidence import FRESH, EvidenceRow
from harness.verdict.papers import Attestation, judge_paper
from harness.verdict.precedence import Part

LONGEST_LOOK = FRESH
"""What a person saw at a real target grows as old as what a run found there."""


def waits_for_a_look(check: Check) -> bool:
    """Whether a check ended without an answer because a person has to do something by hand, and look."""
    return check.outcome is Outcome.NEEDS_HUMAN and check.lacks in BY_HAND


def part_of(check: Check) -> Part:
    """What a look is of."""
    return Part(check.scenario, check.provider, check.dialect)


def looked_at(
    rows: Iterable[EvidenceRow],
    attestations: Iterable[Attestation],
    controls: Mapping[str, Control],
    *,
    as_of: datetime,
) -> list[EvidenceRow]:
    """The rows; those that waited for a person, with what one saw."""
    looks: dict[str, list[Attestation]] = {}
    for each in attestations:
        if each.parts and each.given <= as_of and each.control in controls:
            looks.setdefault(each.control, []).append(each)
    return [
        _seen(row, looks[row.check.control], controls[row.check.control], as_of)
        if row.check.control in looks and waits_for_a_look(row.check)
        else row
        for row in rows
    ]


_WORTH = {Outcome.PASS: 2, Outcome.NEEDS_HUMAN: 1, Outcome.INCONCLUSIVE: 0}


def _seen(row: EvidenceRow, looks: Sequence[Attestation], control: Control, as_of: datetime) -> EvidenceRow:
    check = row.check
    about = [
        look
        for look in looks
        if part_of(check) in look.parts and look.grade is check.grade and look.subject == row.subject
    ]
    if not about:
        return row
    judged = [(look, *judge_paper(control, look, subject=row.subject, as_of=as_of)) for look in about]
    _, outcome, said = max(judged, key=lambda each: (_WORTH[each[1]], each[0].given, each[0].entry))
    if outcome is Outcome.PASS:
        found: dict[str, object] = {"outcome": outcome, "lacks": "", "message": said, "exercised": 1}
    elif outcome is Outcome.NEEDS_HUMAN:
        found = {"lacks": APPROVAL, "message": said}
    else:
        return row  # it asks as it asked before
    return replace(row, seen=check.model_copy(update=found))
