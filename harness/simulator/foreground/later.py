"""What a simulator in the foreground says after its start: of refused signatures, and at its end."""

from __future__ import annotations

from pathlib import Path

from harness.core.clock import BEIJING
from harness.core.control import Language, Text
from harness.core.findings import translated
from harness.core.plain_text import one_line
from harness.core.texts import read_texts
from harness.levers.models import RuleInForce
from harness.simulator.signatures.refused import RefusedRequest

_WORDS = read_texts(Path(__file__).with_name("said.yaml"))["lines"]
LONGEST_TARGET = 200
"""Characters of a request's address in a line."""


def refused_line(refused: RefusedRequest, unheard: int, language: Language) -> str:
    """About a request whose signature was refused, after how many that nobody looked into."""
    found = refused.diagnosis
    line = _WORDS["refused"].filled(
        at=refused.at.astimezone(BEIJING).strftime("%H:%M:%S"),
        what=one_line(f"{refused.message.method} {refused.message.target}"[:LONGEST_TARGET]),
        answered=one_line(refused.answered),
        cause=f"{found.cause}: " if found.cause else "",
        sentence=found.sentence,
    )
    said = [line.spoken(language)]
    if unheard:
        said.insert(0, _WORDS["unheard"].filled(count=unheard).spoken(language))
    return "\n".join(said)


def unmet_line(rule: RuleInForce) -> Text:
    """About a rule that hit nothing all the while."""
    return _WORDS["unmet"].filled(rule=rule)


def stopped_line(kept_in: Path | None, failing: str) -> Text:
    """What is left, where the last attempt to write did not fail."""
    if kept_in is None:
        return _WORDS["stopped"]
    if failing:
        return _WORDS["stopped-unkept"].filled(file=kept_in, why=translated(failing))
    return _WORDS["stopped-kept"].filled(file=kept_in)
