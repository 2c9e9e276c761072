"""How the shop counts what happens, for those who watch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.money import Fen


def share_of_all(made: float, failed: float) -> float:
    """Which part of the payments were made; of none, all."""
    return made / (made + failed) if made + failed else 1.0


@dataclass(frozen=True, slots=True)
class Counting:
    """The right ways, each of which a defect may replace."""

    ratio: Callable[[float, float], float] = share_of_all
    """The success rate, of payments that were made and that failed."""
    taken: Callable[[float], float] = float
    """What is written down of so many seconds."""
    money: Callable[[Fen], float] = int
    """What is added up of so many fen."""
    counts_callback: Callable[[str], bool] = lambda result: True
    """Whether a callback that ended like that is counted."""


COUNTING = Counting()
"""As a correct shop counts."""
