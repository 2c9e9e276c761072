"""A trade bill as a merchant reads it: what was paid and given back on one day (facts 3.8, alipay 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from harness.core.money import Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledPayment:
    """A payment of that day. Amounts in fen; `total` is the order's, coupons included."""

    out_trade_no: str
    transaction_id: str
    total: Fen


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledRefund:
    """A refund that was accepted that day. `refund` is fen of the part; `status` is the bill's own word.

    Alipay numbers no refunds of its own, and bills only those that succeeded: `refund_id` is empty there, and
    `status` is SUCCESS.
    """

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    refund: Fen
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeBill:
    """Everything of one Beijing day."""

    day: date
    payments: tuple[BilledPayment, ...] = ()
    refunds: tuple[BilledRefund, ...] = ()
