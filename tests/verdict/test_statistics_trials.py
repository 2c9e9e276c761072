"""Many criteria of one run: each passes by its own bound, and failing goes by Holm over all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.core.control import Outcome
from harness.verdict import trials
from harness.verdict.design import Design
from harness.verdict.holm import holm
from harness.verdict.trials import Trial, decide, requests_missing

unhurried = settings(deadline=None)
P_VALUES = st.lists(st.floats(0, 1), max_size=12)


@pytest.mark.parametrize(
    ("p_values", "proven"),
    [
        ([], ()),
        ([0.05], (True,)),
        ([0.0500001], (False,)),
        ([0.04, 0.04], (False, False)),
        ([0.04, 0.02], (True, True)),
        ([0.06, 0.02], (False, True)),
        ([0.01, 0.04, 0.03, 0.005], (True, False, False, True)),
        ([0.0125, 0.05, 0.025, 0.0166], (True, True, True, True)),
    ],
    ids=str,
)
def test_holm_steps_down_to_the_first_that_does_not_stand(
    p_values: list[float], proven: tuple[bool, ...]
) -> None:
    assert holm(p_values) == proven


def test_holm_is_as_strict_as_told() -> None:
    assert holm([0.011, 0.02], alpha=0.02) == (False, False)
    assert holm([0.01, 0.02], alpha=0.02) == (True, True)


@unhurried
@given(P_VALUES)
def test_holm_lies_between_bonferroni_and_no_correction(p_values: list[float]) -> None:
    for p, stands in zip(p_values, holm(p_values), strict=True):
        assert not stands or p <= 0.05
        assert stands or p > 0.05 / len(p_values)


@unhurried
@given(P_VALUES, st.randoms())
def test_holm_does_not_care_about_order(p_values: list[float], chance: object) -> None:
    backwards = holm(p_values[::-1])[::-1]
    assert sorted(zip(p_values, holm(p_values), strict=True)) == sorted(zip(p_values, backwards, strict=True))


def test_a_pass_needs_no_correction_however_many_criteria_there_are() -> None:
    assert decide([Trial(299, 0, 0, 0.99)] * 50) == (Outcome.PASS,) * 50


def test_a_failure_that_would_stand_alone_does_not_stand_among_many() -> None:
    suspicious = Trial(100, 4, 4, 0.99)
    assert 0.01 < binom.sf(3, 100, 0.01) < 0.05
    assert decide([suspicious]) == (Outcome.FAIL,)
    assert decide([suspicious, *[Trial(299, 0, 0, 0.99)] * 9])[0] is Outcome.INCONCLUSIVE


def test_what_cannot_be_excluded_hinders_a_pass_and_is_no_ground_to_fail() -> None:
    assert decide([Trial(1_000, 30, 0, 0.99)]) == (Outcome.INCONCLUSIVE,)
    assert decide([Trial(1_000, 30, 30, 0.99)]) == (Outcome.FAIL,)
    assert requests_missing(Trial(1_000, 30, 0, 0.99)) is None


def test_alpha_is_handed_on() -> None:
    assert decide([Trial(299, 0, 0, 0.99)], alpha=0.01) == (Outcome.INCONCLUSIVE,)
    assert decide([Trial(459, 0, 0, 0.99)], alpha=0.01) == (Outcome.PASS,)
    assert decide([Trial(100, 4, 4, 0.99)], alpha=0.01) == (Outcome.INCONCLUSIVE,)
    assert requests_missing(Trial(299, 0, 0, 0.99), alpha=0.01) == 160
    assert requests_missing(Trial(0, 0, 0, 0.99), Design.SEQUENTIAL) == 373


def test_chance_fails_a_good_service_in_at_most_one_run_of_twenty() -> None:
    draws = binom.rvs(500, 0.01, size=(400, 10), random_state=11)
    runs = (decide([Trial(500, int(bad), int(bad), 0.99) for bad in run]) for run in draws)
    assert sum(Outcome.FAIL in run for run in runs) <= 20


def test_a_bound_that_only_reaches_the_limit_is_not_above_it() -> None:
    quarter = 0.25  # the chance that two of two succeed by luck where half of all do
    assert decide([Trial(2, 0, 0, 0.5)], alpha=quarter) == (Outcome.INCONCLUSIVE,)
    assert decide([Trial(3, 0, 0, 0.5)], alpha=quarter) == (Outcome.PASS,)


def test_the_last_number_looked_at_may_be_the_answer() -> None:
    assert trials._smallest(lambda number: number >= 10, 0, 10) == 10
    assert trials._smallest(lambda number: number >= 10, 0, 9) is None
