"""What a review rests on, and what keeps anybody from relying on it: alike in every format for people."""

from __future__ import annotations

from harness.core.control import Language, Text
from harness.core.findings import translated
from harness.verdict import Readiness
from reports.exports.review import Review, grade_word
from reports.exports.words import SENTENCES, WORDS
from reports.page.moments import beijing

LONGEST = 400
"""Characters of a finding in a printed row."""


def facts(review: Review) -> list[tuple[Text, Text]]:
    """Name and value of what the review rests on."""
    meta, judgement = review.meta, review.judgement
    began, ended = beijing(meta.started), beijing(meta.ended) if meta.ended else "?"
    same_day = ended[:10] == began[:10]
    return [
        (WORDS["run"], Text.same(meta.id)),
        (WORDS["as_of"], _in_beijing(beijing(judgement.as_of))),
        (WORDS["merchant"], Text.same(meta.merchant)),
        (WORDS["target"], Text.same(f"{meta.target} ({meta.host})")),
        (WORDS["grade_of_run"], grade_word(meta.grade)),
        (WORDS["readiness"], _ready(judgement.readiness)),
        (WORDS["began"], _in_beijing(f"{began} – {ended[11:] if same_day else ended}")),
        (WORDS["subject"], Text.same(meta.subject)),
        (WORDS["environment"], Text.same(meta.environment)),
        (WORDS["tool"], Text.same(f"GoLive {meta.versions.get('golive', '?')}")),
        (WORDS["checklist"], Text.same(meta.checklist)),
        (WORDS["sealed_by"], review.sealed_by),
        (WORDS["signed_by"], review.signed_by),
    ]


def _in_beijing(moment: str) -> Text:
    return SENTENCES["in_beijing"].filled(moment=moment)


def _ready(ready: Readiness) -> Text:
    return SENTENCES["ready"].filled(percent=f"{ready.percent:.1f}", **ready.model_dump())


def notices(review: Review) -> list[Text]:
    """What keeps anybody from relying on the record as it stands."""
    found = list(review.judgement.doubts)
    if review.judgement.interrupted:
        found.append(WORDS["interrupted"])
    if not review.cards:
        found.append(WORDS["not_gates"])
    return found + [translated(fault) for fault in review.meta.faults]


def shortened(text: str, language: Language, longest: int = LONGEST) -> str:
    """A finding short enough for a printed row, which then says where all of it is."""
    cut = WORDS["cut"].spoken(language)
    return text if len(text) <= longest else text[: longest - len(cut)].rstrip() + cut
