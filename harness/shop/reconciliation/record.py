"""A day as the shop has reconciled it, and what did not agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.core.payment import Provider

READY = time(10, 5)
"""Beijing, of the day after: bills are there from ten o'clock (facts 3.8)."""


class DayState(StrEnum):
    """How far the reconciliation of a day is."""

    WAITING = "waiting"
    """Its bill is not there yet, or could not be believed: it is asked for again."""
    DONE = "done"
    NO_TRADE = "no-trade"
    """The platform says that nothing happened that day."""
    GIVEN_UP = "given-up"
    """No bill can be had any more."""


class Kind(StrEnum):
    """What is wrong with a payment or a refund."""

    MISSING_HERE = "missing-here"
    MISSING_THERE = "missing-there"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One payment or refund on which bill and books do not agree. Amounts in fen; None: it is not there."""

    number: str
    """`out_trade_no` of a payment, `out_refund_no` of a refund."""
    out_trade_no: str
    kind: Kind
    here: Fen | None
    there: Fen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """One Beijing day of one provider. Moments are business time."""

    day: date
    provider: Provider
    """Whose bill it is."""
    state: DayState
    due: datetime | None
    """When its bill is asked for next; None: no more."""
    note: str = ""
    """Why it waits, or was given up, for a person."""
    payments: int = 0
    """Rows of its bill."""
    refunds: int = 0
    differences: tuple[Difference, ...] = ()


def ready_at(day: date) -> datetime:
    """When the bill of a day is asked for first."""
    return datetime.combine(day + timedelta(days=1), READY, BEIJING).astimezone(UTC)
