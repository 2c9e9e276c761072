"""Holm's step-down: which of many suspicions are proven when all of them were looked for."""

from __future__ import annotations

from collections.abc import Sequence

from harness.verdict.rates import ALPHA


def holm(p_values: Sequence[float], alpha: float = ALPHA) -> tuple[bool, ...]:
    """For each p-value whether it stands; the chance that any of them stands by chance is at most `alpha`.

    The smallest is held against `alpha` over their number, the next against `alpha` over one less, and so on
    to the first that does not stand.
    """
    proven = [False] * len(p_values)
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[index] > alpha / (len(p_values) - place):
            break
        proven[index] = True
    return tuple(proven)
