"""What is missing, who brings it, how, and by when: gate by gate, a control where it first is in the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from harness.core.control import Control, Text
from harness.verdict import FRESH, ControlStatus, Judgement, Missing, Price, Standing
from reports.checklist import Checklist
from reports.page.gates import GateCard
from reports.page.roles import role_of, roles
from reports.page.translations import ACTIONS, SENTENCES, STANDINGS, WORDS, within

MOST_NAMED = 6
"""Controls that a task names one by one; of more it tells how many of each section."""


@dataclass(frozen=True, slots=True)
class Item:
    """One control that is missing."""

    control: Control
    missing: Missing

    @property
    def command(self) -> Text | None:
        """What to type for this very control; None where one command brings many."""
        command = self.missing.price.command
        own = Text(
            zh=command.zh.replace("编号", self.control.id), en=re.sub(r"\bID\b", self.control.id, command.en)
        )
        return None if own == command else own

    @property
    def state(self) -> Text:
        """Whether it failed, decided nothing, or was never run."""
        return state_of(self.missing)


@dataclass(frozen=True, slots=True)
class Named:
    """A control, or how many of a section, in few words."""

    code: str
    name: Text
    count: int = 0
    """How many of the section; 0: it is one control."""

    @property
    def told(self) -> Text:
        """It as one text."""
        count = f" {self.count}" if self.count else ""
        return Text(zh=f"{self.code} {self.name.zh}{count}", en=f"{self.code} {self.name.en}{count}")


@dataclass(frozen=True, slots=True)
class Task:
    """What one role brings in one way."""

    number: int
    """Its place among all tasks of a page, from 1."""
    role: Text
    price: Price
    items: tuple[Item, ...]
    named: tuple[Named, ...]

    @property
    def action(self) -> Text:
        """What to do, in a few words that need no glossary."""
        return ACTIONS[self.price]

    @property
    def how(self) -> Text:
        """What to type."""
        own = self.items[0].command if len(self.items) == 1 else None
        return own or self.price.command

    @property
    def alike(self) -> bool:
        """Whether one word says of all of it how it came to be missing."""
        return len({each.state for each in self.items}) == 1

    @property
    def states(self) -> Text:
        """How many of it failed, decided nothing, or were never run; where all are alike, only the word."""
        if self.alike:
            return self.items[0].state
        counts = Counter(each.state for each in self.items)
        return Text(
            zh=" · ".join(f"{state.zh} {count}" for state, count in counts.items()),
            en=" · ".join(f"{state.en} {count}" for state, count in counts.items()),
        )

    @property
    def reason(self) -> Text | None:
        """Why all of it is missing, where that is the same of each."""
        first = self.items[0].missing
        same = all((each.missing.reason, each.missing.needs) == (first.reason, ()) for each in self.items)
        return first.reason if same else None


@dataclass(frozen=True, slots=True)
class Stage:
    """What a gate wants beyond the gates before it."""

    card: GateCard
    tasks: tuple[Task, ...]

    @property
    def count(self) -> int:
        """Controls that its tasks bring."""
        return sum(len(task.items) for task in self.tasks)

    @property
    def before(self) -> int:
        """Controls that it lacks as well, and that a gate before it has in its tasks."""
        return len(self.card.verdict.missing) - self.count

    @property
    def addends(self) -> str:
        """The tasks' counts, as a sum."""
        counts = [len(task.items) for task in self.tasks] + [self.before] * bool(self.before)
        return " + ".join(map(str, counts))

    @property
    def owners(self) -> Text:
        """Who brings how many."""
        counts: Counter[Text] = Counter()
        for task in self.tasks:
            counts[task.role] += len(task.items)
        return Text(
            zh=" · ".join(f"{role.zh} {count}" for role, count in counts.items()),
            en=" · ".join(f"{role.en} {count}" for role, count in counts.items()),
        )

    def told(self, sentence: str) -> Text:
        """One of the page's sentences about it."""
        return SENTENCES[sentence].filled(
            gate=within(self.card.name),
            owners=self.owners,
            addends=self.addends,
            count=self.count,
            missing=len(self.card.verdict.missing),
        )


@dataclass(frozen=True, slots=True)
class RunningOut:
    """The evidence that stops counting first."""

    control: str
    moment: datetime


def stages(checklist: Checklist, judgement: Judgement, cards: Sequence[GateCard]) -> list[Stage]:
    """The gates that lack what no gate before them lacks, in their order: the next one is the first.

    Of each the tasks, what fails first, then what is cheapest, then by role.
    """
    controls = {control.id: control for control in checklist.controls}
    statuses = {status.id: status for status in judgement.controls}
    place = {id_: number for number, id_ in enumerate(controls)}
    names = list(roles().roles)
    known: set[str] = set()
    found: list[Stage] = []
    numbered = 0
    for card in cards:
        grouped: dict[tuple[int, int], list[Missing]] = {}
        for missing in card.verdict.missing:
            if missing.control not in known:
                role = role_of(missing, statuses[missing.control])
                grouped.setdefault((missing.price.order, names.index(role)), []).append(missing)
        known.update(missing.control for missing in card.verdict.missing)
        made: list[Task] = []
        for (_, role_number), group in sorted(grouped.items()):
            numbered += 1
            ordered = sorted(group, key=lambda each: place[each.control])
            made.append(
                Task(
                    number=numbered,
                    role=roles().roles[names[role_number]],
                    price=group[0].price,
                    items=tuple(Item(controls[each.control], each) for each in ordered),
                    named=named([controls[each.control] for each in ordered], checklist),
                )
            )
        if made:
            found.append(Stage(card, tuple(made)))
    return found


def state_of(missing: Missing) -> Text:
    """Whether a control failed, came to nothing, or was never run or handed in at the grade it needs."""
    if missing.standing is Standing.INCONCLUSIVE and not missing.tried:
        return WORDS["not_handed_in" if missing.price is Price.PAPER else "never_run"]
    return STANDINGS[missing.standing][1]


def named(controls: Iterable[Control], checklist: Checklist) -> tuple[Named, ...]:
    """Controls in few words: each by its title, or of many how many of each section.

    Args:
        controls: in the checklist's order.
    """
    controls = tuple(controls)
    if len(controls) <= MOST_NAMED:
        return tuple(Named(control.id, control.title) for control in controls)
    sections = {section.id: section.name for section in checklist.sections}
    return tuple(
        Named(section, sections[section], len(list(group)))
        for section, group in groupby(controls, key=lambda control: control.section)
    )


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
