"""Refunds in the database: what is left is added up in the transaction that writes one down (facts C26)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from harness.core.money import Fen
from harness.core.payment import Refund
from harness.shop.order_record import OrderRecord, OrderStatus
from harness.shop.refunds.record import AWAITED, TAKES, RefundRecord, RefundState, record_of
from harness.shop.store import Store

MOST_PARTS = 50
APART_S = 60.0
"""Between two refunds of one order."""
Judge = Callable[[OrderRecord, list[RefundRecord], Fen, datetime], None]
"""Raises where a further part of that amount may not be asked for now."""


class RefundBook:
    """Reads and writes refunds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, out_refund_no: str) -> RefundRecord | None:
        """The refund of that number."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT * FROM refunds WHERE out_refund_no = ?", (out_refund_no,)
            ).fetchone()
        return record_of(row) if row else None

    def of_order(self, out_trade_no: str) -> list[RefundRecord]:
        """Every refund of an order, oldest first."""
        with self._store.reading() as connection:
            return _of_order(connection, out_trade_no)

    def found_or_kept(
        self,
        order: OrderRecord,
        key: str,
        refund: Fen,
        reason: str,
        *,
        now: datetime,
        new_number: Callable[[], str],
        judge: Judge,
    ) -> RefundRecord:
        """The refund that the page calls `key`, or a new one that may be asked for.

        Raises:
            Refusal: `judge` will not have it.
        """
        with self._store.writing() as connection:
            before = _of_order(connection, order.out_trade_no)
            if (found := next((each for each in before if each.key == key), None)) is not None:
                return found
            judge(order, before, refund, now)
            made = RefundRecord(
                out_refund_no=new_number(),
                out_trade_no=order.out_trade_no,
                key=key,
                refund=refund,
                reason=reason,
                created=now,
            )
            connection.execute(
                "INSERT INTO refunds"
                " (out_refund_no, out_trade_no, refund_key, refund, reason, created, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    made.out_refund_no,
                    made.out_trade_no,
                    made.key,
                    int(made.refund),
                    made.reason,
                    made.created.timestamp(),
                    made.state,
                ),
            )
        return made

    def kept_unasked(
        self, order: OrderRecord, told: Refund, refund: Fen, note: str, *, now: datetime
    ) -> RefundRecord | None:
        """Write a refund down that the platform made; None: the order has not that much left.

        Args:
            note: what a person is to know of the order then.
            now: when it was made.
        """
        with self._store.writing() as connection:
            before = _of_order(connection, order.out_trade_no)
            if (
                found := next((e for e in before if e.out_refund_no == told.out_refund_no), None)
            ) is not None:
                return found
            if taken(before) + refund > order.amount:
                return None
            connection.execute(
                "INSERT INTO refunds"
                " (out_refund_no, out_trade_no, refund_key, refund, reason, created, state)"
                " VALUES (?, ?, ?, ?, '', ?, ?)",
                (
                    told.out_refund_no,
                    order.out_trade_no,
                    f"platform:{told.out_refund_no}",
                    int(refund),
                    now.timestamp(),
                    RefundState.PROCESSING,
                ),
            )
            connection.execute(
                "UPDATE orders SET attention = ? WHERE out_trade_no = ?", (note, order.out_trade_no)
            )
            return next(
                each
                for each in _of_order(connection, order.out_trade_no)
                if each.out_refund_no == told.out_refund_no
            )

    def apply(self, told: Refund, state: RefundState, attention: str) -> None:
        """Note what became of a refund, and of its order; what has ended well or ill stays as it is."""
        with self._store.writing() as connection:
            changed = connection.execute(
                "UPDATE refunds SET state = ?, refund_id = ?, payer_refund = COALESCE(?, payer_refund),"
                " query_due = CASE WHEN ? IN (?, ?) THEN query_due END"
                " WHERE out_refund_no = ? AND state NOT IN (?, ?)",
                (
                    state,
                    told.refund_id,
                    None if told.payer_refund is None else int(told.payer_refund),
                    state,
                    *AWAITED,
                    told.out_refund_no,
                    RefundState.SUCCESS,
                    RefundState.CLOSED,
                ),
            ).rowcount
            if changed and state is RefundState.SUCCESS:
                connection.execute(
                    "UPDATE orders SET status = ? WHERE out_trade_no = ? AND paid_amount > 0 AND amount <="
                    " (SELECT SUM(refund) FROM refunds WHERE refunds.out_trade_no = orders.out_trade_no"
                    " AND refunds.state = ?)",
                    (OrderStatus.REFUNDED, told.out_trade_no, RefundState.SUCCESS),
                )
            if changed and attention:
                connection.execute(
                    "UPDATE orders SET attention = ? WHERE out_trade_no = ?", (attention, told.out_trade_no)
                )

    def refuse(self, out_refund_no: str) -> None:
        """The platform would not have it, and knows nothing of it."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE refunds SET state = ?, query_due = NULL WHERE out_refund_no = ? AND state = ?",
                (RefundState.REFUSED, out_refund_no, RefundState.ASKED),
            )

    def ask_at(self, out_refund_no: str, *, step: int, due: datetime | None) -> None:
        """Set when the platform is to be asked next; None: never unasked."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE refunds SET query_step = ?, query_due = ?"
                " WHERE out_refund_no = ? AND state IN (?, ?)",
                (step, due.timestamp() if due else None, out_refund_no, *AWAITED),
            )

    def ask_no_more(self) -> None:
        """Ask about none of them any more."""
        with self._store.writing() as connection:
            connection.execute("UPDATE refunds SET query_due = NULL")

    def next_to_ask(self) -> tuple[str, int, float] | None:
        """Number, step and due time (Unix seconds) of the refund to ask about soonest."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT out_refund_no, query_step, query_due FROM refunds WHERE query_due IS NOT NULL"
                " ORDER BY query_due LIMIT 1"
            ).fetchone()
        return (row[0], row[1], row[2]) if row else None


def taken(before: list[RefundRecord]) -> Fen:
    """What earlier parts take of the order, whether they have arrived or not."""
    return Fen(sum(each.refund for each in before if each.state in TAKES))


def _of_order(connection: sqlite3.Connection, out_trade_no: str) -> list[RefundRecord]:
    rows = connection.execute(
        "SELECT * FROM refunds WHERE out_trade_no = ? ORDER BY rowid", (out_trade_no,)
    ).fetchall()
    return [record_of(row) for row in rows]
