"""Two runs of one load: a build that is slower is told, one that is not is never accused."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from scipy.stats import fisher_exact

from harness.core.errors import UsageError
from load.comparing.comparison import Comparison, compare
from load.comparing.row import Answer, Row, _by_chance
from load.criteria.model import Arrivals
from load.measurement import Measurement
from load.resampling import blocks_of
from tests.load.measured import CREATE, QUERY, START, criteria_of, measure

CRITERIA = criteria_of("success_rate > 95%")
SECONDS, RATE = 125, 80


@cache
def played(seed: int, factor: float = 1.0) -> Measurement:
    """Ten thousand requests whose seconds differ from each other, and resemble their neighbours."""
    draw = np.random.default_rng(seed)
    level = np.zeros(SECONDS)
    for second in range(1, SECONDS):
        level[second] = 0.6 * level[second - 1] + draw.normal(0, 0.02)
    spread = draw.normal(0, 0.1, SECONDS * RATE) + np.repeat(level, RATE)
    return measure(latencies=(20_000 * factor * np.exp(spread)).astype(int).tolist(), seconds=SECONDS)


def rows(comparison: Comparison) -> dict[str, Row]:
    return {each.what: each for each in comparison.rows}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tenth_more_at_p99_is_seen(seed: int) -> None:
    comparison = compare(played(seed), played(seed + 100, 1.1), CRITERIA)
    found = rows(comparison)["p99"]
    assert (comparison.answer, found.answer) == (Answer.WORSE, Answer.WORSE)
    assert found.low is not None
    assert 0.05 < found.low < 0.1


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_build_is_not_called_slower_and_a_quicker_one_neither(seed: int) -> None:
    same = compare(played(seed), played(seed + 100), CRITERIA)
    assert Answer.WORSE not in {each.answer for each in same.rows}
    assert compare(played(seed), played(seed + 100, 0.9), CRITERIA).answer is Answer.HELD


def test_neighbouring_seconds_that_are_slow_together_prove_less_than_their_requests() -> None:
    """One stretch of ten seconds is slow: every request by itself would prove that the build is slower."""
    calm = [20_000] * 6_000
    freak = [60_000 if 50 <= number // 60 < 60 else 20_000 for number in range(6_000)]
    found = rows(
        compare(measure(latencies=calm, seconds=100), measure(latencies=freak, seconds=100), CRITERIA)
    )
    assert found["p95"].change == pytest.approx(2.0, rel=0.01)
    assert found["p95"].answer is Answer.UNKNOWN


def test_failures_count_as_slower_than_any_answer_and_are_told_by_themselves() -> None:
    whole, broken = measure(latencies=[20_000] * 5_000), measure(latencies=[20_000] * 4_500, failed=500)
    found = rows(compare(whole, broken, CRITERIA))
    assert found["failures"].answer is Answer.WORSE
    assert found["failures"].change == pytest.approx(0.1)
    assert (found["p95"].now, found["p95"].change) == (None, None)
    assert _by_chance(8, 100, 1, 90) == pytest.approx(fisher_exact([[8, 92], [1, 89]], "greater").pvalue)
    assert rows(compare(whole, whole, CRITERIA))["failures"].answer is Answer.HELD


def test_a_run_too_small_for_a_percentile_says_how_much_longer_it_takes() -> None:
    found = rows(compare(played(1), measure(latencies=[20_000] * 500, seconds=SECONDS), CRITERIA))
    assert (found["p99"].answer, found["p99"].times) == (Answer.UNKNOWN, 4)


def test_an_endpoint_that_only_one_of_them_asked_is_not_known() -> None:
    both = measure(QUERY, [20_000] * 5_000, into=measure(CREATE, [20_000] * 5_000))
    comparison = compare(measure(CREATE, [20_000] * 5_000), both, CRITERIA)
    assert {each.answer for each in comparison.rows if each.endpoint == "query"} == {Answer.UNKNOWN}


def cut_short(run: Measurement) -> None:
    run.end(START + timedelta(seconds=SECONDS), interrupted=True)


def clock_moved(run: Measurement) -> None:
    run.drift_s = 3.0


def busy(run: Measurement) -> None:
    run.series["create/h5/mcp"].same_machine = True
    run.lag = type(run.lag)()
    run.lag.record(15_000, times=run.requests)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut_short, "this run was cut short"),
        (clock_moved, "clock was moved by +3.0 s"),
        (busy, "from 0 ms to 15 ms: this machine, which runs what was asked, was not equally busy"),
    ],
)
def test_nothing_is_claimed_of_a_run_that_was_not_the_planned_load(spoil: object, said: str) -> None:
    run = played(101, 1.5).model_copy(deep=True)
    spoil(run)  # type: ignore[operator]
    comparison = compare(played(1), run, CRITERIA)
    assert {each.answer for each in comparison.rows} == {Answer.UNKNOWN}
    assert said in comparison.reason


def test_different_loads_are_not_compared() -> None:
    other = criteria_of(
        "success_rate > 95%", arrivals=Arrivals(profile="constant", rate=51, seconds=20), amount=2
    )
    with pytest.raises(UsageError, match="different loads: arrivals, amount differ"):
        compare(played(1), played(2), CRITERIA, older=other)


def test_nothing_measured_is_no_success() -> None:
    nothing = measure()
    comparison = compare(nothing, nothing, CRITERIA)
    assert (comparison.answer, comparison.rows) == (Answer.UNKNOWN, ())
    assert blocks_of([]).requests == 0
