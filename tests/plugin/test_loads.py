"""What the checks of a load come to in the record: outcome, blame and dialect are the acceptance's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest

from harness.core.control import Blame, Check, Grade, Outcome
from harness.plugin.fixtures.load import Load
from harness.plugin.load.seed_orders import BooksAfterwards
from harness.plugin.marks import NO_WIRE, Exercise
from harness.plugin.session.journal import ConcludedFailure, Journal
from harness.plugin.session.scenario_result import ScenarioResult
from load.acceptance import accept
from load.key import Key
from load.measurement import Measurement
from tests.load.measured import SET, criteria_of, measure

NODE = "scenarios/performance/test_load.py::test_it"


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
        blame=Blame.ENDPOINT if outcome is Outcome.FAIL else None,
        exercised=exercised,
    )


def journal() -> Journal:
    return Journal(keeper=None, prefix="x")  # type: ignore[arg-type]


def recorded(*checks: Check, observed: str = "", warned: str = "") -> tuple[Check, ...]:
    """The checks that a scenario comes to which settles with these."""
    book = journal()
    notes = ScenarioResult(NODE, (Exercise("PRF-01", (), Blame.ENDPOINT),), NO_WIRE, book)
    error: BaseException | None = None
    book.observations += [observed] if observed else []
    book.warnings += [warned] if warned else []
    try:
        Load(checks).settle("PRF-01", book)
    except ConcludedFailure as failure:
        error = failure
    report = pytest.TestReport(
        NODE, (NODE, 1, ""), {}, "failed" if error else "passed", cast("str", error), "call", []
    )
    notes.hear(report, error)
    return notes.checks(Grade.SIMULATED, exchanges=0)


def accepted(measurement: Measurement, text: str, sentence: str) -> tuple[Check, ...]:
    return accept(measurement, criteria_of(sentence, text=text)).checks(Grade.SIMULATED)


def test_what_held_is_recorded_as_it_was_found() -> None:
    (check,) = recorded(found(Outcome.PASS))
    assert check == found(Outcome.PASS).model_copy(update={"scenario": f"{NODE}[load/smoke/create/h5/mcp]"})


def test_what_is_not_known_yet_is_inconclusive_with_what_would_settle_it() -> None:
    checks = recorded(found(Outcome.PASS), found(Outcome.INCONCLUSIVE))
    assert [each.outcome for each in checks] == [Outcome.PASS, Outcome.INCONCLUSIVE]
    assert checks[1].message == "needs 75 more requests"


def test_what_broke_fails_the_scenario_in_pytest_too() -> None:
    with pytest.raises(AssertionError, match="load/smoke/create/h5 mcp"):
        Load((found(Outcome.PASS), found(Outcome.FAIL))).settle("PRF-01", journal())


def test_a_refused_callback_is_the_merchant_s_turn_and_stands_under_its_own_dialect() -> None:
    text = SET.replace("flow: create, scenario: h5, dialect: mcp", "flow: storm").replace(
        "endpoint: create", "endpoint: callback, dialect: merchant"
    )
    measurement = measure(Key("callback", "forged", "merchant"), [900], failed=1)
    checks = recorded(*accepted(measurement, text, "failures = 0"))
    (failed,) = [each for each in checks if each.outcome is Outcome.FAIL]
    assert (failed.dialect, failed.blame) == ("merchant", Blame.MERCHANT)
    assert failed.scenario == f"{NODE}[load/trial/callback/forged/merchant]"


def test_a_slow_endpoint_is_its_own_turn_dialect_by_dialect() -> None:
    measurement = measure(latencies=[1_000] * 500)
    measure(Key("create", "h5", "apiv3"), [1_000] * 400, failed=100, into=measurement)
    checks = recorded(*accepted(measurement, SET, "success_rate > 95%"))
    assert {(each.dialect, each.outcome, each.blame) for each in checks} == {
        ("mcp", Outcome.PASS, None),
        ("apiv3", Outcome.FAIL, Blame.ENDPOINT),
    }


def test_what_a_scenario_notes_by_itself_is_a_check_beside_those_it_handed_in() -> None:
    checks = recorded(found(Outcome.FAIL), observed="50 a second: held", warned="the knee is above")
    assert [(each.dialect, each.outcome) for each in checks] == [
        ("mcp", Outcome.FAIL),
        (NO_WIRE, Outcome.WARN),
    ]


@pytest.mark.parametrize("checks", [(), (found(Outcome.INCONCLUSIVE, exercised=0),)], ids=["none", "empty"])
def test_nothing_measured_is_no_pass(checks: tuple[Check, ...]) -> None:
    (check,) = recorded(*checks)
    assert (check.outcome, check.exercised) == (Outcome.INCONCLUSIVE, 0)


def test_an_order_that_was_not_credited_once_is_the_merchant_s_failure() -> None:
    books = BooksAfterwards("", "not credited exactly once: X: 2 times", 12)
    failed = books.check("PRF-05", "brief", Grade.SIMULATED)
    assert (failed.outcome, failed.blame, failed.dialect) == (Outcome.FAIL, Blame.MERCHANT, "merchant")
    assert failed.message == "not credited exactly once: X: 2 times"
    held = BooksAfterwards("", "", 12).check("PRF-05", "brief", Grade.SIMULATED)
    assert (held.outcome, held.blame, held.exercised) == (Outcome.PASS, None, 12)
