"""What is missing, who brings it, how, and by when: the list of the one who signs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.core.control import Control, Text
from harness.verdict import FRESH, ControlStatus, Judgement, Missing, Price
from reports.checklist import Checklist
from reports.page.gates import GateCard
from reports.page.roles import role_of, roles


@dataclass(frozen=True, slots=True)
class Item:
    """One control that is missing."""

    control: Control
    missing: Missing
    gate: Text
    """The first gate in whose way it stands."""

    @property
    def command(self) -> Text | None:
        """What to type for this very control; None where one command brings many."""
        command = self.missing.price.command
        own = Text(
            zh=command.zh.replace("编号", self.control.id), en=re.sub(r"\bID\b", self.control.id, command.en)
        )
        return None if own == command else own


@dataclass(frozen=True, slots=True)
class Task:
    """What one role brings in one way."""

    role: Text
    price: Price
    items: tuple[Item, ...]

    @property
    def gates(self) -> tuple[Text, ...]:
        """The gates it is for, each once."""
        return tuple(dict.fromkeys(item.gate for item in self.items))


@dataclass(frozen=True, slots=True)
class RunningOut:
    """The evidence that stops counting first."""

    control: str
    moment: datetime


def tasks(checklist: Checklist, judgement: Judgement, cards: Sequence[GateCard]) -> list[Task]:
    """Everything that is missing at any gate, each control once: what is cheapest first, then by role."""
    controls = {control.id: control for control in checklist.controls}
    statuses = {status.id: status for status in judgement.controls}
    found: dict[str, Item] = {}
    for card in cards:
        for missing in card.verdict.missing:
            found.setdefault(missing.control, Item(controls[missing.control], missing, card.name))
    grouped: dict[tuple[int, str], list[Item]] = {}
    for item in found.values():
        role = role_of(item.missing, statuses[item.control.id])
        grouped.setdefault((item.missing.price.order, role), []).append(item)
    order = {control.id: place for place, control in enumerate(checklist.controls)}
    names = list(roles().roles)
    ordered = sorted(grouped.items(), key=lambda each: (each[0][0], names.index(each[0][1])))
    return [
        Task(
            role=roles().roles[role],
            price=items[0].missing.price,
            items=tuple(sorted(items, key=lambda item: order[item.control.id])),
        )
        for (_, role), items in ordered
    ]


def running_out(
    statuses: Sequence[ControlStatus], paper_ends: Mapping[str, datetime] | None = None
) -> RunningOut | None:
    """The evidence behind a satisfied control that stops counting first; None where nothing counts yet.

    Args:
        paper_ends: until when the papers behind controls hold; what runs found holds for two weeks.
    """
    dated = [
        RunningOut(status.id, end)
        for status in statuses
        if status.status.satisfies and (end := _end(status, paper_ends or {})) is not None
    ]
    return min(dated, key=lambda each: (each.moment, each.control), default=None)


def _end(status: ControlStatus, paper_ends: Mapping[str, datetime]) -> datetime | None:
    ends = [paper_ends[status.id]] if status.id in paper_ends else []
    if status.runs and status.recorded is not None:
        ends.append(status.recorded + FRESH)
    return min(ends, default=None)
