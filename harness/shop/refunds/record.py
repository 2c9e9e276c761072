"""A refund as the shop keeps it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from harness.core.money import Fen


class RefundState(StrEnum):
    """How a refund stands with the shop."""

    ASKED = "asked"
    """Written down; the platform may know it, or not."""
    PROCESSING = "processing"
    SUCCESS = "success"
    CLOSED = "closed"
    """The platform gave it up: the money is still here."""
    ABNORMAL = "abnormal"
    """The money found no way to the payer: a person must look."""
    REFUSED = "refused"
    """The platform would not have it."""


TAKES = (RefundState.ASKED, RefundState.PROCESSING, RefundState.SUCCESS, RefundState.ABNORMAL)
"""What counts against the order's amount."""
AWAITED = (RefundState.ASKED, RefundState.PROCESSING)
"""What the platform is still to be asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRecord:
    """One refund. Times are business time; amounts are fen."""

    out_refund_no: str
    """Made once, and never changed: a second number would be a second refund (facts 6.5)."""
    out_trade_no: str
    key: str
    """What the page calls it: the same again is the same refund."""
    refund: Fen
    reason: str
    created: datetime
    state: RefundState = RefundState.ASKED
    refund_id: str = ""
    payer_refund: Fen | None = None
    """What the payer gets back, as the platform says; less than `refund` where a coupon gave the rest."""

    @property
    def comes_back(self) -> Fen:
        """What its payer is told to get back (facts C53); until the platform has said it, all of it."""
        return self.refund if self.payer_refund is None else self.payer_refund


def record_of(row: sqlite3.Row) -> RefundRecord:
    """The record in a row of the table."""
    told = row["payer_refund"]
    return RefundRecord(
        out_refund_no=row["out_refund_no"],
        out_trade_no=row["out_trade_no"],
        key=row["refund_key"],
        refund=Fen(row["refund"]),
        reason=row["reason"],
        created=datetime.fromtimestamp(row["created"], UTC),
        state=RefundState(row["state"]),
        refund_id=row["refund_id"],
        payer_refund=None if told is None else Fen(told),
    )
