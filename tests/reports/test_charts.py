"""Where time went, as bars that fit their drawing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.core.control import Outcome, Step
from harness.verdict import Standing
from reports.page.charts import SLOWEST, seconds, slowest, timeline, whole
from tests.reports.sample_run import START, check


def test_checks_lie_on_the_clock_of_the_run() -> None:
    first = check("CBK-01", duration_s=1.0)
    second = check("CBK-02", started=START + timedelta(seconds=3), duration_s=1.0, outcome=Outcome.FAIL)
    rows = timeline([second, first])
    assert [(row[0].label, row[0].left, row[0].width) for row in rows] == [
        ("CBK-01", 0.0, 25.0),
        ("CBK-02", 75.0, 25.0),
    ]
    assert rows[1][0].standing is Standing.FAIL
    assert whole([first, second]) == 4.0


def test_checks_of_one_control_share_a_row() -> None:
    rows = timeline([check("CBK-01", scenario=f"test_{number}") for number in range(3)])
    assert [len(row) for row in rows] == [3]


def test_a_check_of_no_time_is_still_seen() -> None:
    bar = timeline([check("CBK-01", duration_s=0.0)])[0][0]
    assert bar.width > 0
    assert bar.left + bar.width <= 100


def test_without_checks_nothing_is_drawn() -> None:
    assert (timeline([]), slowest([]), whole([])) == ((), (), 1.0)


def test_the_slowest_come_first_and_share_a_scale() -> None:
    checks = [check("CBK-01", scenario=f"test_{number}", duration_s=float(number)) for number in range(1, 11)]
    falls = slowest(checks)
    assert [fall.whole.seconds for fall in falls] == [10.0, 9.0, 8.0, 7.0, 6.0, 5.0]
    assert len(falls) == SLOWEST
    assert (falls[0].whole.width, falls[1].whole.width) == (100.0, 90.0)


def test_steps_lie_within_their_check() -> None:
    steps = (Step(name="pay", offset_s=1.0, duration_s=2.0),)
    fall = slowest([check("CBK-01", duration_s=4.0, steps=steps)])[0]
    assert [(step.label, step.left, step.width) for step in fall.steps] == [("pay", 25.0, 50.0)]


def test_a_scenario_of_two_controls_is_drawn_once() -> None:
    both = [check(id_, scenario="test_both", duration_s=1.0) for id_ in ("CBK-01", "CBK-02")]
    assert len(slowest(both)) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.004, "0.00 s"), (0.42, "0.42 s"), (9.94, "9.94 s"), (12.34, "12.3 s"), (185.0, "3 min 05 s")],
)
def test_durations_read_well(value: float, text: str) -> None:
    assert seconds(value) == text
