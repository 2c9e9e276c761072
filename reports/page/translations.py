"""What the page says of its own, in both languages (words.yaml); the checklist brings the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.core.control import Blame, Method, Severity, Text
from harness.core.texts import read_texts
from harness.verdict import Standing

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
WORDS, LOAD_WORDS, SENTENCES = _TEXTS["words"], _TEXTS["load"], _TEXTS["sentences"]
SEVERITIES = {each: _TEXTS["severities"][each] for each in Severity}
METHODS = {each: _TEXTS["methods"][each] for each in Method}
BLAMES = {each: _TEXTS["blames"][each] for each in Blame}
MILESTONES = [_TEXTS["milestones"][each] for each in ("configured", "proven", "production")]

_SIGNS = {
    Standing.FAIL: ("✕", "no"),
    Standing.HARNESS_ERROR: ("⚙", "no"),
    Standing.INCONCLUSIVE: ("?", "wait"),
    Standing.NEEDS_HUMAN: ("☞", "wait"),
    Standing.WAIVED_OVER_BUDGET: ("!", "wait"),
    Standing.WARN: ("!", "warn"),
    Standing.WAIVED: ("~", "warn"),
    Standing.PASS: ("✓", "go"),
    Standing.NOT_APPLICABLE: ("–", "mute"),
    Standing.PLANNED: ("○", "plan"),
}
STANDINGS = {each: (sign, _TEXTS["standings"][each], colour) for each, (sign, colour) in _SIGNS.items()}
"""Symbol, word and colour of every standing: never colour alone."""

FILTERS = {
    "failing": frozenset({Standing.FAIL, Standing.HARNESS_ERROR}),
    "open": frozenset({Standing.INCONCLUSIVE, Standing.NEEDS_HUMAN, Standing.WAIVED_OVER_BUDGET}),
    "passed": frozenset({Standing.PASS, Standing.WARN, Standing.WAIVED}),
    "planned": frozenset({Standing.PLANNED}),
    "not_applicable": frozenset({Standing.NOT_APPLICABLE}),
}

_VERDICT_SIGNS = {"GO": ("✓", "go"), "NO-GO": ("✕", "no"), "NOT YET": ("…", "wait")}
VERDICTS = {each: (sign, _TEXTS["verdicts"][each], colour) for each, (sign, colour) in _VERDICT_SIGNS.items()}


def headline(verdicts: Mapping[str, str], selection: str | None) -> tuple[Text, str]:
    """The page's answer and its colour: the last gate's verdict, or the ending of a narrowed run."""
    if selection is not None:
        colour = {"PASS": "go", "NOT YET": "wait"}.get(selection, "no")
        return _TEXTS["answers"]["OPEN" if selection == "NOT YET" else selection], colour
    *_, last = verdicts.values()
    return _TEXTS["answers"][last], VERDICTS[last][2]


def lede(gate: Text, verdict: str, failing: int, missing: int) -> Text:
    """One sentence below the answer, about the first gate that is not GO."""
    name = Text(zh=gate.zh, en=gate.en.lower())
    sentence = SENTENCES["gate_failing" if verdict == "NO-GO" else "gate_missing"]
    return sentence.filled(gate=name, failing=failing, missing=missing)


def criteria_told(held: int, failing: int, asked: int) -> Text:
    """What became of a load's criteria, in one sentence."""
    ending = "criteria_failed" if failing else "criteria_open" if held < asked else "criteria_held"
    return SENTENCES[ending].filled(held=held, failing=failing, asked=asked)


def more_checks(count: int) -> Text:
    """How many checks of a control the page leaves out."""
    return SENTENCES["more_checks"].filled(count=f"{count:,}")
