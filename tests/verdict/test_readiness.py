"""Readiness is earned weight over applicable weight, and it is never flattered by rounding."""

from __future__ import annotations

import pytest

from harness.core.control import Severity
from harness.verdict import Readiness, Standing, readiness_of

F, M, S = Severity.FATAL, Severity.MUST, Severity.SHOULD
PASS = Standing.PASS


@pytest.mark.parametrize(
    ("final", "percent"),
    [
        ([], 0.0),
        ([(F, PASS), (M, Standing.PLANNED), (S, Standing.FAIL)], 55.5),
        ([(F, PASS), (M, PASS), (S, PASS)], 100.0),
        ([(F, Standing.NOT_APPLICABLE), (M, PASS)], 100.0),
        ([(F, Standing.WARN), (M, Standing.WAIVED)], 62.5),
        ([(S, PASS)] * 1899 + [(S, Standing.FAIL)] * 100 + [(S, Standing.PLANNED)], 94.9),
    ],
    ids=["nothing", "weights", "all", "not applicable", "waived is not earned", "rounded down"],
)
def test_readiness_weighs_what_is_proven(final: list[tuple[Severity, Standing]], percent: float) -> None:
    assert readiness_of(final).percent == percent


def test_readiness_tells_the_fraction_it_is() -> None:
    found = readiness_of([(F, PASS), (M, Standing.PLANNED), (S, PASS), (F, Standing.NOT_APPLICABLE)])
    assert found == Readiness(points=6, of_points=9, controls=2, of_controls=3)
