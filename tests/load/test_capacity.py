"""The climb to the knee: which rates are tried, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.control import Outcome
from harness.evidence.capacity import Capacity, CapacityStep
from load.acceptance import accept
from load.capacity import FASTEST, checks_of, climb, step_of
from tests.load.measured import criteria_of, measure


def endpoint(holds_to: float, *, generator_to: float = 1e9) -> Callable[[float], CapacityStep]:
    """A load at a rate against an endpoint of this capacity, by a generator of that one."""

    def step(rate: float) -> CapacityStep:
        late, broken = rate > generator_to, rate > holds_to
        outcome = Outcome.INCONCLUSIVE if late else Outcome.FAIL if broken else Outcome.PASS
        return CapacityStep(
            rate=rate,
            answered=min(rate, holds_to),
            requests=int(rate * 6),
            failed=0,
            p50_ms=1,
            p99_ms=9,
            outcome=outcome,
            broke="late" if late else "p95 < 2s: too slow" if broken else "",
            saturated=late,
        )

    return step


def rates(climbed: Capacity) -> list[float]:
    return [step.rate for step in climbed.steps]


def test_it_doubles_until_a_criterion_breaks_and_halves_the_gap_twice() -> None:
    climbed = climb(50, endpoint(330))
    assert rates(climbed) == [50, 100, 200, 400, 300, 350]
    assert climbed.knee_told == "300 requests a second held, 350 did not: p95 < 2s: too slow"


def test_a_peak_that_does_not_hold_is_followed_down() -> None:
    climbed = climb(50, endpoint(33))
    assert rates(climbed) == [50, 25, 37.5]
    assert climbed.knee_told == "25 requests a second held, 37.5 did not: p95 < 2s: too slow"


def test_a_generator_that_cannot_keep_up_is_not_called_the_endpoint_s_knee() -> None:
    climbed = climb(50, endpoint(1e9, generator_to=300))
    assert rates(climbed) == [50, 100, 200, 400, 300, 350]
    assert climbed.knee_told == "300 requests a second held; at 350 the generator itself was too slow: late"


def test_a_knee_below_what_the_generator_can_do_is_found_all_the_same() -> None:
    climbed = climb(50, endpoint(290, generator_to=350))
    assert rates(climbed) == [50, 100, 200, 400, 300, 250]
    assert climbed.knee_told == "250 requests a second held, 300 did not: p95 < 2s: too slow"


def test_nobody_climbs_for_ever() -> None:
    climbed = climb(50, endpoint(1e9))
    assert max(rates(climbed)) == FASTEST
    assert (
        climbed.knee_told
        == f"{FASTEST:g} requests a second held, and no higher one was tried: the knee is above"
    )


def test_no_step_begins_when_the_time_is_over() -> None:
    seconds = iter([0.0, *(range(10, 1000, 10))])
    climbed = climb(50, endpoint(1e9), clock=lambda: next(seconds), longest_s=25)
    assert rates(climbed) == [50, 100, 200]
    assert climbed.cut_short


@pytest.mark.parametrize("holds_to", [10, 130, 5_000])
def test_what_held_is_always_below_what_did_not(holds_to: float) -> None:
    climbed = climb(50, endpoint(holds_to))
    knee, broken = climbed.knee, climbed.broken
    assert broken is None or knee is None or knee < broken.rate
    assert knee is None or knee <= holds_to


def stepped(rate: int, answers: float, *, late_us: int = 0) -> tuple[CapacityStep, set[Outcome]]:
    """Six seconds at a rate, against an endpoint that answers so many a second and lets the others queue."""
    waits = [int(1e6 * max(0.0, number / answers - number / rate)) + 5_000 for number in range(rate * 6)]
    criteria = criteria_of("success_rate > 95%", "p95 < 2s")
    arrivals = criteria.arrivals.model_copy(update={"rate": float(rate), "seconds": 6.0})
    measurement = measure(latencies=[each + late_us for each in waits], seconds=6, lag=lambda number: late_us)
    acceptance = accept(measurement, criteria.model_copy(update={"arrivals": arrivals}))
    step = step_of(acceptance)
    return step, {each.outcome for each in checks_of(acceptance, step)}


def test_a_rate_that_is_answered_as_fast_as_it_comes_is_held() -> None:
    step, checks = stepped(280, 281)
    assert (step.held, step.answered, checks) == (True, 280, {Outcome.PASS})


def test_a_queue_that_grows_breaks_a_step_although_every_answer_was_in_time() -> None:
    step, checks = stepped(280, 238.7)
    assert (step.outcome, step.saturated, checks) == (Outcome.FAIL, False, {Outcome.FAIL})
    assert step.answered == pytest.approx(238.7, rel=0.02)
    assert step.broke.startswith("239 a second were answered of 280 that were due")


def test_a_queue_behind_a_late_generator_is_not_called_the_endpoint_s() -> None:
    step, checks = stepped(280, 238.7, late_us=50_000)
    assert (step.outcome, step.saturated, checks) == (Outcome.INCONCLUSIVE, True, {Outcome.INCONCLUSIVE})


def test_a_short_pause_at_the_end_of_a_step_is_no_growing_queue() -> None:
    waits = [5_000] * (100 * 6 - 30) + [300_000] * 30
    criteria = criteria_of("success_rate > 95%")
    arrivals = criteria.arrivals.model_copy(update={"rate": 100.0, "seconds": 6.0})
    measurement = measure(latencies=waits, seconds=6)
    assert step_of(accept(measurement, criteria.model_copy(update={"arrivals": arrivals}))).held
