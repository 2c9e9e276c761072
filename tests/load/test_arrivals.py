"""A schedule is a fact: its moments are fixed, in order, as many as the rate says; shares are the whole."""

from __future__ import annotations

import heapq
import math
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import UsageError
from load.arrivals import Schedule, Segment

unhurried = settings(deadline=None)
RATES = st.floats(0, 300)
SEGMENTS = st.builds(Segment, st.floats(0.05, 5), RATES, RATES)
SCHEDULES = st.builds(
    Schedule, st.lists(SEGMENTS, min_size=1, max_size=3).map(tuple), st.booleans(), st.integers(0, 99)
)


@unhurried
@given(SCHEDULES)
def test_moments_are_in_order_and_within_the_schedule(schedule: Schedule) -> None:
    moments = [arrival.due_s for arrival in schedule.arrivals()]
    assert all(earlier <= later for earlier, later in pairwise(moments))
    assert all(0 <= moment <= schedule.duration_s * (1 + 1e-9) for moment in moments)


@unhurried
@given(SCHEDULES, st.integers(1, 7))
def test_the_shares_of_all_workers_are_the_schedule_and_no_request_is_in_two(
    schedule: Schedule, workers: int
) -> None:
    shares = [schedule.share(index, workers) for index in range(workers)]
    assert list(heapq.merge(*shares)) == list(schedule.arrivals())


@unhurried
@given(SCHEDULES, st.integers(2, 7))
def test_no_worker_has_more_than_one_request_more_than_another(schedule: Schedule, workers: int) -> None:
    sizes = [sum(1 for _ in schedule.share(index, workers)) for index in range(workers)]
    assert max(sizes) - min(sizes) <= 1


@unhurried
@given(st.lists(SEGMENTS, min_size=1, max_size=4))
def test_even_arrivals_are_as_many_as_the_rate_adds_up_to(segments: list[Segment]) -> None:
    schedule = Schedule(tuple(segments))
    many = sum(1 for _ in schedule.arrivals())
    assert many == pytest.approx(schedule.expected, abs=1.001)


def test_a_constant_rate_is_a_request_every_gap_from_the_start_on() -> None:
    moments = [arrival.due_s for arrival in Schedule.constant(50, 30).arrivals()]
    assert len(moments) == 1500
    assert moments[0] == 0.0
    assert moments == pytest.approx([number / 50 for number in range(1500)])


def test_a_ramp_is_thinner_where_the_rate_is_lower() -> None:
    moments = [arrival.due_s for arrival in Schedule.parse("0-100x10").arrivals()]
    assert len(moments) == 500
    # Half the time of a ramp from nothing holds a quarter of its requests.
    assert sum(moment < 5 for moment in moments) == 125
    assert moments[-1] == pytest.approx(math.sqrt(499 / 5))


def test_steps_follow_one_another_without_a_gap() -> None:
    moments = [arrival.due_s for arrival in Schedule.parse("10x2,20x2").arrivals()]
    assert len(moments) == 60
    assert moments[19:22] == pytest.approx([1.9, 2.0, 2.05])


def test_a_stretch_of_silence_holds_nothing() -> None:
    moments = [arrival.due_s for arrival in Schedule.parse("10x1,0x5,10x1").arrivals()]
    assert not [moment for moment in moments if 1.0 <= moment < 6.0]
    assert len(moments) == 20


def test_random_gaps_have_the_mean_and_the_spread_of_a_poisson_process() -> None:
    moments = [arrival.due_s for arrival in Schedule.constant(100, 400, poisson=True, seed=5).arrivals()]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    mean = math.fsum(gaps) / len(gaps)
    spread = math.sqrt(math.fsum((gap - mean) ** 2 for gap in gaps) / len(gaps))
    assert len(moments) == pytest.approx(40_000, abs=4 * 200)
    assert mean == pytest.approx(0.01, rel=0.02)
    assert spread == pytest.approx(mean, rel=0.03)


def test_the_same_seed_gives_the_same_moments_and_another_gives_others() -> None:
    first, again, other = (
        list(islice(Schedule.constant(100, 5, poisson=True, seed=seed).arrivals(), 50)) for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    "text",
    ["", "50", "50x", "x30", "50x0", "-5x10", "50x10,", "1e9x1", "10-x5", "nanx5", "5 x 5"],
    ids=lambda text: text or "nothing",
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Schedule.parse(text)


def test_there_is_no_third_share_of_two() -> None:
    with pytest.raises(UsageError, match="no worker 2 of 2"):
        Schedule.constant(1, 1).share(2, 2)
