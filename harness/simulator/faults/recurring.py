"""Deliberate faults that many requests show and one would not: they come by number, or by time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from harness.levers.models import Fault
from harness.simulator.faults.armed import Moments
from harness.simulator.faults.rules import FaultBook
from harness.simulator.practices import Freeze, Practices

_WIRE = ("create", "query", "close")


class _Recurring(Protocol):
    """What is wrong with a request of this operation; None: nothing. Called in the order of arrival."""

    def __call__(self, operation: str) -> Fault | None: ...


class _Rule:
    """One that is a rule like any other."""

    def __init__(self, moments: Moments, **members: Any) -> None:
        fault = Fault.model_validate({"times": "always", **members})
        self._book = FaultBook(moments=moments)
        self._book.add(fault)

    def __call__(self, operation: str) -> Fault | None:
        return self._book.take(operation, None)


@dataclass(slots=True)
class _Frozen:
    freeze: Freeze
    now: Callable[[], float]
    first: float | None = None

    def __call__(self, operation: str) -> Fault | None:
        if operation not in _WIRE:
            return None
        now = self.now()
        if self.first is None:
            self.first = now
        left = self.freeze.every_s - (now - self.first) % self.freeze.every_s
        return _waits(left) if left <= self.freeze.for_s else None


@dataclass(slots=True)
class _Queue:
    holds_s: float
    now: Callable[[], float]
    free: float = 0.0

    def __call__(self, operation: str) -> Fault | None:
        if operation != "create":
            return None
        now = self.now()
        self.free = max(self.free, now) + self.holds_s
        return _waits(self.free - now)


def _waits(seconds: float) -> Fault:
    return Fault(operation="any", action="delay", value=seconds)


def recurring_faults(practices: Practices, *, now: Callable[[], float] = time.monotonic) -> list[_Recurring]:
    """What goes wrong over and over under these practices; nothing under the right ones.

    Args:
        now: seconds that only grow.
    """
    moments = Moments(wire=now)
    rule = partial(_Rule, moments)
    fails: dict[str, Any] = {"action": "status", "value": 500}
    found: list[_Recurring] = []
    if every := practices.creates_fail_every:
        found.append(rule(operation="create", nth=every, every=every, **fails))
    if every := practices.callbacks_vanish_every:
        found.append(rule(operation="notify", action="lost", nth=every, every=every))
    if practices.freezes is not None:
        found.append(_Frozen(practices.freezes, now))
    if (out := practices.queries_drop_out) is not None:
        failing = range(out.answered + 1, sum(out) + 1)
        found += [rule(operation="query", nth=nth, every=sum(out), **fails) for nth in failing]
    if practices.query_takes_s:
        found.append(rule(operation="query", action="delay", value=practices.query_takes_s))
    if practices.create_holds_s:
        found.append(_Queue(practices.create_holds_s, now))
    return found


def fault_book(practices: Practices, **knows: Any) -> FaultBook:
    """The faults of one simulator, those among them that its practices bring along.

    Args:
        knows: what `FaultBook` wants to know of orders and accounts.
    """
    recurring = recurring_faults(practices)
    return RecurringFaultBook(recurring, **knows) if recurring else FaultBook(**knows)


class RecurringFaultBook(FaultBook):
    """A fault book with faults that nobody switched on and `clear` does not take away."""

    def __init__(self, recurring: Sequence[_Recurring], **knows: Any) -> None:
        super().__init__(**knows)
        self._recurring = tuple(recurring)
        self._turn = threading.Lock()

    @property
    def armed(self) -> bool:
        """Always: a request must say what it is about."""
        return True

    def take(
        self,
        operation: str,
        out_trade_no: str | None,
        dialect: str | None = None,
        account: str | None = None,
    ) -> Fault | None:
        """What was switched on comes first."""
        fault = super().take(operation, out_trade_no, dialect, account)
        if fault is not None:
            return fault
        with self._turn:
            found = [each(operation) for each in self._recurring]  # each counts, whichever hits
        return next((each for each in found if each is not None), None)
