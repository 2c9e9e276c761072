"""What a load of the chosen set of criteria proves; `golive run --load SET` chooses it."""

from __future__ import annotations

import pytest

from harness.core.control import Blame
from harness.plugin import Journal, Load, control

pytestmark = pytest.mark.last


@control("PRF-01", dialects=(), blame=Blame.ENDPOINT)
def test_orders_are_created_often_enough(load: Load, journal: Journal) -> None:
    load.settle("PRF-01", journal)


@control("PRF-02", dialects=())
def test_payments_succeed_often_enough(load: Load, journal: Journal) -> None:
    load.settle("PRF-02", journal)


@control("PRF-03", dialects=(), blame=Blame.ENDPOINT)
def test_answers_come_in_time_from_the_moment_they_were_due(load: Load, journal: Journal) -> None:
    load.settle("PRF-03", journal)


@control("PRF-05", dialects=())
def test_a_storm_of_callbacks_changes_nothing_that_it_should_not(load: Load, journal: Journal) -> None:
    load.settle("PRF-05", journal)


@control("QRY-04", dialects=(), blame=Blame.ENDPOINT)
def test_queries_are_answered_in_time(load: Load, journal: Journal) -> None:
    load.settle("QRY-04", journal)


@control("PRF-06", dialects=(), blame=Blame.ENDPOINT)
def test_the_declared_peak_is_held_and_the_knee_is_found(load: Load, journal: Journal) -> None:
    if load.climb is not None:
        for step in sorted(load.climb.steps, key=lambda each: each.rate):
            journal.observe(step.told)
        if missing := load.climb.knee_missing:
            journal.warn(f"the knee was not found: {missing}; more generators (--processes) may reach it")
    elif over_time := [each for each in load.checks if each.control == "PRF-06"]:
        for each in over_time:
            journal.observe(each.message)
        journal.warn("for how long was measured, and no knee was looked for: golive load --capacity does")
    load.settle("PRF-06", journal)
