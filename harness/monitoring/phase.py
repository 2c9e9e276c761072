"""How figures moved while something was done, against how far they have to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.monitoring.exposition import Figures, Timing

_ROUNDING = 1e-6
NOTHING = Timing(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Span:
    """How far a figure has to move: the least and the most."""

    least: float
    most: float

    @classmethod
    def of(cls, value: float) -> Span:
        """Exactly that far."""
        return cls(value, value)

    def holds(self, moved: float) -> bool:
        """Whether it moved as far; what is added up in floats is never exact."""
        slack = _ROUNDING * max(1.0, abs(self.most))
        return self.least - slack <= moved <= self.most + slack

    def __str__(self) -> str:
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Phase:
    """One thing that was done, and the figures before and after it."""

    done: str
    """In words."""
    before: Figures
    after: Figures
    expected: Mapping[str, Span] = field(default_factory=dict)
    """By the text of a selector."""

    def moved(self, series: str) -> float:
        """How far it moved; one that is not there yet stood at zero."""
        return self.after.values.get(series, 0.0) - self.before.values.get(series, 0.0)

    def timed(self, series: str) -> Timing:
        """What a histogram or a summary took in meanwhile."""
        before, after = (each.timings.get(series, NOTHING) for each in (self.before, self.after))
        buckets = {bound: held - before.buckets.get(bound, 0.0) for bound, held in after.buckets.items()}
        return Timing(after.count - before.count, after.total - before.total, buckets)

    @property
    def restarted(self) -> bool:
        """Whether the app says that it was started meanwhile."""
        return self.before.started is not None and self.before.started != self.after.started

    @property
    def has_arrived(self) -> bool:
        """Whether all has moved as far as it has to at least."""
        return all(self.moved(series) >= span.least - _ROUNDING for series, span in self.expected.items())

    def wrong(self, series: str) -> str:
        """What is wrong with how a counter moved, in words; empty: nothing."""
        moved, span = self.moved(series), self.expected[series]
        if span.holds(moved):
            return ""
        if moved < 0:
            stood = self.before.values.get(series, 0.0)
            fell = f"{series} fell from {stood:g} to {stood + moved:g} while {self.done}"
            return f"{fell}, and a counter never does"
        return f"{series} moved by {moved:g} while {self.done}: it has to move by {span}"
