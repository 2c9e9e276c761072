"""Which controls a rehearsal leaves to a longer load than its own; `tests/plugin/test_loads.py` holds the
list against what the sets of criteria and the scenarios themselves say."""

from __future__ import annotations

__all__ = ["LONGER_LOADS"]

LONGER_LOADS = frozenset({"PRF-02", "PRF-03", "PRF-04", "PRF-05", "PRF-06"})
"""None of them gates a rehearsal."""
