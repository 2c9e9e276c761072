"""Deliberate faults that many requests show and one would not: they come by number, or by time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from harness.core.control import Defect
from harness.levers.models import Fault
from harness.simulator.faults.rules import FaultBook

__all__ = ["DEFECTS", "FREEZE", "AilingBook", "Freeze", "ailments"]

CREATES_FAIL = "creates-fail"
CALLBACKS_VANISH = "callbacks-vanish"
FREEZES = "freezes"
QUERIES_CRAWL = "queries-crawl"
CREATES_QUEUE = "creates-queue"

ONE_IN = 8
"""Of so many creates, or callbacks, one goes wrong."""
CRAWL_S = 2.02
"""A hair above the limit of two seconds: what rounds to 100 ms cannot tell from 1.98 s."""
ONE_AT_A_TIME_S = 0.08
"""How long a create holds what the next one waits for: 12 a second and no more."""
_WIRE = ("create", "query", "close")

DEFECTS = Defect.table(
    "endpoint",
    (
        CREATES_FAIL,
        "PRF-01",
        "每八次下单有一次回应系统错误",
        "one create in eight is answered with a system error",
    ),
    (
        CALLBACKS_VANISH,
        "PRF-02",
        "每八个支付回调有一个的首次通知丢失",
        "the first delivery of one callback in eight is lost",
    ),
    (
        FREEZES,
        "PRF-03",
        "每 15 秒停顿 5 秒：期间的请求都要等它过去",
        "it freezes for 5 s in every 15, and whatever arrives meanwhile waits",
    ),
    (
        CREATES_QUEUE,
        "PRF-06",
        "下单一个一个地处理，每秒至多 12 单",
        "creates are worked off one at a time, 12 a second at most",
    ),
    (
        QUERIES_CRAWL,
        "QRY-04",
        "查单要 2.02 秒才回应",
        "a query takes 2.02 s to be answered",
    ),
)


class Freeze(NamedTuple):
    """Stands still for the last `for_s` of every `every_s`, counted from the first request."""

    for_s: float
    every_s: float


FREEZE = Freeze(for_s=5.0, every_s=15.0)


class _Ailment(Protocol):
    """What is wrong with a request of this operation; None: nothing. Called in the order of arrival."""

    def __call__(self, operation: str) -> Fault | None: ...


@dataclass(slots=True)
class _EveryNth:
    operation: str
    fault: Fault
    seen: int = 0

    def __call__(self, operation: str) -> Fault | None:
        if operation != self.operation:
            return None
        self.seen += 1
        return None if self.seen % ONE_IN else self.fault


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
    now: Callable[[], float]
    free: float = 0.0

    def __call__(self, operation: str) -> Fault | None:
        if operation != "create":
            return None
        now = self.now()
        self.free = max(self.free, now) + ONE_AT_A_TIME_S
        return _waits(self.free - now)


def _waits(seconds: float) -> Fault:
    return Fault(operation="any", action="delay", value=seconds)


def ailments(
    names: Collection[str], *, freeze: Freeze = FREEZE, now: Callable[[], float] = time.monotonic
) -> list[_Ailment]:
    """What the chosen defects do; names that are none of these are left to others.

    Args:
        freeze: how long `freezes` stands still, and how often.
        now: seconds that only grow.
    """
    known: dict[str, _Ailment] = {
        CREATES_FAIL: _EveryNth("create", Fault(operation="create", action="status", value=500)),
        CALLBACKS_VANISH: _EveryNth("notify", Fault(operation="notify", action="lost")),
        FREEZES: _Frozen(freeze, now),
        QUERIES_CRAWL: _Always(Fault(operation="query", action="delay", value=CRAWL_S)),
        CREATES_QUEUE: _Queue(now),
    }
    return [ailment for name, ailment in known.items() if name in names]


class AilingBook(FaultBook):
    """A fault book with faults that nobody switched on and `clear` does not cure."""

    def __init__(self, ailing: Sequence[_Ailment]) -> None:
        super().__init__()
        self._ailing = tuple(ailing)
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
            return next((found for each in self._ailing if (found := each(operation))), None)
