"""Loads that nobody waits for: as many requests as a set of criteria plans, all quick, and none failed.

What they prove is concluded from the criteria that the product ships; only the requests are made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from harness.core.control import Check, Grade
from harness.plugin import Load, PageLoads
from harness.plugin.session.journal import Journal
from load.acceptance import accept
from load.criteria.choice import PROBE, controls_of
from load.criteria.file import load_set
from load.measurement import Measurement
from scenarios.performance import test_load, test_page_speed
from tests.load.measured import START, measure
from tests.reports.sample_load import climb
from tests.week.exercised import Act, exercised

NIGHTLY, CAPACITY = "nightly", "capacity"
BRIEF_MS = 180
SCENARIOS = {
    "PRF-01": test_load.test_orders_are_created_often_enough,
    "PRF-02": test_load.test_payments_succeed_often_enough,
    "PRF-03": test_load.test_answers_come_in_time_from_the_moment_they_were_due,
    "PRF-05": test_load.test_a_storm_of_callbacks_changes_nothing_that_it_should_not,
    "PRF-06": test_load.test_the_declared_peak_is_held_and_the_knee_is_found,
    "QRY-04": test_load.test_queries_are_answered_in_time,
}
PAGE_SPEED = test_page_speed.test_the_payment_page_can_be_used_in_time_on_a_slow_phone


def checks_of_load(name: str, moment: datetime, grade: Grade) -> Iterator[Check]:
    """The checks of a run that was made with `--load NAME`; a page's speed is among those of a rehearsal."""
    load = _calm(name)
    begun = tuple(check.model_copy(update={"started": moment}) for check in load.checks)
    for control in sorted(controls_of(name)):
        act = _settling(control, Load(begun, load.climb))
        yield from exercised(control, _id(test_load, SCENARIOS[control]), act, moment=moment, grade=grade)
    if name != PROBE:
        scenario = f"{_id(test_page_speed, PAGE_SPEED)}[chromium]"
        yield from exercised("PRF-04", scenario, _page, moment=moment, grade=grade)


def seconds_of(name: str) -> float:
    """How long such a load takes."""
    return float(load_set(name).arrivals.seconds)


@cache
def _calm(name: str) -> Load:
    criteria = load_set(name)
    planned = {
        key: count for criterion in criteria.criteria for key, count in criteria.expected(criterion).items()
    }
    measurement = Measurement(started=START)
    for key, count in planned.items():
        measure(key, [BRIEF_MS * 1000] * count, seconds=seconds_of(name), into=measurement)
    return Load(accept(measurement, criteria).checks(Grade.SIMULATED), climb() if name == CAPACITY else None)


def _settling(control: str, load: Load) -> Act:
    return lambda journal: SCENARIOS[control](load, journal)


def _page(journal: Journal) -> None:
    loads = PageLoads(planned=test_page_speed.LOADS, limit_s=test_page_speed.LIMIT_S)
    while not loads.over:
        loads.add(1.4, disturbed=False)
    loads.settle(journal)


def _id(module: object, scenario: object) -> str:
    path = getattr(module, "__name__").replace(".", "/")  # noqa: B009 - of a module that a type checker knows
    return f"{path}.py::{getattr(scenario, '__name__')}"  # noqa: B009
