"""The mutation score flatters nobody: only a kill counts, and no mutants at all are no score."""

from __future__ import annotations

from pathlib import Path

import pytest

from setup.checks import mutation
from setup.checks.mutation import Change, Mutant, equivalents, score

CHANGE = Change("harness/verdict/judge.py", "a < b", "a <= b")


def mutants(*statuses: str) -> list[Mutant]:
    return [Mutant("harness/verdict", status, CHANGE) for status in statuses]


@pytest.mark.parametrize(
    ("statuses", "percent"),
    [
        ((), 0.0),
        (("killed",), 100.0),
        (("killed", "survived"), 50.0),
        (("killed", "timeout"), 50.0),
        (("killed", "no tests"), 50.0),
        (("killed", "not checked"), 50.0),
        (("killed", "segfault"), 50.0),
        (("killed",) * 1999 + ("survived",), 99.9),
    ],
    ids=[
        "none",
        "all",
        "survived",
        "out of time",
        "reached by none",
        "never tried",
        "crashed",
        "rounded down",
    ],
)
def test_only_a_failing_test_counts(statuses: tuple[str, ...], percent: float) -> None:
    assert score(mutants(*statuses), set())["percent"] == percent


def test_an_equivalent_survivor_leaves_the_sum() -> None:
    figures = score(mutants("killed", "survived"), {CHANGE})
    assert (figures["percent"], figures["equivalent"], figures["survived"]) == (100.0, 1, 0)


def test_what_was_never_tried_is_not_excused_as_equivalent() -> None:
    assert score(mutants("killed", "not checked"), {CHANGE})["percent"] == 50.0


def test_every_equivalent_has_a_reason_and_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(mutation.__file__).parents[2])
    reasons = equivalents()
    assert all(reason.endswith(".") for reason in reasons.values())
    assert mutation.EQUIVALENTS.read_text("utf-8").count("[[equivalent]]") == len(reasons)
