"""Readiness: the weight of what passed at its full grade over the weight of all that applies."""

from __future__ import annotations

from collections.abc import Iterable

from harness.core.control import Model, Severity
from harness.verdict.precedence import Standing

WEIGHT = {Severity.FATAL: 5, Severity.MUST: 3, Severity.SHOULD: 1}
_EARNED = frozenset({Standing.PASS, Standing.WARN})


class Readiness(Model):
    """A fraction of points, and the controls that it counts: who reads the per cent can work it out again."""

    points: int
    """Weight of the controls that passed at the grade they need."""
    of_points: int
    """Weight of all that apply."""
    controls: int
    """How many passed so."""
    of_controls: int
    """How many apply."""

    @property
    def percent(self) -> float:
        """Per cent of the points to one decimal, rounded down so that 95.0 is never reached by rounding."""
        return (1000 * self.points // self.of_points) / 10 if self.of_points else 0.0


def readiness_of(final: Iterable[tuple[Severity, Standing]]) -> Readiness:
    """What is ready.

    Args:
        final: of every control its severity and its standing at the grade it is confirmed at. A waived
            control applies, but it is not earned.
    """
    applies = [each for each in final if each[1] is not Standing.NOT_APPLICABLE]
    earned = [severity for severity, standing in applies if standing in _EARNED]
    return Readiness(
        points=sum(WEIGHT[severity] for severity in earned),
        of_points=sum(WEIGHT[severity] for severity, _ in applies),
        controls=len(earned),
        of_controls=len(applies),
    )
