"""The gates with their verdicts and how their numbers add up, and the sentence that says what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.core.control import Text
from harness.verdict import GateVerdict, Judgement
from harness.verdict.reasons import SCOPES
from reports.checklist import Checklist
from reports.page import translations
from reports.page.translations import GATE_NAMES, SENTENCES, WORDS


@dataclass(frozen=True, slots=True)
class GateCard:
    """One gate below the answer."""

    id: str
    name: Text
    meaning: Text
    judged: bool
    """Whether the run was asked about this gate."""
    verdict: GateVerdict

    @property
    def in_place(self) -> int:
        """Controls that it asks for and that are not missing."""
        return self.verdict.required - len(self.verdict.missing)

    @property
    def addends(self) -> Text:
        """What is in place as a sum, by what it is about: of a rehearsal much is about our own simulator."""
        scopes = self.verdict.scopes.items()
        parts = [(SCOPES[scope], count.passed) for scope, count in scopes if count.passed]
        if set_aside := self.in_place - self.verdict.passed:
            parts.append((WORDS["set_aside"], set_aside))
        return Text(
            zh=" + ".join(f"{name.zh} {count}" for name, count in parts),
            en=" + ".join(f"{name.en} {count}" for name, count in parts),
        )


def gate_cards(checklist: Checklist, judgement: Judgement, gate: str) -> list[GateCard]:
    """Every gate in the checklist's order; none for a narrowed run."""
    return [
        GateCard(
            each.id,
            GATE_NAMES.get(each.id, each.name),
            each.meaning,
            each.id == gate,
            judgement.gates[each.id],
        )
        for each in checklist.gates
        if each.id in judgement.gates
    ]


def fewer_in_place(cards: Sequence[GateCard]) -> Text | None:
    """Why a later gate has fewer controls in place than the one before it, as sums; None where none has.

    Each gate asks for all that the gate before it asks for, so that what only the later one lacks is what it
    asks for besides: further controls, or better evidence of the same.
    """
    sums = []
    for before, card in pairwise(cards):
        known = {each.control for each in before.verdict.missing}
        lacks = sum(each.control not in known for each in card.verdict.missing)
        more = card.verdict.required - before.verdict.required
        if card.in_place < before.in_place == card.in_place - more + lacks:
            numbers = {"before": before.in_place, "more": more, "lacks": lacks, "in_place": card.in_place}
            sums.append(SENTENCES["fewer_sum"].filled(gate=card.name, **numbers))
    if not sums:
        return None
    said = SENTENCES["fewer"]
    return Text(
        zh=said.zh + "；".join(each.zh for each in sums) + "。",
        en=said.en + "; ".join(each.en for each in sums) + ".",
    )


def lede(cards: Sequence[GateCard]) -> Text:
    """One sentence that says what comes next."""
    for card in cards:
        if card.verdict.verdict != "GO":
            if not card.verdict.missing:
                return card.verdict.notes[0]
            return translations.lede(card.name, card.verdict)
    return SENTENCES["all_open"]
