"""One fault that is switched on: what it counts, and when it is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from harness.core.clock import BusinessClock
from harness.core.dialects import dialect as row_of
from harness.levers.actions import CALLBACKS, PAYING
from harness.levers.matching import shows
from harness.levers.models import Fault, RuleInForce


@dataclass(frozen=True, slots=True)
class Moments:
    """Both clocks, in seconds that only grow."""

    wire: Callable[[], float] = time.monotonic
    business: BusinessClock = field(default_factory=BusinessClock)

    def seconds(self, *, business: bool) -> float:
        """Now."""
        return self.business.now().timestamp() if business else self.wire()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, a callback or a payment that a fault may hit."""

    operation: str
    out_trade_no: str | None
    dialect: str | None
    account: str | None
    numbers_of: Callable[[str], Collection[str]]
    amount_of: Callable[[str | None, str], int | None]

    def matches(self, wanted: Fault) -> bool:
        """Whether a fault is about it, whenever that is due. What takes longest to find out comes last."""
        return (
            self._is(wanted.operation)
            and wanted.dialect in (None, self.dialect)
            and wanted.out_trade_no in (None, self.out_trade_no)
            and (wanted.provider is None or self._comes_from(wanted.provider))
            and shows(wanted.action, self.operation, self.dialect)
            and (wanted.account is None or self._belongs_to(wanted.account))
            and (wanted.amount is None or self._amounts_to(wanted.amount))
        )

    def _is(self, operation: str) -> bool:
        return operation == self.operation or (
            operation == "any" and self.operation not in (*CALLBACKS, PAYING)
        )

    def _comes_from(self, provider: str) -> bool:
        return self.dialect is not None and row_of(self.dialect).provider == provider

    def _belongs_to(self, account: str) -> bool:
        return self.account is not None and account in self.numbers_of(self.account)

    def _amounts_to(self, amount: int) -> bool:
        return self.out_trade_no is not None and self.amount_of(self.account, self.out_trade_no) == amount


class Armed:
    """A fault that is switched on.

    What is hit is a function of the rule and of the number of the matching request, and of nothing else: the
    same rule and seed hit the same ones, whoever runs them.
    """

    __slots__ = (
        *("_chance", "_due", "_last", "_met", "_opened", "_over", "_seen"),
        *("fault", "since", "source", "stands"),
    )

    def __init__(self, fault: Fault, source: str, since: datetime, *, stands: bool = False) -> None:
        self.fault = fault
        self.stands = stands
        self.source = source
        self.since = since
        self._seen = self._due = self._met = 0
        self._last: datetime | None = None
        self._opened: float | None = None
        self._over = False
        # Of what is said, so that a member that rules may have one day changes no chance of today's.
        self._chance = Random(fault.model_dump_json(exclude_defaults=True))  # noqa: S311 - chance, no secret

    @property
    def spent(self) -> bool:
        """Whether it can hit nothing more."""
        return self._over or self._due == self.fault.times

    def due(self, asked: Asked, moments: Moments) -> bool:
        """Count a request, and whether this fault is to hit it; another may hit it all the same."""
        wanted = self.fault
        if self.spent or not asked.matches(wanted) or not self._open(moments):
            return False
        self._seen += 1
        if self._seen < wanted.nth or (self._seen - wanted.nth) % wanted.every:
            return False
        if wanted.probability is not None and self._chance.random() >= wanted.probability:
            return False
        self._due += 1
        return True

    def hits(self, at: datetime) -> datetime | None:
        """It is the one that hits a request now; returns when it hit the one before."""
        before, self._last = self._last, at
        self._met += 1
        return before

    def missed(self, at: datetime, before: datetime | None) -> None:
        """What it hit then shows nothing of it, and is not one of those that it hits."""
        self._due -= 1
        self._met -= 1
        if self._last == at:
            self._last = before

    def in_force(self, *, until: datetime | None = None) -> RuleInForce:
        """How it is told."""
        return RuleInForce(
            source=self.source,
            rule=self.fault,
            stands=self.stands,
            since=self.since,
            until=until,
            met=self._met,
            last_met=self._last,
        )

    def _open(self, moments: Moments) -> bool:
        """Whether its window is open; the first request that matches starts the time."""
        wanted = self.fault
        if not wanted.after_s and wanted.for_s is None:
            return True
        now = moments.seconds(business=wanted.on_business_time)
        if self._opened is None:
            self._opened = now
        passed = now - self._opened
        self._over = wanted.for_s is not None and passed >= wanted.after_s + wanted.for_s
        return passed >= wanted.after_s and not self._over
