"""Readiness per cent: the weight of what passed at its full grade over the weight of all that applies."""

from __future__ import annotations

from collections.abc import Iterable

from harness.core.control import Severity
from harness.verdict.precedence import Standing

WEIGHT = {Severity.FATAL: 5, Severity.MUST: 3, Severity.SHOULD: 1}
_EARNED = frozenset({Standing.PASS, Standing.WARN})


def readiness_percent(final: Iterable[tuple[Severity, Standing]]) -> float:
    """Per cent to one decimal, rounded down so that 95.0 is never reached by rounding.

    Args:
        final: of every control its severity and its standing at the grade it is confirmed at. A waived
            control applies, but it is not earned.
    """
    total = earned = 0
    for severity, standing in final:
        if standing is Standing.NOT_APPLICABLE:
            continue
        total += WEIGHT[severity]
        earned += WEIGHT[severity] if standing in _EARNED else 0
    return (1000 * earned // total) / 10 if total else 0.0
