"""Trade bills: how they are to differ, and who applied for one."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from harness.core.control import Model
from harness.core.money import Fen


class BillChange(Model):
    """How the trade bills that are applied for from now on differ from what happened; empty: not at all."""

    lacks: frozenset[str] = frozenset()
    """Numbers of payments (out_trade_no) and of refunds (out_refund_no) that have no row."""
    adds: dict[str, Fen] = Field(default_factory=dict)
    """Rows of payments that nobody made: fen by out_trade_no."""
    amounts: dict[str, Fen] = Field(default_factory=dict)
    """Fen that the row of a payment or a refund tells in place of its amount, by its number."""
    columns_moved: bool = False
    """Whether the columns stand the other way round, with one before them that nobody knows."""
    wrong_hash: bool = False
    """Whether another hash is announced than the file's; Alipay announces none."""
    creating: bool = False
    """Whether an application is told that the bill is still being made."""


class BillRequest(Model):
    """An application for a trade bill."""

    at: datetime
    """Business time, UTC."""
    day: date
    """Of the bill, Beijing."""
    refused: str
    """Why there was none: `bill-day` `bill-creating`, of WeChat's `no-bill`; empty: a link was handed out."""
