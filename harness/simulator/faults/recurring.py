"""Deliberate faults that many requests show and one would not: they come by number, or by time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.levers.models import Fault
from harness.simulator.faults.rules import FaultBook
from harness.simulator.practices import DropOut, Freeze, Practices

_WIRE = ("create", "query", "close")


class _Recurring(Protocol):
    """What is wrong with a request of this operation; None: nothing. Called in the order of arrival."""

    def __call__(self, operation: str) -> Fault | None: ...


@dataclass(slots=True)
class _EveryNth:
    every: int
    fault: Fault
    seen: int = 0

    def __call__(self, operation: str) -> Fault | None:
        if operation != self.fault.operation:
            return None
        self.seen += 1
        return None if self.seen % self.every else self.fault


@dataclass(slots=True)
class _DropsOut:
    times: DropOut
    fault: Fault
    seen: int = 0

    def __call__(self, operation: str) -> Fault | None:
        if operation != self.fault.operation:
            return None
        place = self.seen % sum(self.times)
        self.seen += 1
        return self.fault if place >= self.times.answered else None


@dataclass(slots=True)
class _Always:
    fault: Fault

    def __call__(self, operation: str) -> Fault | None:
        return self.fault if operation == self.fault.operation else None


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
    found: list[_Recurring] = []
    if practices.creates_fail_every:
        fails = Fault(operation="create", action="status", value=500)
        found.append(_EveryNth(practices.creates_fail_every, fails))
    if practices.callbacks_vanish_every:
        vanishes = Fault(operation="notify", action="lost")
        found.append(_EveryNth(practices.callbacks_vanish_every, vanishes))
    if practices.freezes is not None:
        found.append(_Frozen(practices.freezes, now))
    if practices.queries_drop_out is not None:
        fails = Fault(operation="query", action="status", value=500)
        found.append(_DropsOut(practices.queries_drop_out, fails))
    if practices.query_takes_s:
        found.append(_Always(Fault(operation="query", action="delay", value=practices.query_takes_s)))
    if practices.create_holds_s:
        found.append(_Queue(practices.create_holds_s, now))
    return found


class RecurringFaultBook(FaultBook):
    """A fault book with faults that nobody switched on and `clear` does not take away."""

    def __init__(self, recurring: Sequence[_Recurring]) -> None:
        super().__init__()
        self._recurring = tuple(recurring)
        self._turn = threading.Lock()

    @property
    def armed(self) -> bool:
        """Always: a request must say what it is about."""
        return True

    def take(self, operation: str, out_trade_no: str | None, dialect: str | None = None) -> Fault | None:
        """What was switched on comes first."""
        fault = super().take(operation, out_trade_no, dialect)
        if fault is not None:
            return fault
        with self._turn:
            return next((found for each in self._recurring if (found := each(operation))), None)
