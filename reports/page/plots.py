"""Line charts as paths and positions: durations on a logarithmic axis, times and shares along the other.

Paths live in a box of 1000 × 200 that is stretched to whatever width there is; positions of texts and dots
are per cent of the drawing, so that nothing written is ever distorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from harness.core.control import Text

WIDTH, HEIGHT = 1000, 200
_SHORTEST_MS, _LONGEST_MS = 0.01, 600_000.0

Point = tuple[float, float]
"""Along and up, both from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One path; `kind` is its class, which gives it its look."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the drawing: per cent from the left or from the top, and what is written at it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A round mark: per cent from the left and from the top."""

    x: float
    y: float
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One drawing."""

    title: Text
    told: Text
    """What it shows, in words: for those who do not see it."""
    shapes: tuple[Shape, ...]
    legend: tuple[tuple[str, Text], ...]
    rows: tuple[Tick, ...] = ()
    columns: tuple[Tick, ...] = ()
    limits: tuple[Tick, ...] = ()
    marks: tuple[Tick, ...] = ()
    """Upright lines that mean something, e.g. the knee."""
    gaps: tuple[tuple[float, float], ...] = ()
    """Left edge and width, in per cent, of what is shaded: nothing was answered there."""
    dots: tuple[Dot, ...] = ()

    @property
    def grid(self) -> str:
        """A path along every row, and along every column but the drawing's own edges."""
        across = [f"M0 {each.at * HEIGHT / 100:.0f}H{WIDTH}" for each in self.rows]
        upright = [f"M{each.at * WIDTH / 100:.0f} 0V{HEIGHT}" for each in self.columns if 0 < each.at < 100]
        return "".join(across + upright)


@dataclass(frozen=True, slots=True)
class Scale:
    """Durations from `low` to `high` decades (powers of ten of a millisecond) on an axis from 0 to 1."""

    low: int
    high: int

    @classmethod
    def over(cls, values: Iterable[float | None]) -> Scale:
        """Whole decades that hold every value, at least two of them."""
        known = [min(max(value, _SHORTEST_MS), _LONGEST_MS) for value in values if value is not None]
        low = floor(log10(min(known, default=1.0)))
        return cls(low, max(low + 2, ceil(log10(max(known, default=1.0)) + 0.05)))

    def up(self, ms: float | None) -> float:
        """Where a duration stands; an endless one at the top."""
        if ms is None:
            return 1.0
        place = (log10(max(ms, _SHORTEST_MS)) - self.low) / (self.high - self.low)
        return min(max(place, 0.0), 1.0)

    def ticks(self) -> tuple[Tick, ...]:
        """A line for each decade between the ends."""
        return tuple(
            Tick(from_top(self.up(10.0**each)), duration(10.0**each)) for each in range(self.low, self.high)
        )


def line(points: Sequence[Point | None]) -> str:
    """A path through the points; where one is missing it is broken, and a lonely one is a short dash."""
    parts: list[str] = []
    pen = "M"
    for number, point in enumerate(points):
        if point is None:
            pen = "M"
            continue
        x, y = _place(point)
        lonely = pen == "M" and (number + 1 == len(points) or points[number + 1] is None)
        parts.append(f"{pen}{x} {y}" + ("h4" if lonely else ""))
        pen = "L"
    return "".join(parts)


def stairs(values: Sequence[float], *, closed: bool = False) -> str:
    """A path that keeps each value (0 to 1) for one step; closed, it is the area below."""
    if not values:
        return ""
    step = WIDTH / len(values)
    tops = [round((1 - value) * HEIGHT) for value in values]
    path = f"M0 {tops[0]}"
    for number, top in enumerate(tops):
        after = tops[number + 1] if number + 1 < len(tops) else None
        if after != top:
            path += f"H{round((number + 1) * step)}" + ("" if after is None else f"V{after}")
    return f"{path}V{HEIGHT}H0Z" if closed else path


def band(low: Sequence[Point], high: Sequence[Point]) -> str:
    """The area between two lines."""
    return f"{line([*low, *reversed(high)])}Z" if low else ""


def from_top(up: float) -> float:
    """Per cent from the top of what stands so high."""
    return round(100 * (1 - up), 1)


def duration(ms: float) -> str:
    """A duration as people read it: `0.8 ms`, `12 ms`, `2.01 s`."""
    if ms >= 9_995:
        return f"{ms / 1000:.3g} s"
    if ms >= 999.5:
        return f"{ms / 1000:.2f}".rstrip("0").rstrip(".") + " s"
    return f"{ms:.0f} ms" if ms >= 99.5 else f"{ms:.3g} ms"


def _place(point: Point) -> tuple[int, int]:
    return round(point[0] * WIDTH), round((1 - point[1]) * HEIGHT)
