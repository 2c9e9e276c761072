"""The fault book hits exactly the requests it was told to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.callbacks.forms import form_of
from harness.core.clock import BusinessClock, wire_now
from harness.core.dialects import callback_forms
from harness.levers.models import Fault, FaultOperation
from harness.simulator.faults.armed import Moments
from harness.simulator.faults.rules import FaultBook


def hits(book: FaultBook, count: int, operation: str = "create", number: str | None = "n") -> list[int]:
    return [turn for turn in range(1, count + 1) if book.take(operation, number) is not None]


@given(nth=st.integers(1, 20), times=st.integers(1, 20))
def test_it_hits_from_the_nth_matching_request_for_so_many_times(nth: int, times: int) -> None:
    book = FaultBook()
    book.add(Fault(operation="create", action="refuse", nth=nth, times=times))
    assert hits(book, 50) == list(range(nth, nth + times))
    assert not book.armed


def test_requests_of_another_operation_or_order_are_not_counted() -> None:
    book = FaultBook()
    book.add(Fault(operation="query", action="refuse", out_trade_no="n", nth=2))
    assert hits(book, 5, "create") == []
    assert hits(book, 5, "query", "other") == []
    assert hits(book, 5, "query", None) == []
    assert hits(book, 5, "query") == [2]


@pytest.mark.parametrize("operation", ["create", "query", "close", "certificates", "echo"])
def test_any_means_every_request_of_a_merchant(operation: FaultOperation) -> None:
    book = FaultBook()
    book.add(Fault(operation="any", action="refuse"))
    assert hits(book, 1, operation, None) == [1]


def test_any_leaves_callbacks_alone() -> None:
    book = FaultBook()
    book.add(Fault(operation="any", action="refuse"))
    assert hits(book, 3, "notify") == []


def test_the_fault_added_first_wins_and_the_other_counts_on() -> None:
    book = FaultBook()
    first = Fault(operation="create", action="refuse")
    second = Fault(operation="any", action="status", value=500, times=2)
    book.add(first)
    book.add(second)
    assert [book.take("create", None) for _ in range(3)] == [first, second, None]


def test_cleared_faults_never_hit() -> None:
    book = FaultBook()
    book.add(Fault(operation="create", action="refuse", times=9))
    book.clear()
    assert hits(book, 9) == []


@given(nth=st.integers(1, 9), every=st.integers(1, 9), times=st.integers(1, 9))
def test_it_hits_every_so_many_th_from_the_nth_on_and_no_more_than_it_may(
    nth: int, every: int, times: int
) -> None:
    book = FaultBook()
    book.add(Fault(operation="create", action="refuse", nth=nth, every=every, times=times))
    assert hits(book, 90) == list(range(nth, 91, every))[:times]


def test_chance_is_the_same_for_the_same_rule_and_seed_and_another_for_another() -> None:
    def drawn(seed: int) -> list[int]:
        book = FaultBook()
        book.add(Fault(operation="create", action="refuse", probability=0.3, seed=seed, times="always"))
        return hits(book, 2000)

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 520 < len(drawn(1)) < 680  # four standard deviations about 600
    assert drawn(1)[:6] == [5, 7, 8, 18, 19, 24], "a seed that somebody kept means something else now"


@pytest.mark.parametrize(("operation", "business"), [("create", False), ("notify", True)])
def test_a_window_opens_with_the_first_match_on_the_clock_of_what_it_is_about(
    operation: FaultOperation, *, business: bool
) -> None:
    wire, clock = [100.0], BusinessClock()
    book = FaultBook(moments=Moments(wire=lambda: wire[0], business=clock))
    book.add(Fault(operation=operation, action="refuse", after_s=60, for_s=60, times="always"))

    def pass_time(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds if business else 0))
        wire[0] += 0 if business else seconds

    pass_time(3600)  # nothing has matched: no time has begun
    found = []
    for _ in range(6):
        found.append(bool(hits(book, 1, operation)))
        pass_time(29)
    assert found == [False, False, False, True, True, False]
    assert not book.armed


def test_rules_that_stand_come_after_what_was_added_and_outlive_a_clearing() -> None:
    book = FaultBook()
    standing = Fault(operation="any", action="reset", times="always")
    book.stand("mine", [standing])
    book.add(Fault(operation="create", action="refuse"))
    assert [fault.action for _ in range(2) if (fault := book.take("create", "n"))] == ["refuse", "reset"]
    book.clear()
    assert book.armed
    assert book.take("create", "n") == standing
    assert [each.rule for each in book.met()] == [f"mine: {standing}"]
    book.stand("nothing", [])
    assert not book.armed


def test_what_shows_nothing_of_a_fault_is_given_back_and_counts_as_matching_all_the_same() -> None:
    book = FaultBook()
    fault = Fault(operation="query", action="unsigned", nth=2, every=2, times=2)
    book.add(fault, source="levers")
    found = []
    for turn in range(1, 9):
        hit = book.take("query", "n", "apiv3")
        if hit is not None and turn == 2:
            book.missed(hit, "query", "n", "apiv3")
        found += [turn] if hit is not None else []
    assert found == [2, 4, 6]
    assert [each.operation for each in book.met()] == ["query", "query"]
    (over,) = book.rules(since=wire_now() - timedelta(minutes=1))
    assert (over.met, over.last_met) == (2, book.met()[-1].at)


def test_a_single_fault_that_showed_nothing_waits_for_the_next_and_stays_gone_once_cleared() -> None:
    book = FaultBook()
    first, second = (Fault(operation="query", action="unsigned", out_trade_no=name) for name in "ab")
    book.add(first, source="levers")
    book.add(second, source="levers")
    began = wire_now() - timedelta(minutes=1)
    assert book.take("query", "a") == first
    assert book.take("query", "b") == second
    book.missed(first, "query", "a")
    assert [(each.rule, each.met) for each in book.rules()] == [(first, 0)]
    assert [each.rule for each in book.rules(since=began)] == [second, first]
    assert book.take("query", "a") == first
    book.clear()
    book.missed(first, "query", "a")
    assert not book.armed


def test_a_standing_rule_that_is_gone_is_not_brought_back_by_what_it_had_hit() -> None:
    book = FaultBook()
    rule = Fault(operation="query", action="unsigned", times=1)
    book.stand("mine", [rule])
    assert book.take("query", "a") == rule
    book.stand("nothing", [])
    book.missed(rule, "query", "a")
    assert not book.armed
    assert book.met() == []


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"action": "trickle", "value": 1}, "answers to close on apiv3 have no body"),
        ({"action": "unknown_members"}, "answers to close on apiv3 have no body"),
        ({"operation": "bill-download", "action": "unsigned"}, "are files, which nothing signs"),
        (
            {"operation": "refund-notify", "dialect": "alipay", "action": "old_form"},
            "callbacks of alipay never had another form",
        ),
        (
            {"operation": "bill-download", "dialect": "alipay", "action": "unknown_members"},
            "answers to bill-download on alipay are files",
        ),
    ],
)
def test_what_an_answer_has_no_room_for_is_refused_where_its_wire_is_named_and_else_spared(
    rule: dict[str, object], why: str
) -> None:
    named = {"operation": "close", "dialect": "apiv3", **rule}
    with pytest.raises(ValueError, match=why):
        Fault.model_validate(named)
    book = FaultBook()
    book.add(Fault.model_validate({**named, "dialect": None}))
    assert book.take(str(named["operation"]), "n", str(named["dialect"])) is None
    assert book.armed


def test_a_form_that_says_it_had_another_before_has_it_still() -> None:
    assert [each.id for each in callback_forms() if each.had_another] == [
        each.id for each in callback_forms() if form_of(each.id).old_form is not None
    ]
