"""How much is measured: a full run within nine minutes, or a quick look within one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of a run.

    Args:
        repetitions: how often each server is measured, in turn with its baseline.
        requests: of one repetition.
        warm_up: requests before the first repetition, which count for nothing.
        orders: that the memory benchmark places.
        many: that the benchmark of scale places.
        rehearse: whether a whole rehearsal is run; without, times come from the newest run record.
    """

    repetitions: int
    requests: int
    warm_up: int
    orders: int
    many: int
    rehearse: bool


FULL = Plan(repetitions=5, requests=1500, warm_up=400, orders=10_000, many=100_000, rehearse=True)
QUICK = Plan(repetitions=2, requests=400, warm_up=100, orders=2_000, many=10_000, rehearse=False)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a benchmark is given: the plan, a folder to write in, and somebody to tell of its progress."""

    plan: Plan
    scratch: Path
    say: Callable[[str], None]
