"""A misspelt word is answered with the nearest ones, or with what there is."""

from __future__ import annotations

import pytest

from harness.core.did_you_mean import did_you_mean

CONTROLS = ["PAY-01", "PAY-02", "CBK-03"]


def test_the_nearest_word_or_all_of_them() -> None:
    assert did_you_mean("creat", ["create", "query"]) == "did you mean create?"
    assert did_you_mean("x", ["create", "query"]) == "known: create, query"


@pytest.mark.parametrize("word", ["PAY-1", "pay-1"])
def test_either_case_of_letters_is_near(word: str) -> None:
    assert did_you_mean(word, CONTROLS, most=1) == "did you mean PAY-01?"


def test_as_many_as_are_wanted() -> None:
    assert did_you_mean("PAY-0", CONTROLS).count("PAY") == 2
    assert did_you_mean("PAY-0", CONTROLS, most=1).count("PAY") == 1


def test_with_nothing_near_a_caller_may_say_something_of_its_own() -> None:
    assert (
        did_you_mean("x", CONTROLS, otherwise="golive explain lists them all")
        == "golive explain lists them all"
    )
