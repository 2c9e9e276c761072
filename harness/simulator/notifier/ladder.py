"""WeChat's official ladder: when the platform sends a callback again (facts 0.1).

15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 30 min × 3, 60 min, 3 h × 3, 6 h × 2: fifteen re-sends after the
first delivery, 24 h 4 min in all. The ladder runs on business time. Which form climbs which ladder, its row
in `harness.core.dialects` says.
"""

from __future__ import annotations

from datetime import timedelta

from harness.core.redelivery import WECHAT

LADDER: tuple[timedelta, ...] = WECHAT.ladder
"""The wait before each re-send, counted from the moment the attempt before it fell due."""

OFFSETS: tuple[timedelta, ...] = WECHAT.offsets
"""When each of the sixteen attempts falls due, counted from the first."""

next_due = WECHAT.next_due
