"""Wire time is real; business time is real time plus what tests have moved, and never runs backwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from harness.core.clock import BEIJING, BusinessClock, rfc3339, wire_now

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_wire_time_is_aware_and_now() -> None:
    before = datetime.now(UTC)
    assert before <= wire_now() <= datetime.now(UTC)
    assert wire_now().tzinfo is UTC


def test_the_platform_writes_times_in_beijing_to_the_second() -> None:
    assert rfc3339(datetime(2018, 6, 8, 2, 34, 56, 789, tzinfo=UTC)) == "2018-06-08T10:34:56+08:00"
    assert BEIJING.utcoffset(None) == timedelta(hours=8)


def test_business_time_is_real_time_until_it_is_moved() -> None:
    clock = BusinessClock(lambda: NOON)
    assert (clock.now(), clock.offset) == (NOON, timedelta())
    assert clock.advance(timedelta(hours=24)) == NOON + timedelta(hours=24)
    assert clock.advance(timedelta()) == clock.now() == NOON + clock.offset


def test_business_time_goes_on_with_real_time_after_a_move() -> None:
    real = [NOON]
    clock = BusinessClock(lambda: real[0])
    clock.advance(timedelta(hours=1))
    real[0] += timedelta(minutes=5)
    assert clock.now() == NOON + timedelta(hours=1, minutes=5)


def test_business_time_never_runs_backwards() -> None:
    clock = BusinessClock(lambda: NOON)
    with pytest.raises(ValueError, match="never runs backwards"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == NOON


def test_moves_from_several_threads_all_count() -> None:
    clock = BusinessClock(lambda: NOON)

    def move() -> None:
        for _ in range(200):
            clock.advance(timedelta(seconds=1))

    threads = [threading.Thread(target=move) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.offset == timedelta(seconds=1600)
