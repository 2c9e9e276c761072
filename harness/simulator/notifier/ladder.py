"""The official ladder: when the platform sends a callback again (facts 0.1).

15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 30 min × 3, 60 min, 3 h × 3, 6 h × 2: fifteen re-sends after the
first delivery, 24 h 4 min in all. The ladder runs on business time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate

LADDER: tuple[timedelta, ...] = tuple(
    timedelta(seconds=seconds)
    for seconds in (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
)
"""The wait before each re-send, counted from the moment the attempt before it fell due."""

OFFSETS: tuple[timedelta, ...] = (timedelta(), *accumulate(LADDER))
"""When each of the sixteen attempts falls due, counted from the first."""


def next_due(attempt: int, due: datetime) -> datetime | None:
    """When the attempt after `attempt` (1-based, itself due at `due`) falls due; None after the last."""
    return due + LADDER[attempt - 1] if attempt <= len(LADDER) else None
