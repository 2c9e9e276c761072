"""Whether a load was answered as fast as it came: the steady state of a step, after its first second.

An endpoint that answers less than is due lets a queue grow. As long as a step is short, every single answer
may still be in time, and the same rate held for longer breaks every limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from load.histogram import Histogram
from load.measurement import Measurement

WARM_UP_S = 1
"""Seconds at the start that are left out: connections are made, and the first answers are on their way."""
KEPT_UP = 0.95
"""A step whose queue grew by less than the rest of what was due is held to have kept up."""


@dataclass(frozen=True, slots=True)
class SteadyState:
    """What was due in the seconds after the first, and what was answered in the same seconds."""

    seconds: int
    due: int
    answered: int
    failed: int
    """Requests due then that failed; they stand in no queue."""
    wait_s: float
    """What the middle one of those due in the last second took, infinite of none: newcomers stand behind the
    whole queue, and a short pause is felt by few of them."""

    @classmethod
    def of(cls, measurement: Measurement, seconds: float) -> Self:
        """Of a load at one rate for so many seconds."""
        first = int(measurement.started.timestamp())
        steady = range(first + WARM_UP_S, first + int(seconds))
        due = answered = failed = 0
        newcomers = Histogram()
        for series in measurement.series.values():
            for second in steady:
                answered += series.answered.get(second, 0)
                if (window := series.windows.get(second)) is not None:
                    due += window.requests
                    failed += window.failed
                    if second == steady[-1]:
                        newcomers.add(window.latency)
        return cls(len(steady), due, answered, failed, newcomers.quantile_s(0.5))

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def held(self) -> bool:
        """Whether as much left the queue as came to it: it is no longer at the end than a pause explains."""
        left_enough = self.answered + self.failed >= KEPT_UP * self.due
        return left_enough or self.wait_s < (1 - KEPT_UP) * self.seconds

    @property
    def told(self) -> str:
        """What became of the queue, in one sentence."""
        grew = max(0, self.due - self.failed - self.answered)
        return (
            f"{self.rate:.0f} a second were answered of {self.due / max(self.seconds, 1):.0f} that were due: "
            f"{grew} more stood in the queue after {self.seconds} s"
        )
