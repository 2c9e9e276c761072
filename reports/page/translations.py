"""What the page says of its own, in both languages (words.yaml); the checklist brings the rest."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Blame, Method, Severity, Text
from harness.core.texts import read_texts
from harness.verdict import ControlStatus, Judgement, Standing, standing_of
from harness.verdict.earlier_runs import Key

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
WORDS, LOAD_WORDS, SENTENCES = _TEXTS["words"], _TEXTS["load"], _TEXTS["sentences"]
SEVERITIES = {each: _TEXTS["severities"][each] for each in Severity}
METHODS = {each: _TEXTS["methods"][each] for each in Method}
BLAMES = {each: _TEXTS["blames"][each] for each in Blame}
KEYS = {each: _TEXTS["keys"][each] for each in Key}
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


def headline(judgement: Judgement) -> tuple[Text, str]:
    """The page's answer and its colour: the last gate's verdict. A narrowed run that found a failure answers
    no; one that found none cannot answer."""
    if judgement.selection is not None:
        failing = bool(judgement.selection_failing)
        return _TEXTS["answers"]["NO-GO" if failing else "PART"], "no" if failing else "wait"
    *_, last = judgement.gates.values()
    return _TEXTS["answers"][last.verdict], VERDICTS[last.verdict][2]


def part_lede(judgement: Judgement) -> Text | None:
    """How a narrowed run ended, in one sentence; None for a whole one."""
    if judgement.selection is None:
        return None
    failed = "part_failed" if judgement.selection_failing else "part_open"
    return WORDS["part_passed" if judgement.selection == "PASS" else failed]


def share(status: ControlStatus) -> Text | None:
    """How many of a control's checks did not pass, and whose turn it is; None where all passed."""
    bad = [check for check in status.checks if not standing_of(check).satisfies]
    if not bad:
        return None
    failed = [check for check in bad if standing_of(check) is Standing.FAIL] or bad
    word = STANDINGS[standing_of(failed[0])][1]
    said = SENTENCES["share"].filled(count=len(failed), all=len(status.checks), word=word)
    blames = [BLAMES[blame] for blame in dict.fromkeys(check.blame for check in failed) if blame]
    for turn in blames:
        said = SENTENCES["share_blame"].filled(said=said, blame=turn)
    return said


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


def says(judged_by: str, checklist: str, run: str, moment: str, sealed_by: str) -> Text:
    """Who says so: which version by which checklist, from which record, and whose key vouches for it."""
    said = SENTENCES["says"].filled(version=judged_by, checklist=checklist, run=run, moment=moment)
    return SENTENCES["sealed" if sealed_by else "unsealed"].filled(said=said, key=sealed_by)


def runs_out(control: str, moment: str, complete: bool) -> Text:
    """Until when the evidence counts, and so by when what is missing has to be there."""
    return SENTENCES["holds_until" if complete else "runs_out"].filled(control=control, moment=moment)


def more_failing(count: int) -> Text:
    """How many failing controls the top of the page does not tell of."""
    return SENTENCES["more_failing"].filled(count=count)


def left_out(count: int) -> Text:
    """How many messages of a check the page leaves out."""
    return SENTENCES["left_out"].filled(count=f"{count:,}")


def more_papers(count: int) -> Text:
    """How many papers the page leaves out."""
    return SENTENCES["more_papers"].filled(count=f"{count:,}")
