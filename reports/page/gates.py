"""The gates with their verdicts and how their numbers add up, and the sentence that says what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def lede(cards: Sequence[GateCard]) -> Text:
    """One sentence that says what comes next."""
    for card in cards:
        if card.verdict.verdict != "GO":
            if not card.verdict.missing:
                return card.verdict.notes[0]
            return translations.lede(card.name, card.verdict)
    return SENTENCES["all_open"]
