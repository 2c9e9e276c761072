"""What the findings of a load come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.core.control import Check, Grade, Outcome
from harness.plugin.fixtures.load import Load
from harness.plugin.session.journal import Journal


def found(outcome: Outcome, exercised: int = 400) -> Check:
    return Check(
        control="PRF-01",
        scenario="load/smoke/create/h5",
        provider="wechat",
        dialect="mcp",
        outcome=outcome,
        grade=Grade.SIMULATED,
        started=datetime(2026, 11, 23, tzinfo=UTC),
        duration_s=1.0,
        message="needs 75 more requests",
        blame=None,
        exercised=exercised,
    )


def journal() -> Journal:
    return Journal(keeper=None, prefix="x")  # type: ignore[arg-type]


def test_what_held_is_observed() -> None:
    book = journal()
    Load((found(Outcome.PASS),)).settle("PRF-01", book)
    assert book.observations == ["smoke/create/h5 mcp: 400 requests, pass"]
    assert book.doubts == []


def test_what_is_not_known_yet_is_a_doubt_with_what_would_settle_it() -> None:
    book = journal()
    Load((found(Outcome.PASS), found(Outcome.INCONCLUSIVE))).settle("PRF-01", book)
    assert book.doubts == ["smoke/create/h5 mcp: needs 75 more requests"]


def test_what_broke_fails_the_scenario() -> None:
    with pytest.raises(AssertionError, match="smoke/create/h5 mcp"):
        Load((found(Outcome.PASS), found(Outcome.FAIL))).settle("PRF-01", journal())


@pytest.mark.parametrize("findings", [(), (found(Outcome.INCONCLUSIVE, exercised=0),)], ids=["none", "empty"])
def test_nothing_measured_is_nothing_observed(findings: tuple[Check, ...]) -> None:
    book = journal()
    Load(findings).settle("PRF-01", book)
    assert book.observations == []
