"""The fault book: which request goes wrong next, and how."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.core.clock import wire_now
from harness.levers.models import Fault, MetFault, RuleInForce
from harness.simulator.faults.armed import Armed, Asked, Moments

_REMEMBERED = 10_000
"""Of the requests that met a fault, and of faults that are over; a load under a fault may send more."""
BY_SCENARIO = "scenario"
"""The source of a fault that a scenario of a run switched on."""
BY_LEVERS = "levers"
"""Of one that anybody else did who holds the token."""


def _alone(account: str) -> Collection[str]:
    return (account,)


def _unknown(account: str | None, out_trade_no: str) -> int | None:
    return None


@dataclass(slots=True)
class _Hit:
    """A request that a fault was handed out for."""

    told: MetFault
    by: Armed
    before: datetime | None
    """When that had hit the one before."""
    stands: bool
    """Whether that stands; one that was switched on alone is gone when it is spent."""


class FaultBook:
    """Holds the faults that are switched on and hands them out, request by request. Thread-safe.

    Every fault counts the requests that match it, whether or not another fault hits them; when several are
    due, the one that was added first wins. Those that were switched on one by one come before the rules that
    stand, which `clear` does not take away: they are how this platform is.

    Args:
        moments: both clocks.
        numbers_of: by an account's number on either platform, all that its merchant is called.
        amount_of: fen of an order, by an account's number and its own; None: there is none.
    """

    def __init__(
        self,
        *,
        moments: Moments | None = None,
        numbers_of: Callable[[str], Collection[str]] = _alone,
        amount_of: Callable[[str | None, str], int | None] = _unknown,
    ) -> None:
        self._moments = moments or Moments()
        self._numbers_of = numbers_of
        self._amount_of = amount_of
        self._armed: list[Armed] = []
        self._standing: list[Armed] = []
        self._stood: deque[RuleInForce] = deque(maxlen=_REMEMBERED)
        """Rules of somebody's own that were in force, and are no more."""
        self._met: deque[_Hit] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    @property
    def armed(self) -> bool:
        """Whether any fault may still hit; false spares a request the work of saying what it is about."""
        return bool(self._armed or self._standing)

    def add(self, fault: Fault, *, source: str = BY_SCENARIO) -> None:
        """Switch a fault on; it counts from the next matching request.

        Args:
            source: who did. What is no scenario's is a rule of somebody's own, so that no run under it counts
                as a rehearsal.
        """
        with self._lock:
            self._armed.append(Armed(fault, source, wire_now(), stands=source != BY_SCENARIO))

    def clear(self) -> None:
        """Switch off every fault that was added, and forget whom they met; rules that stand go on."""
        with self._lock:
            self._end(self._armed)
            self._armed = []
            self._met.clear()

    def stand(self, source: str, rules: Sequence[Fault], *, more: bool = False) -> None:
        """Let these rules stand from now on, beside those before or in place of them.

        Args:
            source: what they are told by.
            more: whether those before go on.
        """
        with self._lock:
            if not more:
                self._end(self._standing)
                self._standing = []
            self._standing += [Armed(rule, source, wire_now(), stands=True) for rule in rules]

    def rules(self, *, since: datetime | None = None) -> list[RuleInForce]:
        """Every rule in force, standing ones first; with a moment, also those that stood until after it."""
        with self._lock:
            over = [each for each in self._stood if since is not None and each.until and each.until >= since]
            return [*over, *(each.in_force() for each in (*self._standing, *self._armed))]

    def _end(self, over: Sequence[Armed]) -> None:
        now = wire_now()
        self._stood += [each.in_force(until=now) for each in over if each.stands]

    def met(self) -> list[MetFault]:
        """Every request that a fault has hit since then, oldest first."""
        with self._lock:
            return [each.told for each in self._met]

    def take(
        self,
        operation: str,
        out_trade_no: str | None,
        dialect: str | None = None,
        account: str | None = None,
    ) -> Fault | None:
        """Count one request and return the fault that hits it, if any.

        Args:
            operation: one of `FaultOperation` but `any`.
            out_trade_no: the order it is about; None when it is about none.
            dialect: the wire it came on, or the form of a callback; a fault of one wire meets no other.
            account: whose it is, by its number on either platform; None: nobody's that is known.
        """
        if not self.armed:
            return None
        asked = Asked(operation, out_trade_no, dialect, account, self._numbers_of, self._amount_of)
        hit: Armed | None = None
        with self._lock:
            for armed in (*self._armed, *self._standing):
                if armed.due(asked, self._moments) and hit is None:
                    hit = armed
            before = hit.hits(now := wire_now()) if hit is not None else None
            self._end([armed for armed in self._armed if armed.spent])
            alone, self._armed = self._armed, [armed for armed in self._armed if not armed.spent]
            if hit is None:
                return None
            told = MetFault(
                at=now,
                operation=operation,
                action=hit.fault.action,
                out_trade_no=out_trade_no,
                dialect=dialect,
                rule=f"{hit.source}: {hit.fault}",
            )
            self._met.append(_Hit(told, hit, before, hit not in alone))
            return hit.fault

    def missed(
        self, fault: Fault, operation: str, out_trade_no: str | None, dialect: str | None = None
    ) -> None:
        """What this fault was handed out for shows nothing of it: it has one more to hit.

        Among those that match it, the request counts all the same.
        """
        about = operation, out_trade_no, dialect
        with self._lock:
            for hit in reversed(self._met):
                told = hit.told
                if hit.by.fault is fault and about == (told.operation, told.out_trade_no, told.dialect):
                    self._met.remove(hit)
                    self._take_back(hit)
                    return

    def _take_back(self, hit: _Hit) -> None:
        armed = hit.by
        armed.missed(hit.told.at, hit.before)
        if not (hit.stands or armed.spent or armed in self._armed):
            self._armed = sorted((*self._armed, armed), key=lambda each: each.since)
            self._stood = deque((each for each in self._stood if each.rule is not armed.fault), _REMEMBERED)
