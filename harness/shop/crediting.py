"""Where an order becomes paid: one conditional update in one transaction, so exactly once (facts 5.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.money import Fen
from harness.shop.order_record import OPEN, OrderStatus
from harness.shop.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in for one of our orders, already compared with what we know of it."""

    out_trade_no: str
    amount: Fen
    transaction_id: str
    paid_at: str
    source: str
    """`callback`, `query`, or what else made the shop believe it."""


Credit = Callable[[Store, Payment], bool]
"""Books a payment and fulfils the order; True when this call did it, False when it had been done."""


def credit_once(store: Store, payment: Payment) -> bool:
    """Book and fulfil, unless that was done: twenty callers at once, and one of them does it."""
    with store.writing() as connection:
        changed = connection.execute(
            "UPDATE orders SET status = ?, attention = '', paid_amount = ?, transaction_id = ?, paid_at = ?"
            " WHERE out_trade_no = ? AND status IN (?, ?)",
            (
                OrderStatus.PAID,
                int(payment.amount),
                payment.transaction_id,
                payment.paid_at,
                payment.out_trade_no,
                *OPEN,
            ),
        ).rowcount
        if changed:
            connection.execute(
                "INSERT INTO credits (out_trade_no, amount, source) VALUES (?, ?, ?)",
                (payment.out_trade_no, int(payment.amount), payment.source),
            )
    return changed == 1


def book_without_fulfilling(store: Store, payment: Payment, status: OrderStatus, attention: str) -> bool:
    """Book money that must not fulfil the order, e.g. because it was closed; a person is told why."""
    with store.writing() as connection:
        changed = connection.execute(
            "UPDATE orders SET status = ?, attention = ?, paid_amount = ?, transaction_id = ?, paid_at = ?"
            " WHERE out_trade_no = ? AND paid_amount = 0",
            (
                status,
                attention,
                int(payment.amount),
                payment.transaction_id,
                payment.paid_at,
                payment.out_trade_no,
            ),
        ).rowcount
    return changed == 1
