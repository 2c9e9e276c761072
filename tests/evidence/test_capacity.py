"""What a climb tells: where the knee is, or why it is not known."""

from __future__ import annotations

import pytest

from harness.core.control import Outcome
from harness.evidence.capacity import Capacity, CapacityStep


def step(rate: float, broke: str = "", *, saturated: bool = False) -> CapacityStep:
    return CapacityStep(
        rate=rate,
        requests=100,
        failed=0,
        p99_ms=12.5,
        outcome=Outcome.FAIL if broke else Outcome.PASS,
        broke=broke,
        saturated=saturated,
    )


def test_the_knee_is_known_where_the_service_broke() -> None:
    climbed = Capacity(steps=(step(50), step(100), step(200, "p95 < 2s"), step(150)))
    assert (climbed.knee, climbed.knee_missing) == (150, "")


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (step(100), "so the knee is above"),
        (step(200, "late", saturated=True), "the generator itself was too slow"),
    ],
    ids=["nothing broke", "the generator was late"],
)
def test_it_is_not_known_where_nothing_of_the_service_broke(last: CapacityStep, why: str) -> None:
    assert why in Capacity(steps=(step(50), last)).knee_missing


def test_a_late_generator_above_the_knee_does_no_harm() -> None:
    climbed = Capacity(steps=(step(50), step(200, "late", saturated=True), step(100, "p95 < 2s")))
    assert (climbed.knee, climbed.knee_missing) == (50, "")


def test_a_step_is_told_in_words() -> None:
    assert step(50).told == "50 a second: held, 0 failed, p99 12.5 ms"
    assert step(50, "p95 < 2s").told == "50 a second: not held, 0 failed, p99 12.5 ms; p95 < 2s"
