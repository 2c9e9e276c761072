"""When requests are due: open arrivals, fixed before the first request is sent (decision 0017).

    schedule = Schedule.parse("10-100x60,100x120", poisson=True, seed=7)
    for number, due_s in schedule.share(0, of=2): ...

A rate over time (constant, ramp, steps) is integrated; request k is due when the integral reaches k, or,
with Poisson arrivals, the sum of k+1 exponential gaps of mean one. No answer, however late, moves a request.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.errors import UsageError

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SEGMENT = re.compile(rf"(?P<begin>{_NUMBER})(?:-(?P<end>{_NUMBER}))?x(?P<seconds>{_NUMBER})")


class Arrival(NamedTuple):
    """One request of a schedule."""

    number: int
    """From zero, over the whole schedule and not only a worker's share."""
    due_s: float
    """Seconds after the start at which it is to be sent."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in which the rate goes in a straight line from `begin` to `end` (requests a second).

    Raises:
        UsageError: the stretch has no length, a rate is negative or no number.
    """

    seconds: float
    begin: float
    end: float

    def __post_init__(self) -> None:
        numbers = (self.seconds, self.begin, self.end)
        if not all(map(math.isfinite, numbers)) or self.seconds <= 0 or min(self.begin, self.end) < 0:
            raise UsageError(
                f"no stretch of time: {self.begin:g} to {self.end:g} requests/s over {self.seconds:g} s",
                where="arrivals",
                remedy="give it more than 0 seconds and rates of 0 or more",
            )

    @property
    def requests(self) -> float:
        """The area below the rate: how many requests fall due within, as a fraction."""
        return self.seconds * (self.begin + self.end) / 2

    def __str__(self) -> str:
        end = "" if self.begin == self.end else f"-{_plain(self.end)}"
        return f"{_plain(self.begin)}{end}x{_plain(self.seconds)}"

    def when(self, area: float) -> float:
        """Seconds into the stretch at which the area below the rate reaches `area` (0 to `requests`).

        It is the root of ½·slope·t² + begin·t = area, written so that it is exact for a slope of zero too.
        """
        slope = (self.end - self.begin) / self.seconds
        root = math.sqrt(max(self.begin * self.begin + 2 * slope * area, 0.0))
        return 2 * area / (self.begin + root) if area else 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every request of a run and when it is due. The same arguments give the same moments, anywhere.

    Raises:
        UsageError: there is no stretch in it.
    """

    segments: tuple[Segment, ...]
    poisson: bool = False
    """Whether gaps are random (memoryless, as independent shoppers are) instead of even."""
    seed: int = 0
    """Of the random gaps."""

    def __post_init__(self) -> None:
        if not self.segments:
            raise UsageError("a schedule without a stretch of time", where="arrivals", remedy="e.g. 50x30")

    @classmethod
    def constant(cls, rate: float, seconds: float, *, poisson: bool = False, seed: int = 0) -> Schedule:
        """The same rate all along."""
        return cls((Segment(seconds, rate, rate),), poisson, seed)

    @classmethod
    def parse(cls, text: str, *, poisson: bool = False, seed: int = 0) -> Schedule:
        """Read stretches: `50x30` is 50/s for 30 s, `10-100x60` a ramp, a comma goes on to the next.

        Raises:
            UsageError: a stretch is written otherwise.
        """
        segments = []
        for part in text.split(","):
            found = _SEGMENT.fullmatch(part.strip())
            if found is None:
                raise UsageError(
                    f"no stretch of arrivals: {part.strip()[:40]!r}",
                    where="--arrivals",
                    remedy="write RATExSECONDS or RATE-RATExSECONDS, e.g. 50x30 or 10-100x60,100x120",
                )
            begin = float(found["begin"])
            end = begin if found["end"] is None else float(found["end"])
            segments.append(Segment(float(found["seconds"]), begin, end))
        return cls(tuple(segments), poisson, seed)

    def __str__(self) -> str:
        """As `parse` reads it: `50x30`, `10-100x60`, a comma between stretches."""
        return ",".join(map(str, self.segments))

    @property
    def duration_s(self) -> float:
        """Seconds from the start to the end of the last stretch."""
        return math.fsum(segment.seconds for segment in self.segments)

    @property
    def expected(self) -> float:
        """How many requests fall due: exactly for even gaps (rounded up), on average for random ones."""
        return math.fsum(segment.requests for segment in self.segments)

    @property
    def peak_rate(self) -> float:
        """The highest rate, in requests a second."""
        return max(max(segment.begin, segment.end) for segment in self.segments)

    @property
    def least_rate(self) -> float:
        """The lowest rate, in requests a second."""
        return min(min(segment.begin, segment.end) for segment in self.segments)

    def arrivals(self) -> Iterator[Arrival]:
        """Every request in the order in which they are due."""
        marks = self._marks()
        mark = next(marks)
        begun_s = passed = 0.0
        number = 0
        for segment in self.segments:
            until = passed + segment.requests
            while mark < until:
                yield Arrival(number, begun_s + segment.when(mark - passed))
                number += 1
                mark = next(marks)
            begun_s += segment.seconds
            passed = until

    def share(self, index: int, of: int) -> Iterator[Arrival]:
        """What worker `index` of `of` sends: every `of`-th request; the shares together are the whole.

        Raises:
            UsageError: there is no such worker.
        """
        if not 0 <= index < of:
            raise UsageError(f"no worker {index} of {of}", where="arrivals", remedy="count workers from zero")
        return itertools.islice(self.arrivals(), index, None, of)

    def _marks(self) -> Iterator[float]:
        """Where on the area below the rate each request stands."""
        if not self.poisson:
            yield from map(float, itertools.count())
        gap = random.Random(self.seed).expovariate  # noqa: S311 - reproducible on purpose, and no secret
        mark = 0.0
        while True:
            mark += gap(1.0)
            yield mark


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
