"""Counts of durations at 0.1 % precision: a sparse HdrHistogram that adds exactly and names its own error.

The grid and the text form are HdrHistogram's (3 significant figures), so that every tool that reads its log
format reads ours. Kept are only the cells in use: a dense one takes 172 kB, and a run has thousands.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, Self

import numpy as np
from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from harness.verdict.percentiles import observed_value
from load.criteria.sentence import HIGHEST

_FIGURES = 3
_LARGEST_COUNT = 2**48
_GRID = HdrHistogram(1, HIGHEST, _FIGURES)
_UNREADABLE = (
    HdrCookieException,
    HdrHistogramSettingsException,
    HdrLengthException,
    ArithmeticError,
    AttributeError,
    IndexError,
    MemoryError,
    TypeError,
    ValueError,
    zlib.error,
)


@cache
def _upper_end(index: int) -> int:
    """Of a cell, µs."""
    return int(_GRID.get_highest_equivalent_value(_GRID.get_value_from_index(index)))


class Cell(NamedTuple):
    """Durations that cannot be told apart: `times` of them lie from `low` to `high`, both included, in µs."""

    low: int
    high: int
    times: int


class Histogram:
    """How many durations fell into which cell of the grid; microseconds, from 0 to `HIGHEST`.

    >>> durations = Histogram()
    >>> durations.record(1_990_000)
    >>> list(durations)
    [Cell(low=1989632, high=1990655, times=1)]
    """

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def record(self, microseconds: int, *, times: int = 1) -> None:
        """Count a duration; what lies outside the range is counted at its nearest end."""
        within = min(max(microseconds, 0), HIGHEST)
        self._counts[_GRID.get_counts_array_index(within)] += times

    def add(self, other: Histogram) -> None:
        """Take over every count of another histogram; exact, in any order."""
        self._counts.update(other._counts)

    @property
    def total(self) -> int:
        """How many durations were counted."""
        return self._counts.total()

    def quantile_s(self, share: float) -> float:
        """The sorted value at rank `ceil(share · n)`, in seconds: its cell's upper end, infinite of none."""
        return observed_value(self, share) / 1e6

    def spread(self, bounds: tuple[int, ...]) -> tuple[list[int], int]:
        """How many durations lie within each bound and above the one before, then above all; and their sum.

        A cell counts by its upper end. Quick: a load is asked for this while it runs.

        Args:
            bounds: µs, ascending.
        """
        counts, total = [0] * (len(bounds) + 1), 0
        for index, times in self._counts.items():
            high = _upper_end(index)
            counts[bisect_left(bounds, high)] += times
            total += high * times
        return counts, total

    def __iter__(self) -> Iterator[Cell]:
        """The cells in use, the shortest durations first."""
        for index, count in sorted(self._counts.items()):
            low = _GRID.get_value_from_index(index)
            yield Cell(low, _GRID.get_highest_equivalent_value(low), count)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self._counts == other._counts

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Histogram({self.total} durations)"

    def encode(self) -> str:
        """The text form every HdrHistogram reader understands: compressed (V2), then base64."""
        dense = HdrHistogram(1, HIGHEST, _FIGURES)
        for index, count in self._counts.items():
            dense.record_value(_GRID.get_value_from_index(index), count)
        return str(dense.encode(), "ascii")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the text form.

        Raises:
            ValueError: it is damaged, or its grid is not ours, so that its counts cannot be added exactly.
        """
        try:
            dense = HdrHistogram.decode(text.encode("ascii"))
        except _UNREADABLE as error:
            raise ValueError(f"not a histogram in HdrHistogram's V2 text form: {error!r}") from error
        grid = (dense.lowest_trackable_value, dense.highest_trackable_value, dense.significant_figures)
        if grid != (1, HIGHEST, _FIGURES):
            raise ValueError(
                f"a histogram from {grid[0]} to {grid[1]} µs with {grid[2]} figures: not our grid"
            )
        counts = np.frombuffer(dense.counts, dtype=np.uint64)
        if counts.max(initial=0) > _LARGEST_COUNT:
            raise ValueError("a histogram with a count that no run can reach")
        histogram = cls()
        for index in counts.nonzero()[0]:
            histogram._counts[int(index)] = int(counts[index])
        return histogram

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(cls.decode, core_schema.str_schema()),
            python_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(cls.encode),
        )
