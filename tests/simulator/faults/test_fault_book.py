"""The fault book hits exactly the requests it was told to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.levers.models import Fault, FaultOperation
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
