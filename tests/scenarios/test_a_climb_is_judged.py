"""PRF-06 wants the declared peak held and the knee found: the first without the second is a warning."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.core.control import Check, Grade, Outcome
from harness.evidence.capacity import Capacity, CapacityStep
from harness.plugin import Journal, Load
from scenarios.performance import test_load as scenarios

HELD = CapacityStep(rate=50, requests=300, failed=0, p99_ms=3, outcome=Outcome.PASS)
BROKEN = CapacityStep(rate=100, requests=600, failed=0, p99_ms=2600, outcome=Outcome.FAIL, broke="p95 < 2s")
PEAK = Check(
    control="PRF-06",
    scenario="load/capacity/create/native",
    provider="wechat",
    dialect="mcp",
    outcome=Outcome.PASS,
    grade=Grade.SIMULATED,
    started=datetime(2026, 11, 23, tzinfo=UTC),
    duration_s=6.0,
    exercised=150,
)


def judged(*steps: CapacityStep) -> Journal:
    journal = Journal(keeper=None, prefix="x")  # type: ignore[arg-type]
    climbed = Load((PEAK,), climb=Capacity(steps=steps))
    scenarios.test_the_declared_peak_is_held_and_the_knee_is_found(climbed, journal)
    return journal


def test_a_knee_that_was_found_leaves_nothing_to_say() -> None:
    journal = judged(HELD, BROKEN)
    assert (journal.warnings, journal.doubts) == ([], [])
    assert journal.observations[0].startswith("50 a second: held")


def test_a_knee_that_was_not_reached_is_a_warning_with_its_remedy() -> None:
    (warning,) = judged(HELD).warnings
    assert "the knee is above" in warning
    assert "--processes" in warning
