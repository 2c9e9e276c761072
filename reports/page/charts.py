"""Where time went: checks on the run's clock, and the steps of the slowest, in per cent of a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest

from harness.core.control import Check, Text
from harness.core.scenario_titles import scenario_title
from harness.evidence import recorded_at
from harness.verdict import Standing, standing_of
from reports.page.translations import STANDINGS

SLOWEST = 6
"""Checks whose steps are drawn."""
_NARROWEST = 0.4
"""Per cent of the width below which a bar would not be seen."""
_ROOM = round(100 / _NARROWEST)
"""Bars of a row that can lie side by side."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle: left edge and width in per cent of the drawing's width."""

    label: str
    left: float
    width: float
    seconds: float
    standing: Standing


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One check with its steps, on a scale shared by all that are drawn."""

    control: str
    scenario: Text
    whole: Bar
    steps: tuple[Bar, ...]


def timeline(checks: Sequence[Check]) -> tuple[tuple[Bar, ...], ...]:
    """A row a control, in the order they began: its checks as bars on the clock of the run."""
    rows: dict[str, list[Bar]] = {}
    ordered = sorted(checks, key=lambda each: (each.started, each.control, each.scenario))
    span = whole(checks)
    for each in ordered:
        offset = (each.started - ordered[0].started).total_seconds()
        bar = _bar(each.control, offset, each.duration_s, span, standing_of(each))
        rows.setdefault(each.control, []).append(bar)
    return tuple(_visible(row) for row in rows.values())


def paths(row: Sequence[Bar]) -> list[tuple[str, str]]:
    """A row of bars as one path a colour, 10,000 wide and 5 high: thousands of bars are few elements."""
    found: dict[str, list[str]] = {}
    for bar in row:
        width = round(bar.width * 100)
        shape = f"M{round(bar.left * 100)} 0h{width}v5h-{width}z"
        found.setdefault(STANDINGS[bar.standing][2], []).append(shape)
    return [(colour, "".join(shapes)) for colour, shapes in found.items()]


def _visible(row: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars of a row; of more than there is room for, none that lies below a longer one like it."""
    if len(row) <= _ROOM:
        return tuple(row)
    seen: dict[tuple[int, Standing], Bar] = {}
    for bar in row:
        place = (int(bar.left / _NARROWEST), bar.standing)
        if place not in seen or seen[place].width < bar.width:
            seen[place] = bar
    return tuple(seen.values())


def whole(checks: Sequence[Check]) -> float:
    """Seconds from the first check's start to the last one's end; one second where that is nothing."""
    begin = min((each.started for each in checks), default=None)
    ends = [(recorded_at(each) - begin).total_seconds() for each in checks] if begin else []
    return max(ends, default=0.0) or 1.0


def slowest(checks: Sequence[Check]) -> tuple[Waterfall, ...]:
    """The slowest checks with their steps, slowest first. What was exercised at once is drawn once: one
    scenario of several controls, the series of a load."""
    seen: dict[tuple[object, ...], Check] = {}
    for each in checks:
        seen.setdefault((each.started, each.duration_s), each)
    ordered = nsmallest(
        SLOWEST, seen.values(), key=lambda each: (-each.duration_s, each.control, each.scenario)
    )
    span = max((each.duration_s for each in ordered), default=0.0) or 1.0
    return tuple(
        Waterfall(
            control=each.control,
            scenario=scenario_title(each.scenario),
            whole=_bar(each.control, 0.0, each.duration_s, span, standing_of(each)),
            steps=tuple(
                _bar(step.name, step.offset_s, step.duration_s, span, standing_of(each))
                for step in each.steps
            ),
        )
        for each in ordered
    )


def seconds(value: float) -> str:
    """A duration as a person reads it: `0.42 s`, `12.3 s`, `3 min 05 s`."""
    if value >= 90:
        whole = round(value)
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{value:.1f} s" if value >= 9.95 else f"{value:.2f} s"


def _bar(label: str, offset: float, duration: float, span: float, standing: Standing) -> Bar:
    left = min(max(100 * offset / span, 0.0), 100 - _NARROWEST)
    width = min(max(100 * duration / span, _NARROWEST), 100 - left)
    return Bar(label, round(left, 2), round(width, 2), duration, standing)
