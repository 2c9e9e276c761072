"""Charts as paths: nothing invented between points, and every duration on its place."""

from __future__ import annotations

import pytest

from reports.page.plots import Scale, band, duration, line, stairs


def test_a_line_runs_through_its_points() -> None:
    assert line([(0, 0), (0.5, 1), (1, 0.5)]) == "M0 200L500 0L1000 100"


def test_a_line_is_broken_where_nothing_is_known_and_a_lonely_point_is_seen() -> None:
    assert line([(0, 0), None, (0.5, 1), None, (0.9, 0), (1, 0)]) == "M0 200h4M500 0h4M900 200L1000 200"
    assert line([None, None]) == ""


def test_stairs_keep_each_value_for_one_step() -> None:
    assert stairs([1, 0.5, 0.5, 0]) == "M0 0H250V100H750V200H1000"
    assert stairs([0.5, 0.5], closed=True) == "M0 100H1000V200H0Z"
    assert stairs([]) == ""


def test_a_band_lies_between_its_lines() -> None:
    assert band([(0, 0), (1, 0)], [(0, 0.5), (1, 1)]) == "M0 200L1000 200L1000 0L0 100Z"
    assert band([], []) == ""


def test_a_scale_holds_whole_decades_and_everything_in_them() -> None:
    scale = Scale.over([3.0, None, 2_000.0])
    assert (scale.low, scale.high) == (0, 4)
    assert [scale.up(ms) for ms in (1, 10, 10_000, None, 0.0001, 10.0**9)] == [0, 0.25, 1, 1, 0, 1]
    assert [(tick.at, tick.label) for tick in scale.ticks()] == [
        (100, "1 ms"),
        (75, "10 ms"),
        (50, "100 ms"),
        (25, "1 s"),
    ]


@pytest.mark.parametrize("values", [[], [None], [0.0], [5.0], [600_000.0]])
def test_a_scale_is_never_flat(values: list[float | None]) -> None:
    scale = Scale.over(values)
    assert scale.high - scale.low >= 2


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0.8, "0.8 ms"),
        (7.803, "7.8 ms"),
        (12, "12 ms"),
        (120.4, "120 ms"),
        (999.7, "1 s"),
        (2_010, "2.01 s"),
        (3_000, "3 s"),
        (19_044, "19 s"),
    ],
)
def test_durations_are_short(ms: float, text: str) -> None:
    assert duration(ms) == text
