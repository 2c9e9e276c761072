"""The double-entry book; amounts in fen."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from harness.core.control import Model
from harness.core.money import Fen


class LedgerEntry(Model):
    """One booking: `amount` leaves `debit`'s side and arrives at `credit`'s."""

    at: datetime
    """Business time, UTC."""
    debit: str
    """Account the money comes from: its balance falls."""
    credit: str
    """Account the money goes to: its balance rises."""
    amount: Fen
    out_trade_no: str
    reason: str
    out_refund_no: str = ""
    """Of what concerns one refund on the merchant account; otherwise empty."""


class Ledger(Model):
    """The double-entry book. The sum of all balances is zero, always."""

    entries: tuple[LedgerEntry, ...]
    balances: dict[str, Fen]
    paid: dict[str, Fen]
    """Per out_trade_no of a paid order: what arrived for the merchant account that was asked for."""
    refunded: dict[str, Fen] = Field(default_factory=dict)
    """Per out_trade_no: what has gone back of it; a refund that is under way or stuck has not."""
