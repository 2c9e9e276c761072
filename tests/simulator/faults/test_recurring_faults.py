"""Faults that only many requests reveal: they come by number or by time, and no clearing cures them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from harness.levers.models import Fault
from harness.simulator.account.account_modes import AccountModes
from harness.simulator.account.identity import Identity
from harness.simulator.defects import DEFECTS, practices_with
from harness.simulator.faults.recurring import RecurringFaultBook, recurring_faults
from harness.simulator.practices import Freeze, Practices
from harness.simulator.server import Simulator

RECURRING = ("creates-fail", "callbacks-vanish", "freezes", "creates-queue", "queries-crawl")


@pytest.fixture(scope="module")
def identity() -> Identity:
    """Keys of a simulator, which take longest to make."""
    return AccountModes().identity()


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def book(*names: str, freeze: Freeze | None = None, clock: Clock | None = None) -> RecurringFaultBook:
    practices = practices_with(names)
    if freeze is not None:
        practices = replace(practices, freezes=freeze)
    return RecurringFaultBook(recurring_faults(practices, now=clock or Clock()))


def waits(fault: Fault | None) -> float:
    return 0.0 if fault is None else float(fault.value or 0)


def test_one_create_in_eight_fails_on_whatever_wire_it_comes() -> None:
    recurring = book("creates-fail")
    faults = [recurring.take("create", str(number), "mcp" if number % 2 else "apiv3") for number in range(80)]
    assert sum(fault is not None for fault in faults) == 10
    assert {fault.value for fault in faults if fault} == {500}
    assert recurring.take("query", "1", "mcp") is None


def test_one_callback_in_eight_vanishes() -> None:
    recurring = book("callbacks-vanish")
    lost = [recurring.take("notify", str(number), "apiv3") for number in range(16)]
    assert [fault.action for fault in lost if fault] == ["lost", "lost"]


def test_a_query_takes_a_hair_more_than_two_seconds() -> None:
    recurring = book("queries-crawl")
    assert waits(recurring.take("query", "1", "mcp")) == 2.02
    assert recurring.take("create", "1", "mcp") is None


def test_a_freeze_holds_everything_until_it_is_over_and_comes_again() -> None:
    clock = Clock(100.0)
    recurring = book("freezes", freeze=Freeze(20, 300), clock=clock)
    held = []
    for clock.seconds in (100.0, 379.9, 380.0, 390.0, 399.5, 400.0, 690.0):
        held.append(waits(recurring.take("create", None)))
    assert held == pytest.approx([0, 0, 20, 10, 0.5, 0, 10])
    assert recurring.take("notify", "1") is None


def test_creates_that_queue_wait_for_all_before_them() -> None:
    clock = Clock()
    recurring = book("creates-queue", clock=clock)
    assert [waits(recurring.take("create", None)) for _ in range(3)] == pytest.approx([0.08, 0.16, 0.24])
    clock.seconds = 10
    assert waits(recurring.take("create", None)) == pytest.approx(0.08)


def test_clearing_cures_only_what_was_switched_on() -> None:
    recurring = book("queries-crawl")
    recurring.add(Fault(operation="query", action="refuse", times=9))
    first = recurring.take("query", "1")
    recurring.clear()
    second = recurring.take("query", "1")
    assert (first and first.action, second and second.action) == ("refuse", "delay")


@pytest.mark.parametrize("name", RECURRING)
def test_each_is_a_defect_of_the_simulator(name: str, identity: Identity) -> None:
    assert name in {defect.id for defect in DEFECTS}
    assert practices_with([name]) != Practices()
    assert isinstance(Simulator(identity=identity, defects=[name]).faults, RecurringFaultBook)


def test_a_healthy_simulator_asks_no_request_what_it_is_about(identity: Identity) -> None:
    assert not Simulator(identity=identity).faults.armed
