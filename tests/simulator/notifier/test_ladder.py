"""The ladder is the official one: fifteen re-sends within 24 hours and 4 minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from harness.simulator.notifier.ladder import LADDER, OFFSETS, next_due


def test_the_steps_are_the_documented_ones() -> None:
    documented = "15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h"
    unit = {"s": 1, "m": 60, "h": 3600}
    seconds = [int(step[:-1]) * unit[step[-1]] for step in documented.split()]
    assert [step.total_seconds() for step in LADDER] == seconds


def test_it_ends_after_24_hours_and_4_minutes() -> None:
    assert sum(LADDER, timedelta()) == OFFSETS[-1] == timedelta(hours=24, minutes=4)


def test_there_are_sixteen_attempts_in_all() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    due: datetime | None = start
    climbed = []
    attempt = 1
    while due is not None:
        climbed.append(due - start)
        due = next_due(attempt, due)
        attempt += 1
    assert tuple(climbed) == OFFSETS
    assert len(climbed) == 16
