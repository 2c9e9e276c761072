"""How sure a ratio of two percentiles is: a bootstrap over blocks of seconds.

Requests of one moment are slow together, so single requests prove less than they seem to. What is drawn again
and again, with replacement, is therefore a block of neighbouring seconds with every request in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil, inf, isinf, nan
from sys import maxsize
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from load.series import Series

FEWEST_BLOCKS = 12
"""With fewer a run is too short to tell how much one stretch of it differs from another."""
_DRAWS = 4_000
_AT_ONCE = 250
"""Draws that are held in memory together."""


class Blocks(NamedTuple):
    """The requests of one endpoint, stretch by stretch."""

    durations: NDArray[np.float64]
    """µs, ascending: every length that occurred."""
    counts: NDArray[np.float32]
    """Blocks × durations: how many requests took so long."""
    failed: NDArray[np.float32]
    """Of each block, how many failed and were not spoilt by this machine: slower than any duration."""

    @property
    def requests(self) -> int:
        """How many requests it rests on."""
        return int(self.counts.sum() + self.failed.sum())

    def percentile(self, share: float) -> float:
        """As measured, µs; infinite where it is a failed request, or there is none."""
        return float(self._percentiles(np.ones((1, len(self.failed)), np.float32), share)[0])

    def drawn(self, share: float, seed: int) -> NDArray[np.float64]:
        """The percentile of as many blocks, drawn at random with replacement, time after time."""
        draw = np.random.default_rng(seed)
        blocks = len(self.failed)
        parts = []
        for start in range(0, _DRAWS, _AT_ONCE):
            times = min(_AT_ONCE, _DRAWS - start)
            weights = draw.multinomial(blocks, np.full(blocks, 1 / blocks), times).astype(np.float32)
            parts.append(self._percentiles(weights, share))
        return np.concatenate(parts)

    def _percentiles(self, weights: NDArray[np.float32], share: float) -> NDArray[np.float64]:
        reached = (weights @ self.counts).cumsum(axis=1)
        answered = reached[:, -1] if reached.shape[1] else np.zeros(len(weights), np.float32)
        rank = np.maximum(1, np.ceil((answered + weights @ self.failed) * share - 1e-6))
        place = (reached < rank[:, None]).sum(axis=1)
        return np.asarray(np.append(self.durations, inf)[place], np.float64)


def blocks_of(series: Iterable[Series], *, between: tuple[int, int] | None = None) -> Blocks:
    """The requests of these series together: what the server surely took, by the second they were due in.

    A block is as long as the cube root of the run, in seconds: long enough for what is slow together, and
    there are many of them.

    Args:
        between: only of these seconds, the first included; None: of the whole run.
    """
    first, last = between or (0, maxsize)
    held = [
        {second: window for second, window in each.windows.items() if first <= second < last}
        for each in series
    ]
    seconds = sorted(set().union(*held))
    if not seconds:
        return Blocks(np.zeros(0), np.zeros((0, 0), np.float32), np.zeros(0, np.float32))
    first = seconds[0]
    lasting = seconds[-1] + 1 - first
    length = max(1, ceil(lasting ** (1 / 3)))
    times: list[Counter[int]] = [Counter() for _ in range(max(1, lasting // length))]
    failed = np.zeros(len(times), np.float32)
    for each in held:
        for second, window in each.items():
            place = min((second - first) // length, len(times) - 1)  # the rest belongs to the last block
            failed[place] += window.failed - window.excused
            for cell in window.service:
                times[place][cell.high] += cell.times
    durations = sorted(set().union(*times))
    where = {duration: column for column, duration in enumerate(durations)}
    counts = np.zeros((len(times), len(durations)), np.float32)
    for row, block in enumerate(times):
        for duration, number in block.items():
            counts[row, where[duration]] = number
    return Blocks(np.array(durations, np.float64), counts, failed)


class Ratio(NamedTuple):
    """How much longer a percentile is now: 1.1 is a tenth longer."""

    observed: float
    low: float
    """It is at least so much, with the confidence that was asked for; 0 where nothing can be said."""
    high: float
    """It is at most so much; infinite where nothing can be said."""


def ratio(before: Blocks, now: Blocks, share: float, *, low_alpha: float, high_alpha: float) -> Ratio:
    """The ratio of two percentiles with its bounds.

    Args:
        low_alpha: how often the lower bound may be above the truth; `high_alpha` alike.
    """
    old, new = before.percentile(share), now.percentile(share)
    if isinf(old) or old == 0:
        return Ratio(nan, 0.0, inf)
    with np.errstate(invalid="ignore"):  # endless over endless says nothing, and counts for neither side
        drawn = now.drawn(share, seed=1) / np.maximum(before.drawn(share, seed=2), 1)
    low = float(np.quantile(np.nan_to_num(drawn, nan=0.0), low_alpha, method="lower"))
    high = float(np.quantile(np.nan_to_num(drawn, nan=inf), 1 - high_alpha, method="higher"))
    return Ratio(new / old, low, high)
