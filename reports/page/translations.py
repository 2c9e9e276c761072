"""What the page says of its own, in both languages (words.yaml); the checklist brings the rest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.core.control import Blame, Check, Control, Method, Severity, Text
from harness.core.texts import read_texts
from harness.verdict import ControlStatus, GateVerdict, Judgement, Price, Standing, standing_of
from harness.verdict.earlier_runs import Key

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
WORDS, LOAD_WORDS, SENTENCES = _TEXTS["words"], _TEXTS["load"], _TEXTS["sentences"]
SEVERITIES = {each: _TEXTS["severities"][each] for each in Severity}
METHODS = {each: _TEXTS["methods"][each] for each in Method}
BLAMES = {each: _TEXTS["blames"][each] for each in Blame}
KEYS = {each: _TEXTS["keys"][each] for each in Key}
ACTIONS = {each: _TEXTS["actions"][each] for each in Price}
"""What each price takes, said to somebody who reads it for the first time."""
GATE_NAMES = _TEXTS["gates"]
"""By id, what a gate is called instead of the name that its frozen set gives it."""
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


def told_of(standing: Standing, checks: Iterable[Check]) -> Text:
    """How something stands, in a word; and whether any of it passed only when somebody tried it again."""
    word = STANDINGS[standing][1]
    if not any(check.passed_when_retried for check in checks):
        return word
    return Text(zh=f"{word.zh}，{WORDS['retried'].zh}", en=f"{word.en}, {WORDS['retried'].en}")


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
    said, bad = _share(status)
    for blame in dict.fromkeys(check.blame for check in bad if check.blame):
        said = said and SENTENCES["share_blame"].filled(said=said, blame=BLAMES[blame])
    return said


def share_for(status: ControlStatus, role: Text) -> Text:
    """How many of a failing control's checks did not pass, and who mends it."""
    said, _ = _share(status)
    return SENTENCES["for_whom"].filled(said=said or STANDINGS[status.status][1], role=role)


def _share(status: ControlStatus) -> tuple[Text | None, list[Check]]:
    bad = [check for check in status.checks if not standing_of(check).satisfies]
    if not bad:
        return None, []
    failed = [check for check in bad if standing_of(check) is Standing.FAIL] or bad
    word = STANDINGS[standing_of(failed[0])][1]
    return SENTENCES["share"].filled(count=len(failed), all=len(status.checks), word=word), failed


def lede(gate: Text, verdict: GateVerdict) -> Text:
    """One sentence below the answer, about the first gate that is not GO."""
    sentence = SENTENCES["gate_failing" if verdict.verdict == "NO-GO" else "gate_missing"]
    return sentence.filled(
        gate=within(gate),
        failing=len(verdict.failing),
        missing=len(verdict.missing),
        required=verdict.required,
    )


def within(gate: Text) -> Text:
    """A gate's name inside of a sentence."""
    return Text(zh=gate.zh, en=gate.en.lower())


def criteria_told(held: int, failing: int, asked: int) -> Text:
    """What became of a load's criteria, in one sentence."""
    ending = "criteria_failed" if failing else "criteria_open" if held < asked else "criteria_held"
    return SENTENCES[ending].filled(held=held, failing=failing, asked=asked)


def more_checks(count: int) -> Text:
    """How many checks of a control the page leaves out."""
    return SENTENCES["more_checks"].filled(count=f"{count:,}")


def runs_out(control: Control, moment: str, complete: bool) -> Text:
    """Until when the evidence counts, and so by when what is missing has to be there."""
    sentence = SENTENCES["holds_until" if complete else "runs_out"]
    return sentence.filled(control=control.id, title=control.title, moment=moment)


def more_failing(count: int) -> Text:
    """How many failing controls the top of the page does not tell of."""
    return SENTENCES["more_failing"].filled(count=count)


def left_out(count: int) -> Text:
    """How many messages of a check the page leaves out."""
    return SENTENCES["left_out"].filled(count=f"{count:,}")


def more_papers(count: int) -> Text:
    """How many papers the page leaves out."""
    return SENTENCES["more_papers"].filled(count=f"{count:,}")
