"""Many outcomes become one standing: the table of architecture section 5, pair by pair."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations_with_replacement, permutations

import pytest

from harness.core.control import Outcome, Severity
from harness.verdict import Standing, parts_of, standing_of, worst
from tests.verdict.cases import NOW, check, waiver

WORST_FIRST = [
    {Standing.FAIL},
    {Standing.HARNESS_ERROR},
    {Standing.INCONCLUSIVE, Standing.NEEDS_HUMAN},
    {Standing.WAIVED_OVER_BUDGET},
    {Standing.WARN},
    {Standing.WAIVED},
    {Standing.PASS},
    {Standing.NOT_APPLICABLE},
]
JUDGED = [standing for rank in WORST_FIRST for standing in sorted(rank)]


def rank(standing: Standing) -> int:
    return next(index for index, equals in enumerate(WORST_FIRST) if standing in equals)


@pytest.mark.parametrize(("one", "other"), list(combinations_with_replacement(JUDGED, 2)))
def test_of_two_standings_the_worse_decides(one: Standing, other: Standing) -> None:
    decided = worst([one, other])
    assert decided in {one, other}
    assert rank(decided) == min(rank(one), rank(other))


def test_order_never_decides() -> None:
    trio = [Standing.INCONCLUSIVE, Standing.NEEDS_HUMAN, Standing.PASS]
    assert {worst(order) for order in permutations(trio)} == {worst(trio)}


def test_nothing_at_all_is_inconclusive() -> None:
    assert worst([]) is Standing.INCONCLUSIVE


def test_only_these_four_open_a_gate() -> None:
    assert {each for each in Standing if each.satisfies} == {
        Standing.PASS,
        Standing.WARN,
        Standing.WAIVED,
        Standing.NOT_APPLICABLE,
    }


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.WARN])
def test_a_pass_that_exercised_nothing_is_inconclusive(outcome: Outcome) -> None:
    assert standing_of(check(outcome=outcome, exercised=0)) is Standing.INCONCLUSIVE


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.WAIVED])
def test_every_other_outcome_stands_for_itself(outcome: Outcome) -> None:
    assert standing_of(check(outcome=outcome)).value == outcome.value


def test_a_recorded_waived_is_a_failure_without_a_waiver_in_force() -> None:
    waived = [check(outcome=Outcome.WAIVED)]
    assert worst(parts_of(waived, Severity.MUST).values()) is Standing.FAIL
    assert worst(parts_of(waived, Severity.MUST, [waiver()]).values()) is Standing.WAIVED


def test_checks_of_one_part_are_one_part() -> None:
    twice = [check(outcome=Outcome.PASS), check(outcome=Outcome.FAIL)]
    assert list(parts_of(twice, Severity.MUST).values()) == [Standing.FAIL]


@pytest.mark.parametrize("differs", [{"scenario": "test_other"}, {"provider": "alipay"}, {"dialect": "mcp"}])
def test_another_scenario_provider_or_dialect_is_another_part(differs: dict[str, str]) -> None:
    passed = check(outcome=Outcome.PASS)
    failed = check(outcome=Outcome.FAIL).model_copy(update=differs)
    assert list(parts_of([passed, failed], Severity.MUST).values()) == [Standing.PASS, Standing.FAIL]


def test_a_waiver_covers_as_many_parts_as_its_budget() -> None:
    fails = [check(outcome=Outcome.FAIL, scenario=f"test_{number}") for number in range(3)]
    within = parts_of(fails, Severity.MUST, [waiver(budget=3)])
    beyond = parts_of(fails, Severity.MUST, [waiver(budget=2)])
    assert set(within.values()) == {Standing.WAIVED}
    assert set(beyond.values()) == {Standing.WAIVED_OVER_BUDGET}


def test_a_fatal_control_is_never_waived() -> None:
    fails = [check(outcome=Outcome.FAIL)]
    assert worst(parts_of(fails, Severity.FATAL, [waiver(budget=9)]).values()) is Standing.FAIL


def test_a_waiver_does_not_hide_what_did_not_fail() -> None:
    checks = [check(outcome=Outcome.FAIL), check(outcome=Outcome.HARNESS_ERROR, scenario="test_other")]
    assert worst(parts_of(checks, Severity.MUST, [waiver()]).values()) is Standing.HARNESS_ERROR


def test_a_waiver_holds_from_its_grant_until_its_expiry() -> None:
    granted = waiver(days=7)
    assert granted.holds(NOW)
    assert granted.holds(granted.granted)
    assert not granted.holds(granted.expires)
    assert not granted.holds(granted.granted - timedelta(seconds=1))
