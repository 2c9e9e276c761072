"""The gates with their verdicts, and the one sentence that says what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.control import Scope, Text
from harness.verdict import Count, GateVerdict, Judgement
from harness.verdict.reasons import SCOPES
from reports.checklist import Checklist
from reports.page import translations
from reports.page.translations import SENTENCES


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
    def others(self) -> list[tuple[Text, Count]]:
        """What is about others than the app, counted apart."""
        return [(SCOPES[scope], count) for scope, count in self.verdict.scopes.items() if scope != Scope.APP]


def gate_cards(checklist: Checklist, judgement: Judgement, gate: str) -> list[GateCard]:
    """Every gate in the checklist's order; none for a narrowed run."""
    return [
        GateCard(each.id, each.name, each.meaning, each.id == gate, judgement.gates[each.id])
        for each in checklist.gates
        if each.id in judgement.gates
    ]


def lede(cards: Sequence[GateCard]) -> Text:
    """One sentence that says what comes next."""
    for card in cards:
        if card.verdict.verdict != "GO":
            verdict = card.verdict
            if not verdict.missing:
                return verdict.notes[0]
            return translations.lede(card.name, verdict.verdict, len(verdict.failing), len(verdict.missing))
    return SENTENCES["all_open"]
