"""The fault book: which request goes wrong next, and how."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from harness.core.clock import wire_now
from harness.levers.models import CALLBACKS, Fault, MetFault

_REMEMBERED = 10_000
"""Of the requests that met a fault; a load under a fault may send more."""


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0

    @property
    def spent(self) -> bool:
        return self.seen >= self.fault.nth + self.fault.times - 1

    def matches(self, operation: str, out_trade_no: str | None, dialect: str | None) -> bool:
        wanted = self.fault
        if wanted.dialect not in (None, dialect):
            return False
        asked = wanted.operation == operation or (wanted.operation == "any" and operation not in CALLBACKS)
        return asked and wanted.out_trade_no in (None, out_trade_no)


class FaultBook:
    """Holds the faults that are switched on and hands them out, request by request. Thread-safe.

    Every fault counts the requests that match it, whether or not another fault hits them; when several are
    due, the one that was added first wins.
    """

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self._met: deque[MetFault] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    @property
    def armed(self) -> bool:
        """Whether any fault may still hit; false spares a request the work of saying what it is about."""
        return bool(self._armed)

    def add(self, fault: Fault) -> None:
        """Switch a fault on; it counts from the next matching request."""
        with self._lock:
            self._armed.append(_Armed(fault))

    def clear(self) -> None:
        """Switch every fault off, and forget whom they met."""
        with self._lock:
            self._armed.clear()
            self._met.clear()

    def met(self) -> list[MetFault]:
        """Every request that a fault has hit since then, oldest first."""
        with self._lock:
            return list(self._met)

    def take(self, operation: str, out_trade_no: str | None, dialect: str | None = None) -> Fault | None:
        """Count one request and return the fault that hits it, if any.

        Args:
            operation: one of `FaultOperation` but `any`.
            out_trade_no: the order it is about; None when it is about none.
            dialect: the wire it came on, or the form of a callback; a fault of one wire meets no other.
        """
        if not self._armed:
            return None
        hit: Fault | None = None
        with self._lock:
            for armed in self._armed:
                if not armed.matches(operation, out_trade_no, dialect):
                    continue
                armed.seen += 1
                if hit is None and armed.seen >= armed.fault.nth:
                    hit = armed.fault
            self._armed = [armed for armed in self._armed if not armed.spent]
            if hit is not None:
                self._met.append(
                    MetFault(
                        at=wire_now(),
                        operation=operation,
                        action=hit.action,
                        out_trade_no=out_trade_no,
                        dialect=dialect,
                    )
                )
        return hit
