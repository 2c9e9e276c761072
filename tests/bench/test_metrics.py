"""Figures: medians of what was measured, ratios of neighbours, and nothing from nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.metrics import Metric, Pair, once, paired
from harness.core.errors import HarnessError

RATES = st.lists(st.floats(1, 1e6), min_size=1, max_size=9)


def test_a_value_is_the_median_and_its_ratio_the_median_of_ratios() -> None:
    found = paired("create", "1/s", [Pair(10, 20), Pair(30, 40), Pair(50, 400)], compared_with="signing")
    assert (found.value, found.baseline, found.ratio) == (30, 40, 0.5)
    assert found.samples == 3
    assert found.compared_with == "signing"


def test_the_spread_is_that_of_the_ratios() -> None:
    found = paired("create", "1/s", [Pair(10, 20), Pair(12, 20), Pair(11, 20)], compared_with="signing")
    assert found.spread == pytest.approx((0.6 - 0.5) / 0.55)


@given(RATES, st.floats(0.1, 10))
def test_a_machine_twice_as_fast_changes_no_ratio(rates: list[float], speed: float) -> None:
    here = paired("create", "1/s", [Pair(rate, 2 * rate) for rate in rates], compared_with="signing")
    there = paired(
        "create", "1/s", [Pair(speed * rate, speed * 2 * rate) for rate in rates], compared_with="signing"
    )
    assert here.ratio == pytest.approx(there.ratio) == pytest.approx(0.5)


def test_no_sample_gives_no_figure() -> None:
    with pytest.raises(HarnessError, match="no sample"):
        paired("create", "1/s", [], compared_with="signing")
    with pytest.raises(HarnessError, match="no sample"):
        Metric.of("create", "1/s", [])


@pytest.mark.parametrize("baseline", [0.0, -1.0])
def test_a_baseline_of_nothing_compares_with_nothing(baseline: float) -> None:
    with pytest.raises(HarnessError, match="compares with nothing"):
        paired("create", "1/s", [Pair(1, baseline)], compared_with="signing")
    with pytest.raises(HarnessError, match="compares with nothing"):
        once("slowest", "s", 1, baseline=baseline)


def test_one_look_without_a_baseline_has_no_ratio() -> None:
    found = once("order-memory", "B", 2048)
    assert (found.baseline, found.ratio, found.samples) == (None, None, 1)


def test_a_line_says_value_unit_ratio_and_doubt() -> None:
    many = paired("create", "1/s", [Pair(1000, 2000), Pair(1100, 2000)], compared_with="signing")
    for part in ("create", "1,050 1/s", "0.53 of signing", "±5%", "n=2"):
        assert part in many.line()
    assert once("slowest", "s", 2.5).line().endswith("2.5 s")
