"""Percentiles: order statistics as bounds, over samples and cells, failed requests at the slow end."""

from __future__ import annotations

import random
from itertools import groupby
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.verdict.percentiles import lower_rank, lower_value, observed_value, upper_rank, upper_value
from harness.verdict.rates import lower_bound

unhurried = settings(deadline=None)
SHARES = st.sampled_from([0.5, 0.9, 0.95, 0.99])


def exact(durations: list[int]) -> list[tuple[int, int, int]]:
    """Sorted durations as cells of no width."""
    return [(each, each, len(list(same))) for each, same in groupby(sorted(durations))]


@pytest.mark.parametrize(
    ("requests", "share", "rank"),
    [
        (0, 0.95, None),
        (58, 0.95, None),
        (59, 0.95, 59),
        (298, 0.99, None),
        (299, 0.99, 299),
        (1_000, 0.95, 962),
        (1_000, 0.99, 996),
    ],
)
def test_the_sorted_value_that_bounds_a_percentile_is_the_published_one(
    requests: int, share: float, rank: int | None
) -> None:
    assert upper_rank(requests, share) == rank


@unhurried
@given(st.integers(0, 3_000), SHARES)
def test_ranks_are_the_first_and_the_last_with_95_percent(requests: int, share: float) -> None:
    upper, lower = upper_rank(requests, share), lower_rank(requests, share)
    if upper is None:
        assert share**requests > 0.05, "even the slowest lies below the percentile too often"
    else:
        assert binom.cdf(upper - 1, requests, share) >= 0.95 - 1e-12
        assert binom.cdf(upper - 2, requests, share) < 0.95
    if lower is None:
        assert (1 - share) ** requests > 0.05
    else:
        assert binom.sf(lower - 1, requests, share) >= 0.95 - 1e-12
        assert binom.sf(lower, requests, share) < 0.95
    assert upper is None or lower is None or lower <= upper


def test_the_shortest_of_five_is_below_the_median_and_of_four_it_is_not_certain() -> None:
    assert (lower_rank(5, 0.5), lower_rank(4, 0.5)) == (1, None)
    assert (upper_rank(5, 0.5), upper_rank(4, 0.5)) == (5, None)


def test_more_confidence_takes_a_slower_value() -> None:
    assert upper_rank(1_000, 0.95, alpha=0.01) == 966
    assert lower_rank(1_000, 0.95, alpha=0.01) == 933
    cells = exact(list(range(1, 1_001)))
    assert upper_value(cells, 0.95, alpha=0.01) == 966
    assert lower_value(cells, 0.95, alpha=0.01) == 933


def test_bounds_over_samples_are_those_samples() -> None:
    cells = exact(list(range(1, 1_001)))
    assert (upper_value(cells, 0.95), upper_value(cells, 0.99)) == (962, 996)
    assert (lower_value(cells, 0.95), lower_value(cells, 0.99)) == (938, 985)
    assert (observed_value(cells, 0.95), observed_value(cells, 0.99)) == (950, 990)
    assert observed_value(cells, 0.9501) == 951
    assert observed_value(exact([7]), 0.01) == 7


def test_within_a_cell_the_uncomfortable_edge_counts() -> None:
    cells = [(100, 109, 500), (200, 219, 462), (300, 339, 38)]
    assert upper_value(cells, 0.95) == 219
    assert lower_value(cells, 0.95) == 200
    assert observed_value(cells, 0.95) == 219


def test_of_nothing_nothing_is_known() -> None:
    assert (upper_value([], 0.95), lower_value([], 0.95), observed_value([], 0.95)) == (inf, 0.0, inf)
    assert lower_value([(5, 5, 2)], 0.5) == 0.0


def test_failed_requests_are_slower_than_any() -> None:
    quick = [(1, 1, 980)]
    assert upper_value(quick, 0.99, beyond=0) == 1
    assert upper_value(quick, 0.99, beyond=20) == inf
    assert lower_value(quick, 0.99, beyond=20) == inf
    assert observed_value(quick, 0.99, beyond=20) == inf
    assert observed_value(quick, 0.98, beyond=20) == 1


@unhurried
@given(st.lists(st.integers(1, 30), min_size=1, max_size=400), st.integers(0, 20), st.integers(1, 31), SHARES)
def test_a_percentile_below_a_limit_is_a_rate_above_a_share(
    durations: list[int], failed: int, limit: int, share: float
) -> None:
    requests = len(durations) + failed
    slow = sum(each >= limit for each in durations) + failed
    below = upper_value(exact(durations), share, beyond=failed) < limit
    assert below == (lower_bound(slow, requests) > share)


def test_a_bound_holds_as_often_as_it_says() -> None:
    drawn = random.Random(5)  # noqa: S311
    covered = 0
    for _ in range(1_000):
        cells = exact([round(drawn.expovariate(1) * 1_000_000) for _ in range(300)])
        covered += upper_value(cells, 0.9) > 2_302_585  # the true 90th percentile: ln 10 seconds
    assert 940 <= covered <= 990
