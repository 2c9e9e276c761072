"""The climb to the knee: which rates are tried, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.control import Outcome
from harness.evidence.capacity import Capacity, CapacityStep
from load.capacity import FASTEST, climb


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
