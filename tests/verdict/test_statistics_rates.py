"""Rates: exact bounds, the published sample sizes, and promised error rates held against repetition."""

from __future__ import annotations

import random
import re
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.core.control import Outcome
from harness.core.errors import HarnessError
from harness.verdict.design import Design
from harness.verdict.rates import ALPHA, lower_bound, p_if_met, p_if_missed, upper_bound
from harness.verdict.sequential import p_any_time_if_met, p_any_time_if_missed
from harness.verdict.trials import MOST_REQUESTS, Trial, decide, requests_missing, sample_size

unhurried = settings(deadline=None)
FAILURES = (0, 1, 2, 3, 5, 10)
LIMITS = st.sampled_from([0.5, 0.9, 0.95, 0.99, 0.999])


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    """Failures and requests."""
    requests = draw(st.integers(1, 5_000))
    return draw(st.integers(0, min(requests, 200))), requests


def rate_trial(requests: int, failures: int, limit: float = 0.99) -> Trial:
    return Trial(requests, failures, failures, limit)


def only(trial: Trial, design: Design = Design.FIXED) -> Outcome:
    (outcome,) = decide([trial], design)
    return outcome


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [(0.95, (59, 93, 124, 153, 208, 336)), (0.99, (299, 473, 628, 773, 1_049, 1_693))],
    ids=["95%", "99%"],
)
def test_the_smallest_samples_that_pass_are_the_published_ones(limit: float, sizes: tuple[int, ...]) -> None:
    assert tuple(sample_size(failures, limit) for failures in FAILURES) == sizes
    for failures, size in zip(FAILURES, sizes, strict=True):
        assert only(rate_trial(size, failures, limit)) is Outcome.PASS
        assert only(rate_trial(size - 1, failures, limit)) is Outcome.INCONCLUSIVE
        assert lower_bound(failures, size) > limit > lower_bound(failures, size - 1)


def test_n_refusals_of_n_prove_no_more_than_the_nth_root() -> None:
    assert lower_bound(0, 1_000) == pytest.approx(0.05 ** (1 / 1_000), abs=1e-12)
    assert round(lower_bound(0, 1_000), 4) == 0.9970
    assert upper_bound(1_000, 1_000) == pytest.approx(1 - 0.05 ** (1 / 1_000), abs=1e-12)


@pytest.mark.parametrize("design", Design)
def test_no_request_proves_nothing(design: Design) -> None:
    assert (lower_bound(0, 0), upper_bound(0, 0)) == (0.0, 1.0)
    assert only(rate_trial(0, 0), design) is Outcome.INCONCLUSIVE
    for p in (p_if_missed, p_if_met, p_any_time_if_missed, p_any_time_if_met):
        assert p(0, 0, 0.99) == 1.0


def test_bounds_of_all_and_of_none_are_certain_on_one_side() -> None:
    assert upper_bound(0, 50) == 1.0
    assert lower_bound(50, 50) == 0.0
    assert 0 < lower_bound(49, 50) < 0.02 < upper_bound(49, 50) < 1
    assert p_if_met(0, 50, 0.9) == 1.0
    assert p_if_missed(50, 50, 0.9) == 1.0


@unhurried
@given(counted(), LIMITS)
def test_a_bound_and_its_p_value_say_the_same(count: tuple[int, int], limit: float) -> None:
    failures, requests = count
    missed, met = p_if_missed(failures, requests, limit), p_if_met(failures, requests, limit)
    assert missed == pytest.approx(binom.cdf(failures, requests, 1 - limit))
    assert met == pytest.approx(1 - binom.cdf(failures - 1, requests, 1 - limit), abs=1e-9)
    assert (lower_bound(failures, requests) > limit) == (missed < ALPHA)
    assert (upper_bound(failures, requests) < limit) == (met < ALPHA)
    assert lower_bound(failures, requests) < 1 - failures / requests or failures == requests
    assert upper_bound(failures, requests) > 1 - failures / requests or not failures


@unhurried
@given(counted(), st.sampled_from([0.01, 0.05, 0.2]))
def test_bounds_fall_with_failures_rise_with_successes_and_widen_with_confidence(
    count: tuple[int, int], alpha: float
) -> None:
    failures, requests = count
    for bound in (lower_bound, upper_bound):
        assert bound(failures, requests + 1, alpha) >= bound(failures, requests, alpha)
        assert bound(failures + 1, requests + 1, alpha) <= bound(failures, requests, alpha)
    assert lower_bound(failures, requests, alpha / 2) <= lower_bound(failures, requests, alpha)
    assert upper_bound(failures, requests, alpha / 2) >= upper_bound(failures, requests, alpha)


WORTH = {Outcome.FAIL: 0, Outcome.INCONCLUSIVE: 1, Outcome.PASS: 2}


@unhurried
@given(counted(), LIMITS, st.sampled_from(Design), st.integers(1, 50))
def test_more_failures_never_improve_an_outcome(
    count: tuple[int, int], limit: float, design: Design, more: int
) -> None:
    failures, requests = count
    worse = rate_trial(requests, min(requests, failures + more), limit)
    assert WORTH[only(worse, design)] <= WORTH[only(rate_trial(requests, failures, limit), design)]


@unhurried
@given(counted(), LIMITS, st.sampled_from(Design))
def test_the_requests_missing_are_the_fewest_that_pass_at_the_observed_rate(
    count: tuple[int, int], limit: float, design: Design
) -> None:
    failures, requests = count
    trial = rate_trial(requests, failures, limit)
    missing = requests_missing(trial, design)
    if only(trial, design) is Outcome.PASS:
        assert missing == 0
    elif missing is None:
        hopeless = {Design.FIXED: 0.99, Design.SEQUENTIAL: 0.45}[design]
        assert failures / requests >= (1 - limit) * hopeless
    else:
        expected = ceil(failures * (requests + missing) / requests - 0.5)
        assert only(rate_trial(requests + missing, max(expected, failures), limit), design) is Outcome.PASS


def test_requests_missing_in_the_cases_people_meet() -> None:
    assert requests_missing(rate_trial(0, 0)) == 299
    assert requests_missing(rate_trial(298, 0)) == 1
    assert requests_missing(rate_trial(299, 0)) == 0
    assert requests_missing(rate_trial(300, 1)) == 328
    assert requests_missing(rate_trial(472, 1)) == 1
    assert requests_missing(rate_trial(20_000, 190)) == 86_052
    assert requests_missing(rate_trial(100, 1)) is None, "exactly the limit never clears it"
    assert requests_missing(rate_trial(100, 2)) is None
    assert requests_missing(rate_trial(100_000_000, 999_999)) is None, "beyond any run"
    assert requests_missing(rate_trial(0, 0, 1 - 1e-10)) is None
    assert sample_size(0, 1 - 1e-10) is None
    assert sample_size(0, 1 - 1e-6) == 2_995_731 < MOST_REQUESTS


@pytest.mark.parametrize(
    ("true_rate", "requests", "least", "most"),
    [
        (0.990, 473, 0.0, 0.08),
        (0.990, 628, 0.0, 0.08),
        (0.990, 1_693, 0.0, 0.08),
        (0.985, 473, 0.0, 0.02),
        (0.985, 628, 0.0, 0.02),
        (0.985, 1_693, 0.0, 0.02),
        (0.999, 1_693, 0.88, 1.0),
    ],
)
def test_a_thousand_seeded_runs_pass_as_often_as_promised(
    true_rate: float, requests: int, least: float, most: float
) -> None:
    draws = binom.rvs(requests, 1 - true_rate, size=1_000, random_state=20261123)
    passes = sum(only(rate_trial(requests, int(failures))) is Outcome.PASS for failures in draws)
    assert least * 1_000 <= passes <= most * 1_000


def test_a_service_below_the_limit_is_found_out() -> None:
    assert only(rate_trial(1_000, 20)) is Outcome.FAIL
    assert only(rate_trial(1_000, 10)) is Outcome.INCONCLUSIVE
    assert only(rate_trial(3, 3)) is Outcome.FAIL, "three of three are proof enough"


@pytest.mark.parametrize("wrong", [(-1, 5), (6, 5), (0, -1)], ids=str)
def test_counts_that_cannot_be_are_our_own_bug(wrong: tuple[int, int]) -> None:
    failures, requests = wrong
    sentence = re.escape(f"{failures} of {requests} requests cannot have failed")
    for bound in (lower_bound, upper_bound):
        with pytest.raises(HarnessError, match=f"^{sentence}$"):
            bound(failures, requests)
    for p in (p_if_missed, p_if_met, p_any_time_if_missed, p_any_time_if_met):
        with pytest.raises(HarnessError, match=f"^{sentence}$"):
            p(failures, requests, 0.9)


def run_until_known(seed: int, true_rate: float, limit: float, most: int) -> tuple[Outcome, int]:
    """One run that is looked at after every tenth request."""
    failing = random.Random(seed)  # noqa: S311
    failures, outcome = 0, Outcome.INCONCLUSIVE
    for requests in range(1, most + 1):
        failures += failing.random() >= true_rate
        if requests % 10 == 0:
            outcome = only(rate_trial(requests, failures, limit), Design.SEQUENTIAL)
            if outcome is not Outcome.INCONCLUSIVE:
                return outcome, requests
    return outcome, most


@pytest.mark.parametrize(
    ("true_rate", "wrong"), [(0.95, Outcome.PASS), (0.95, Outcome.FAIL)], ids=["false pass", "false fail"]
)
def test_looking_again_and_again_errs_no_more_often_than_stated(true_rate: float, wrong: Outcome) -> None:
    runs = [run_until_known(seed, true_rate, 0.95, 1_500)[0] for seed in range(300)]
    assert runs.count(wrong) <= 0.08 * len(runs)


def test_a_sequential_run_stops_early_where_the_answer_is_clear() -> None:
    good = [run_until_known(seed, 0.998, 0.95, 1_500) for seed in range(100)]
    bad = [run_until_known(seed, 0.80, 0.95, 1_500) for seed in range(100)]
    assert sum(outcome is Outcome.PASS for outcome, _ in good) >= 99
    assert sum(outcome is Outcome.FAIL for outcome, _ in bad) >= 99
    assert sum(requests for _, requests in good) < 100 * 120
    assert sum(requests for _, requests in bad) < 100 * 60


def test_the_price_of_looking_at_any_time() -> None:
    assert [sample_size(failures, 0.99, Design.SEQUENTIAL) for failures in (0, 1, 2)] == [373, 574, 775]
    assert [sample_size(failures, 0.95, Design.SEQUENTIAL) for failures in (0, 1, 2)] == [73, 113, 153]


def test_any_time_p_values_are_the_inverse_likelihood_ratios() -> None:
    assert p_any_time_if_missed(1, 600, 0.99) == pytest.approx((0.01 / 0.002) * (0.99 / 0.998) ** 599)
    assert p_any_time_if_met(10, 100, 0.95) == pytest.approx((0.05 / 0.10) ** 10 * (0.95 / 0.90) ** 90)
    assert p_any_time_if_met(5, 5, 0.2) == pytest.approx((0.8 / 0.9) ** 5)
    assert p_any_time_if_missed(50, 100, 0.99) == 1.0


@unhurried
@given(counted(), LIMITS)
def test_an_any_time_answer_asks_for_at_least_as_much_proof(count: tuple[int, int], limit: float) -> None:
    failures, requests = count
    assert (
        p_any_time_if_missed(failures, requests, limit) >= p_if_missed(failures, requests, limit) * 0.999999
    )
    assert p_any_time_if_met(failures, requests, limit) >= p_if_met(failures, requests, limit) * 0.999999
