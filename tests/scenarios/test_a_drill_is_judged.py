"""A drill accuses nobody of what belongs to an earlier order, or of words that only a script would show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import AnswerOverdue
from harness.merchant.answers import Answered
from harness.merchant.rungs.described import Trigger
from harness.plugin import Drilled, Drills, Journal
from scenarios.degradation import test_broken_platform as scenarios

GENUINE = "weixin://wxpay/bizpayurl?pr=earlier"
BY_SCRIPT = Trigger.model_validate({"request": "POST /orders", "json": {"n": 1}})
BY_FORM = Trigger.model_validate({"request": "POST /orders", "form": {"n": "1"}})


def drills(trigger: Trigger | None = None) -> Drills:
    profile = SimpleNamespace(answers_within_s=15.0, trigger=lambda kind: trigger)
    journal = Journal(cast("Any", SimpleNamespace()), "drills")
    known = SimpleNamespace(profile=profile, journal=journal, secrets=(), issued=lambda: {GENUINE})
    return cast("Drills", known)


def answered(text: str, *codes: str, status: int = 503) -> Drilled:
    return Drilled(Answered(status, text, "http://127.0.0.1/orders", 0.1), 0.1, set(codes), ())


def in_front_of(*met: object) -> Drills:
    """An app that leaves its shopper without an answer, once these requests of it met the fault."""

    def never(request: object) -> Answered:
        raise AnswerOverdue("the merchant took the request and gave no answer", where="create-order")

    profile = SimpleNamespace(answers_within_s=15.0, trigger=lambda kind: BY_FORM)
    daily_limit = SimpleNamespace(spend=lambda price: None)
    orders = SimpleNamespace(price_of=lambda amount: amount, daily_limit=daily_limit, numbers=set)
    merchant = SimpleNamespace(order_request=lambda **order: None, answer_to_order=never)
    levers = SimpleNamespace(clear_faults=lambda: None, add_fault=lambda fault: None, faults_met=lambda: met)
    journal = Journal(cast("Any", SimpleNamespace()), "drills")
    known: list[Any] = [orders, profile, (), journal, merchant, levers, None]
    return Drills(*known)


def test_who_answers_nothing_at_all_is_late() -> None:
    with pytest.raises(AssertionError, match="was answered nothing within 20 s; 15 s are the bound"):
        in_front_of(SimpleNamespace(operation="create")).drill("create", "trickle", value=16.0)


def test_who_never_came_to_the_broken_platform_is_not_accused_of_being_late() -> None:
    with pytest.raises(AnswerOverdue):
        in_front_of().drill("create", "trickle", value=16.0)


def test_the_code_of_an_earlier_order_may_be_listed() -> None:
    scenarios.expect_no_code(drills(), answered("later", GENUINE), "HTTP 503")


def test_a_code_that_nobody_issued_is_found_beside_it() -> None:
    with pytest.raises(AssertionError, match=r"is shown weixin://wxpay/own\n"):
        scenarios.expect_no_code(drills(), answered("later", GENUINE, "weixin://wxpay/own"), "HTTP 503")


def test_an_empty_error_of_an_app_that_takes_json_is_open() -> None:
    judged = drills(BY_SCRIPT)
    scenarios.expect_an_answer(judged, answered(""))
    (doubt,) = judged.journal.doubts
    assert "not a word" in doubt


@pytest.mark.parametrize(
    ("trigger", "text", "status"),
    [(None, "", 503), (BY_FORM, "", 503), (BY_SCRIPT, "<p></p>", 503), (BY_SCRIPT, "", 200)],
    ids=["our-json", "a-form", "an-empty-page", "an-empty-success"],
)
def test_not_a_word_fails_everywhere_else(trigger: Trigger | None, text: str, status: int) -> None:
    with pytest.raises(AssertionError, match="not a word"):
        scenarios.expect_an_answer(drills(trigger), answered(text, status=status))


def test_what_the_words_say_is_not_judged_and_that_is_said() -> None:
    judged = drills()
    scenarios.expect_an_answer(judged, answered("come back later"))
    assert judged.journal.doubts == []
    assert judged.journal.limits == ["whether the words of the answer help the shopper was not judged"]
