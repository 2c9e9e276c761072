"""This machine's own time: moments that never jump, a wall clock that does, a process kept waiting."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import gevent
import pytest

from load.own_time import SLACK_S, TICK_S, OwnTime


class Clocks:
    """Two clocks that tests move."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_790_000_000.0, 50.0

    def pass_s(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def own(clocks: Clocks) -> OwnTime:
    return OwnTime(wall=lambda: clocks.wall, steady=lambda: clocks.steady)


@pytest.mark.parametrize("step_s", [-120.0, 3_600.0])
def test_moments_do_not_jump_with_the_wall_clock_and_its_step_is_kept(
    clocks: Clocks, own: OwnTime, step_s: float
) -> None:
    own.tick()
    clocks.pass_s(1)
    clocks.wall += step_s
    own.tick()
    clocks.pass_s(1)
    clocks.wall -= step_s
    own.tick()
    assert own.date() == datetime.fromtimestamp(1_790_000_002, UTC)
    assert own.drift_s == step_s, "it was put right again, and signatures were wrong all the same"


def test_a_moment_and_its_microseconds_are_the_same(own: OwnTime) -> None:
    assert own.moment(own.at(51.25)) == 51.25
    assert own.at(51.25) - own.at(50.25) == 1_000_000


def test_what_came_late_is_counted_and_what_came_in_time_is_not(clocks: Clocks, own: OwnTime) -> None:
    own.tick()
    clocks.pass_s(TICK_S + SLACK_S)
    own.tick()
    assert own.paused_s() == pytest.approx(0)
    clocks.pass_s(TICK_S + SLACK_S + 0.7)
    assert own.paused_s() == pytest.approx(0.7), "known before the turn that comes late is taken"
    own.tick()
    clocks.pass_s(TICK_S)
    assert own.paused_s() == pytest.approx(0.7)


def test_nobody_waits_for_a_turn_before_the_watch_begins_and_after_it_ends(
    clocks: Clocks, own: OwnTime
) -> None:
    clocks.pass_s(60)
    with own.watched():
        gevent.sleep(0)
    clocks.pass_s(60)
    assert own.paused_s() == 0


def test_a_loop_that_is_blocked_for_half_a_second_has_not_had_its_turn() -> None:
    own = OwnTime()
    with own.watched():
        gevent.sleep(0.05)
        before = own.paused_s()
        until = time.perf_counter() + 0.5
        while time.perf_counter() < until:
            pass
        assert own.paused_s() - before > 0.4
