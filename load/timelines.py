"""Timelines and percentile curves with few enough points to be drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from math import ceil, inf, log10
from typing import NamedTuple

from harness.evidence.load_summary import MOST_POINTS, Curve, Timeline
from harness.verdict.percentiles import lower_rank, observed_value, upper_rank
from load.histogram import Histogram
from load.measurement import Measurement
from load.series import Series

_POINTS_IN_ALL = 1_800
"""Of all timelines together: a page of thirty series stays as light as one of six."""
_FEWEST_POINTS = 60
_DECADE = 12
"""Points of a curve from p90 to p99, from p99 to p99.9, …"""
_DECADES = 5
_ALWAYS = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


class Grid(NamedTuple):
    """The steps of every timeline of a run."""

    first: int
    """The first second, since the epoch."""
    step_s: int
    steps: int

    @classmethod
    def of(cls, measurement: Measurement) -> Grid:
        """Long enough for the last answer, with no more steps than are drawn."""
        every = measurement.series.values()
        first = int(measurement.started.timestamp())
        last = [second for each in every for second in each.windows]
        last += [second for each in every for second in each.answered]
        lasting = max(last, default=first) + 1 - first
        most = min(MOST_POINTS, max(_FEWEST_POINTS, _POINTS_IN_ALL // max(1, len(every))))
        step_s = max(1, ceil(lasting / most))
        return cls(first, step_s, max(1, ceil(lasting / step_s)))

    def place(self, second: int) -> int:
        """Which step a second belongs to; what a clock puts outside of the run counts at its end."""
        return min(max(second - self.first, 0) // self.step_s, self.steps - 1)


def timeline(series: Sequence[Series], grid: Grid) -> Timeline:
    """Some series together, step by step."""
    due, answered, failed = ([0] * grid.steps for _ in range(3))
    latency = [Histogram() for _ in range(grid.steps)]
    for each in series:
        for second, window in each.windows.items():
            place = grid.place(second)
            due[place] += window.requests
            failed[place] += window.failed
            latency[place].add(window.latency)
        for second, times in each.answered.items():
            answered[grid.place(second)] += times
    return Timeline(
        step_s=grid.step_s,
        due=tuple(due),
        answered=tuple(answered),
        failed=tuple(failed),
        p50_ms=tuple(observed(each, 0.5) for each in latency),
        p95_ms=tuple(observed(each, 0.95) for each in latency),
        p99_ms=tuple(observed(each, 0.99) for each in latency),
    )


def curve(series: Series) -> Curve:
    """Every percentile that so many requests can tell of, denser towards the slow ones."""
    cells, requests = list(series.latency), series.requests
    if not requests:
        return Curve(shares=(), observed_ms=(), low_ms=(), high_ms=())
    counts = list(accumulate(cell.times for cell in cells))

    def at(rank: int | None) -> tuple[float, float]:
        """The edges of the cell that holds a rank; failed requests come after every cell."""
        place = len(cells) if rank is None else bisect_left(counts, rank)
        return (cells[place].low, cells[place].high) if place < len(cells) else (inf, inf)

    last = min(_DECADES, log10(requests))
    grid = {round(1 - 10 ** (-point / _DECADE), 6) for point in range(int(last * _DECADE) + 1)}
    shares = sorted(grid | {each for each in _ALWAYS if each <= 1 - 10**-last})
    lowest = [lower_rank(requests, share) for share in shares]
    return Curve(
        shares=tuple(shares),
        observed_ms=tuple(milliseconds(at(max(1, ceil(requests * share)))[1]) for share in shares),
        low_ms=tuple(0.0 if rank is None else milliseconds(at(rank)[0]) for rank in lowest),
        high_ms=tuple(milliseconds(at(upper_rank(requests, share))[1]) for share in shares),
    )


def observed(latency: Histogram, share: float, failed: int = 0) -> float | None:
    """A percentile as measured, ms; None where it is a failed request, or there is none at all."""
    return milliseconds(observed_value(latency, share, beyond=failed))


def milliseconds(microseconds: float) -> float | None:
    """Microseconds as ms to the microsecond; None for endless ones."""
    return None if microseconds == inf else round(microseconds / 1_000, 3)
