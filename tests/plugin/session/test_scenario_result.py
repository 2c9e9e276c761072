"""From what pytest saw to an outcome: only an observation without error is a pass."""

from __future__ import annotations

from typing import Literal

import pytest

from harness.browser.page_failure import PageFailure
from harness.core.control import Blame, Grade, Outcome
from harness.core.errors import (
    AnswerOverdue,
    ConfigurationError,
    EnvironmentUnreachable,
    HarnessError,
    MerchantFailure,
    NotExercised,
    PlatformRefusal,
    SignatureInvalid,
    UnknownOutcome,
    UnsafeRequest,
)
from harness.plugin.marks import NO_WIRE, Exercise
from harness.plugin.session.journal import Journal
from harness.plugin.session.scenario_result import (
    LONGEST_MESSAGE,
    ScenarioEnding,
    ScenarioResult,
    ending_of_call,
    ending_of_setup,
    ending_of_skip,
    ending_of_teardown,
)
from harness.plugin.target.prerequisites import Prerequisite, UnmetPrerequisite, not_started


def call(
    error: BaseException | None,
    observed: int = 1,
    warnings: tuple[str, ...] = (),
    limits: tuple[str, ...] = (),
) -> ScenarioEnding:
    return ending_of_call(
        error, observed=observed, warnings=list(warnings), doubts=[], limits=limits, blame=Blame.MERCHANT
    )


def test_an_observation_without_error_is_a_pass() -> None:
    assert call(None) == (Outcome.PASS, None, "")


def test_a_scenario_that_observed_nothing_is_inconclusive() -> None:
    assert call(None, observed=0).outcome is Outcome.INCONCLUSIVE


def test_a_warning_is_no_plain_pass() -> None:
    ending = call(None, warnings=("no FAIL body",))
    assert (ending.outcome, ending.message) == (Outcome.WARN, "no FAIL body")


def test_a_pass_says_what_it_does_not_speak_of_and_stays_a_pass() -> None:
    limit = ("no refund was tried",)
    assert call(None, limits=limit) == (Outcome.PASS, None, "no refund was tried")
    warned = call(None, warnings=("no FAIL body",), limits=limit)
    assert (warned.outcome, warned.message) == (Outcome.WARN, "no FAIL body; no refund was tried")
    assert call(AssertionError("credited twice"), limits=limit).message == "credited twice"


def test_a_failed_assertion_is_the_judged_sides_turn() -> None:
    ending = call(AssertionError("credited twice"), observed=3)
    assert ending == (Outcome.FAIL, Blame.MERCHANT, "credited twice")


@pytest.mark.parametrize(
    "error",
    [SignatureInvalid("forged"), PlatformRefusal(500, "SYSTEM_ERROR", "busy"), UnknownOutcome("no answer")],
    ids=lambda error: type(error).__name__,
)
def test_a_wrong_answer_of_the_endpoint_is_a_failure_of_the_endpoint(error: Exception) -> None:
    ending = call(error)
    assert (ending.outcome, ending.blame) == (Outcome.FAIL, Blame.ENDPOINT)
    assert ending_of_setup(error).outcome is Outcome.FAIL


def test_a_wrong_answer_of_the_merchant_is_the_merchants() -> None:
    for ending in (call(MerchantFailure("no JSON")), ending_of_setup(PageFailure("no form"))):
        assert (ending.outcome, ending.blame) == (Outcome.FAIL, Blame.MERCHANT)


def test_an_answer_that_was_overdue_proves_nothing() -> None:
    overdue = AnswerOverdue("not complete in time")
    for ending in (call(overdue), ending_of_setup(overdue), ending_of_teardown(overdue)):
        assert (ending.outcome, ending.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_what_breaks_of_the_merchants_while_clearing_up_is_not_ours() -> None:
    ending = ending_of_teardown(MerchantFailure("its books are no JSON"))
    assert (ending.outcome, ending.blame) == (Outcome.INCONCLUSIVE, Blame.MERCHANT)


def test_of_several_errors_while_clearing_up_the_worst_decides() -> None:
    gone = EnvironmentUnreachable("nothing answers")
    sides = ExceptionGroup("errors while tearing down", [gone, MerchantFailure("no JSON")])
    assert ending_of_teardown(sides)[:2] == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)
    ours = ExceptionGroup("errors while tearing down", [sides, OSError("the browser is gone")])
    assert ending_of_teardown(ours) == (
        Outcome.HARNESS_ERROR,
        Blame.HARNESS,
        "OSError: the browser is gone",
    )


def test_an_unreachable_side_proves_nothing() -> None:
    for ending in (call(EnvironmentUnreachable("gone")), ending_of_setup(EnvironmentUnreachable("gone"))):
        assert (ending.outcome, ending.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)


def test_what_had_to_succeed_first_and_did_not_leaves_the_rest_open() -> None:
    ending = call(NotExercised("the order with nothing wrong was refused"), observed=3)
    assert (ending.outcome, ending.blame) == (Outcome.INCONCLUSIVE, Blame.MERCHANT)
    assert ending.message == "the order with nothing wrong was refused"
    assert ending_of_setup(NotExercised("no handshake")).outcome is Outcome.INCONCLUSIVE


def test_what_the_budget_held_back_proves_nothing() -> None:
    ending = call(UnsafeRequest("does not fit", remedy="allow more"))
    assert (ending.outcome, ending.blame) == (Outcome.INCONCLUSIVE, None)
    assert "allow more" in ending.message


def test_unusable_settings_prove_nothing() -> None:
    assert ending_of_setup(ConfigurationError("no key")).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "error",
    [HarnessError("a bug"), KeyError("x"), ZeroDivisionError()],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_is_our_own_bug(error: Exception) -> None:
    for ending in (call(error), ending_of_setup(error), ending_of_teardown(error)):
        assert (ending.outcome, ending.blame) == (Outcome.HARNESS_ERROR, Blame.HARNESS)


def test_an_assertion_while_setting_up_is_no_verdict_on_anybody() -> None:
    assert ending_of_setup(AssertionError("fixture")).outcome is Outcome.HARNESS_ERROR


def test_a_skip_is_never_a_pass() -> None:
    assert ending_of_skip("no reason good enough").outcome is Outcome.INCONCLUSIVE


def test_a_message_is_bounded() -> None:
    assert len(call(AssertionError("x" * 10_000)).message) == LONGEST_MESSAGE


def test_our_own_sentence_is_not_followed_by_introspection() -> None:
    explained = AssertionError("credited twice\nassert 2 == 1\n +  where 2 = order.credits")
    assert call(explained).message == "credited twice"


def test_without_a_sentence_introspection_is_better_than_nothing() -> None:
    assert call(AssertionError("assert 2 == 1")).message == "assert 2 == 1"


def test_a_refusal_that_never_came_is_a_failure() -> None:
    with pytest.raises(pytest.fail.Exception) as missing, pytest.raises(KeyError):
        _ = {"a": 1}["a"]
    assert call(missing.value).outcome is Outcome.FAIL


def test_what_broke_while_clearing_up_was_started_whatever_the_target_lacked() -> None:
    result = ScenarioResult(
        "test_x.py::test_it",
        (Exercise("PAY-02", (), Blame.MERCHANT),),
        NO_WIRE,
        Journal(keeper=None, prefix="x"),  # type: ignore[arg-type]
    )
    result.hear(_report("setup"), not_started(UnmetPrerequisite(Prerequisite.PAYER, "somebody has to pay")))
    (lacking,) = result.checks(Grade.EXPERIENCE, exchanges=0)
    assert (lacking.outcome, lacking.lacks) == (Outcome.NEEDS_HUMAN, "payer")
    result.hear(_report("teardown"), HarnessError("a server did not end"))
    (broken,) = result.checks(Grade.EXPERIENCE, exchanges=0)
    assert (broken.outcome, broken.blame, broken.lacks) == (Outcome.HARNESS_ERROR, Blame.HARNESS, "")


@pytest.mark.parametrize("error", [AssertionError("a probe was answered HTTP 200"), KeyError("amount")])
def test_what_goes_wrong_with_another_providers_orders_accuses_nobody(error: Exception) -> None:
    journal = Journal(keeper=None, prefix="x")  # type: ignore[arg-type]
    exercise = Exercise("CBK-03", ("apiv3",), Blame.MERCHANT)
    result = ScenarioResult("test_x.py::test_it", (exercise,), "apiv3", journal)
    result.hear(_report("call"), error)
    (accusing,) = result.checks(Grade.SIMULATED, exchanges=0)
    assert accusing.outcome in (Outcome.FAIL, Outcome.HARNESS_ERROR)
    journal.elsewhere = "no evidence on apiv3: the platform saw every order come over alipay"
    (other,) = result.checks(Grade.SIMULATED, exchanges=0)
    assert other.outcome is Outcome.INCONCLUSIVE
    assert "every order come over alipay" in other.message


def _report(when: Literal["setup", "call", "teardown"]) -> pytest.TestReport:
    return pytest.TestReport("test_x.py::test_it", ("test_x.py", 1, ""), {}, "failed", "why", when, [])
