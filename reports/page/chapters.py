"""Every control by section, with the checks that the page has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.control import Check, Control, Grade, Severity
from harness.verdict import ControlStatus, Judgement, standing_of
from harness.verdict.precedence import rank
from reports.checklist import Checklist, Section
from reports.page.messages import Messages
from reports.page.translations import FILTERS

MOST_CHECKS = 50
"""Of one control that the page lists one by one; report.json has every one."""
MOST_ROWS = 2_500
"""Of all controls together."""
_MOST_LETTERS = 400_000
"""Of all that the listed checks said."""
_SHORTEST, _LONGEST = 160, 4_000


@dataclass(frozen=True, slots=True)
class Row:
    """One control with where it stands."""

    control: Control
    status: ControlStatus
    gates: tuple[str, ...]
    """Gates in whose way it stands."""
    most: int = MOST_CHECKS
    """How many of its checks are listed."""
    messages: tuple[Messages, ...] = ()
    """What was exchanged in checks of it that did not simply pass."""

    @property
    def shown(self) -> tuple[Check, ...]:
        """The checks that the page lists: all of them, or of very many those that did not pass first."""
        if len(self.status.checks) <= self.most:
            return self.status.checks
        return tuple(sorted(self.status.checks, key=lambda each: rank(standing_of(each)))[: self.most])

    @property
    def group(self) -> str:
        """The filter it belongs to."""
        return next(name for name, standings in FILTERS.items() if self.status.status in standings)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades it has to be proven at, lowest first."""
        first = (Grade.SIMULATED,) if self.control.rehearsed else ()
        return tuple(dict.fromkeys((*first, self.control.confirmed_at)))


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section of the checklist."""

    section: Section
    rows: tuple[Row, ...]

    def count(self, group: str) -> int:
        """How many of its controls a filter shows."""
        return sum(row.group == group for row in self.rows)


def chapters(
    checklist: Checklist, judgement: Judgement, messages: Mapping[str, Sequence[Messages]]
) -> list[Chapter]:
    """Every control of the catalogue, by section.

    Args:
        messages: what the page shows of exchanges, by control.
    """
    in_the_way: dict[str, list[str]] = {}
    for gate, verdict in judgement.gates.items():
        for missing in verdict.missing:
            in_the_way.setdefault(missing.control, []).append(gate)
    statuses = {status.id: status for status in judgement.controls}
    most = most_checks([len(status.checks) for status in judgement.controls])
    return [
        Chapter(
            section,
            tuple(
                Row(
                    control,
                    statuses[control.id],
                    tuple(in_the_way.get(control.id, ())),
                    most,
                    tuple(messages.get(control.id, ())),
                )
                for control in checklist.controls
                if control.section == section.id
            ),
        )
        for section in checklist.sections
    ]


def most_checks(counts: Sequence[int]) -> int:
    """How many checks of each control are listed so that all together fit on a page."""
    for most in range(MOST_CHECKS, 1, -1):
        if sum(min(count, most) for count in counts) <= MOST_ROWS:
            return most
    return 1


def longest_message(all_chapters: Sequence[Chapter]) -> int:
    """How many letters of what a check said are shown, so that all together fit on a page."""
    listed = sum(len(row.shown) for chapter in all_chapters for row in chapter.rows)
    return min(_LONGEST, max(_SHORTEST, _MOST_LETTERS // max(listed, 1)))


def dropped(checklist: Checklist, judgement: Judgement) -> list[Control]:
    """Controls the merchant's declared capabilities took away, fatal ones first."""
    ids = {status.id for status in judgement.controls if status.dropped}
    order = list(Severity)
    found = [control for control in checklist.controls if control.id in ids]
    return sorted(found, key=lambda control: (order.index(control.severity), control.id))


def filter_counts(all_chapters: Sequence[Chapter]) -> dict[str, int]:
    """How many controls each filter shows."""
    return {group: sum(chapter.count(group) for chapter in all_chapters) for group in FILTERS}
