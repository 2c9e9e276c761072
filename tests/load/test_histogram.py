"""Durations are counted at 0.1 % precision, add up exactly, and cannot be read off damaged text."""

from __future__ import annotations

import base64

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

from load.criteria.sentence import HIGHEST
from load.histogram import Cell, Histogram

unhurried = settings(deadline=None)
DURATIONS = st.lists(st.integers(min_value=0, max_value=HIGHEST), max_size=60)


def histogram_of(durations: list[int]) -> Histogram:
    made = Histogram()
    for each in durations:
        made.record(each)
    return made


@unhurried
@given(st.integers(min_value=0, max_value=HIGHEST))
def test_a_cell_holds_its_duration_and_is_no_wider_than_a_thousandth(duration: int) -> None:
    (cell,) = histogram_of([duration])
    assert cell.low <= duration <= cell.high
    assert cell.high - cell.low <= duration / 1000
    assert cell.times == 1


@pytest.mark.parametrize(("given", "counted"), [(-1, 0), (HIGHEST + 1, HIGHEST), (10**15, HIGHEST)])
def test_what_lies_outside_the_range_counts_at_its_nearest_end(given: int, counted: int) -> None:
    assert histogram_of([given]) == histogram_of([counted])


@unhurried
@given(DURATIONS, DURATIONS, DURATIONS)
def test_adding_is_exact_in_any_order(one: list[int], two: list[int], three: list[int]) -> None:
    left, right = histogram_of(one), histogram_of(three)
    for each in (two, three):
        left.add(histogram_of(each))
    for each in (one, two):
        right.add(histogram_of(each))
    assert left == right == histogram_of(one + two + three)
    assert left.total == len(one + two + three)


@unhurried
@given(DURATIONS)
def test_the_text_form_loses_nothing(durations: list[int]) -> None:
    made = histogram_of(durations)
    assert Histogram.decode(made.encode()) == made


def test_cells_come_sorted_with_the_shortest_first() -> None:
    assert list(histogram_of([3_000_000, 7, 3_000_001, 7])) == [
        Cell(7, 7, 2),
        Cell(2_998_272, 3_000_319, 2),
    ]


def test_another_reader_of_the_format_finds_the_same_counts() -> None:
    dense = HdrHistogram.decode(histogram_of([1_500, 2_000_000, 2_000_000]).encode())
    assert dense.get_total_count() == 3
    assert dense.get_value_at_percentile(50) == pytest.approx(2_000_000, rel=0.001)


def test_histograms_with_other_counts_differ() -> None:
    assert histogram_of([1]) != histogram_of([1, 1])
    assert histogram_of([1]) != histogram_of([2])
    assert repr(histogram_of([1, 1])) == "Histogram(2 durations)"


def test_what_is_no_histogram_is_refused() -> None:
    text = histogram_of([5, 70_000]).encode()
    raw = bytearray(base64.b64decode(text))
    raw[20] ^= 0xFF
    damaged = base64.b64encode(bytes(raw)).decode()
    for wrong in ("", "abc", "时间", text[:-8], "A" * len(text), damaged):
        with pytest.raises(ValueError, match="not a histogram"):
            Histogram.decode(wrong)


@pytest.mark.parametrize("shape", [(1, HIGHEST, 2), (1, HIGHEST // 2, 3), (10, HIGHEST, 3)], ids=str)
def test_another_grid_is_refused_because_its_counts_cannot_be_added_exactly(
    shape: tuple[int, int, int],
) -> None:
    foreign = HdrHistogram(*shape)
    foreign.record_value(500)
    with pytest.raises(ValueError, match="not our grid"):
        Histogram.decode(foreign.encode().decode())


def test_a_count_no_run_can_reach_is_refused() -> None:
    absurd = HdrHistogram(1, HIGHEST, 3)
    absurd.record_value(500, 2**48 + 1)
    with pytest.raises(ValueError, match="no run can reach"):
        Histogram.decode(absurd.encode().decode())
