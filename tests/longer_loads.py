"""Which controls a rehearsal leaves to a longer load than its own; `tests/plugin/test_loads.py` holds the
list against what the sets of criteria and the scenarios themselves say."""

from __future__ import annotations

from harness.core.control import Control
from harness.verdict.gates import requirements
from reports.checklist import load

__all__ = ["LONGER_LOADS", "of_a_rehearsal"]

LONGER_LOADS = frozenset({"PRF-02", "PRF-03", "PRF-04", "PRF-05", "PRF-06"})
"""None of them gates a rehearsal."""


def of_a_rehearsal() -> list[Control]:
    """The controls that gate a rehearsal and have a check."""
    checklist = load()
    wanted = requirements(checklist.gates, checklist.controls, checked=checklist.exercised)["rehearsal"]
    ids = {each.control for each in wanted} & checklist.exercised
    return [each for each in checklist.controls if each.id in ids]
