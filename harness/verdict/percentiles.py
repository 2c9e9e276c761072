"""Percentiles without assuming a distribution: confidence bounds that are order statistics.

The r-th smallest of n independent durations lies above the true percentile whenever fewer than r of them
lie below it, and that count is binomial, whatever the distribution looks like. Durations come sorted into
cells `(low, high, times)`: an upper bound is the upper edge of its cell, a lower one the lower edge, so that
rounding never helps. Requests that failed have no duration; they come as `beyond`, slower than any limit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from math import ceil, inf

from harness.verdict.binomial import at_most
from harness.verdict.rates import ALPHA

Cells = Iterable[tuple[int, int, int]]
"""`(low, high, times)`, ascending: `times` durations lie from `low` to `high`, both included."""


def upper_rank(requests: int, share: float, alpha: float = ALPHA) -> int | None:
    """Which of the sorted durations, counted from 1, the percentile stays below with confidence 1 - `alpha`.

    None where even the slowest does not bound it: p95 takes 59 requests, p99 takes 299.
    """
    rank = _most(requests, share, alpha) + 1
    return rank if rank <= requests else None


def lower_rank(requests: int, share: float, alpha: float = ALPHA) -> int | None:
    """Which of the sorted durations, counted from 1, the percentile reaches with confidence 1 - `alpha`."""
    rank = requests - _most(requests, 1 - share, alpha)
    return rank if rank > 0 else None


def upper_value(cells: Cells, share: float, *, beyond: int = 0, alpha: float = ALPHA) -> float:
    """The upper confidence bound of a percentile, in the cells' unit; infinite where there is none."""
    held = list(cells)
    rank = upper_rank(_requests(held, beyond), share, alpha)
    return inf if rank is None else _at(held, rank)[1]


def lower_value(cells: Cells, share: float, *, beyond: int = 0, alpha: float = ALPHA) -> float:
    """The lower confidence bound of a percentile, in the cells' unit; 0 where there is none."""
    held = list(cells)
    rank = lower_rank(_requests(held, beyond), share, alpha)
    return 0.0 if rank is None else _at(held, rank)[0]


def observed_value(cells: Cells, share: float, *, beyond: int = 0) -> float:
    """The percentile of what was measured, at its cell's upper edge; infinite of nothing."""
    held = list(cells)
    return _at(held, max(1, ceil(_requests(held, beyond) * share)))[1]


def _most(requests: int, share: float, alpha: float) -> int:
    """How many of the requests fall into a share of them at most, with confidence 1 - `alpha`."""
    return bisect_left(range(requests), 1 - alpha, key=lambda most: at_most(most, requests, share))


def _requests(cells: list[tuple[int, int, int]], beyond: int) -> int:
    return sum(times for _, _, times in cells) + beyond


def _at(cells: list[tuple[int, int, int]], rank: int) -> tuple[float, float]:
    seen = 0
    for low, high, times in cells:
        seen += times
        if seen >= rank:
            return low, high
    return inf, inf
