"""Orders in the database: every statement that makes, finds or re-dates one. Money is `crediting.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from harness.core.payment import JsapiParameters, Prepared, Provider
from harness.shop.order_record import (
    COLUMNS,
    OPEN,
    OrderRecord,
    OrderStatus,
    PlacementState,
    bridge_text,
    record_of,
)
from harness.shop.store import Store


class OrderBook:
    """Reads and writes orders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, out_trade_no: str) -> OrderRecord | None:
        """The order of that number."""
        with self._store.reading() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS} FROM orders WHERE out_trade_no = ?",  # noqa: S608 - constant text
                (out_trade_no,),
            ).fetchone()
        return record_of(row) if row else None

    def provider_of(self, out_trade_no: str) -> Provider:
        """Whose order it is; of a number that is none of ours, WeChat's."""
        record = self.get(out_trade_no)
        return Provider.WECHAT if record is None else record.provider

    def latest(self, account: str, order_id: str) -> OrderRecord | None:
        """The newest order under the page's own name for it."""
        with self._store.reading() as connection:
            return _latest(connection, account, order_id)

    def all(self) -> list[OrderRecord]:
        """Every order, oldest first."""
        with self._store.reading() as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM orders ORDER BY rowid").fetchall()  # noqa: S608
        return [record_of(row) for row in rows]

    def latest_or_new(
        self,
        account: str,
        order_id: str,
        *,
        reusable: Callable[[OrderRecord], bool],
        make: Callable[[int], OrderRecord],
    ) -> OrderRecord:
        """The newest order under the page's own name for it, or a new one, decided in one transaction.

        Args:
            account: who asks.
            order_id: the page's name for the order.
            reusable: whether the newest order's number can still be used.
            make: makes a record of the generation it is given.
        """
        with self._store.writing() as connection:
            newest = _latest(connection, account, order_id)
            if newest is not None and reusable(newest):
                return newest
            made = make(newest.generation + 1 if newest else 0)
            connection.execute(
                "INSERT INTO orders (out_trade_no, account, order_id, generation, goods, description, amount,"
                " provider, kind, openid, client_ip, return_url, time_expire, created, placement_state,"
                " status, query_start) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    made.out_trade_no,
                    made.account,
                    made.order_id,
                    made.generation,
                    made.goods,
                    made.description,
                    int(made.amount),
                    made.provider,
                    made.kind,
                    made.openid,
                    made.client_ip,
                    made.return_url,
                    int(made.time_expire.timestamp()),
                    made.created.timestamp(),
                    made.placement_state,
                    made.status,
                    made.created.timestamp(),
                ),
            )
        return made

    def forget_unless_sent(self, out_trade_no: str) -> None:
        """Drop an order that the platform cannot know."""
        with self._store.writing() as connection:
            connection.execute(
                "DELETE FROM orders WHERE out_trade_no = ? AND placement_state = ?",
                (out_trade_no, PlacementState.NEW),
            )

    def mark_maybe_sent(self, out_trade_no: str) -> None:
        """Note that the platform may know the number, so it is never dropped or replaced unasked."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET placement_state = ? WHERE out_trade_no = ? AND placement_state = ?",
                (PlacementState.MAYBE, out_trade_no, PlacementState.NEW),
            )

    def placed(self, out_trade_no: str, prepared: Prepared, bridge: JsapiParameters | None) -> None:
        """Note what starts the payment now; what did before stopped working (facts 3.3).

        The number is the one the platform took the order under.
        """
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET out_trade_no = ?, placement_state = ?, placements = placements + 1,"
                " code_url = ?, h5_url = ?, bridge = ?, expires = ?, dialect = ?, request_id = ?"
                " WHERE out_trade_no = ?",
                (
                    prepared.out_trade_no,
                    PlacementState.PLACED,
                    prepared.code_url or "",
                    prepared.h5_url or prepared.page_url or prepared.order_string or "",
                    bridge_text(bridge),
                    prepared.expire_time.timestamp() if prepared.expire_time else None,
                    prepared.dialect,
                    prepared.request_id,
                    out_trade_no,
                ),
            )

    def note(self, out_trade_no: str, status: OrderStatus, attention: str) -> None:
        """Note what the platform says of an order that is still open; a settled one is left alone."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET status = ?, attention = ? WHERE out_trade_no = ? AND status IN (?, ?)",
                (status, attention, out_trade_no, *OPEN),
            )

    def take_back(self, out_trade_no: str, status: OrderStatus) -> None:
        """Put a status over whatever was known. No correct shop comes here."""
        with self._store.writing() as connection:
            connection.execute("UPDATE orders SET status = ? WHERE out_trade_no = ?", (status, out_trade_no))

    def given_back(self, out_trade_no: str) -> None:
        """Call a paid order refunded, however much of it is still here. No correct shop comes here."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET status = ? WHERE out_trade_no = ? AND paid_amount > 0",
                (OrderStatus.REFUNDED, out_trade_no),
            )

    def warn(self, out_trade_no: str, attention: str) -> None:
        """Put a sentence for a person beside the order, whatever its status."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET attention = ? WHERE out_trade_no = ?", (attention, out_trade_no)
            )

    def ask_at(self, out_trade_no: str, *, start: datetime, step: int, due: datetime | None) -> None:
        """Set when the platform is to be asked next; None: never unasked."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE orders SET query_start = ?, query_step = ?, query_due = ? WHERE out_trade_no = ?",
                (start.timestamp(), step, due.timestamp() if due else None, out_trade_no),
            )

    def next_to_ask(self) -> tuple[str, float, int, float] | None:
        """Number, start, step and due time (Unix seconds) of the open order to ask about soonest."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT out_trade_no, query_start, query_step, query_due FROM orders"
                " WHERE query_due IS NOT NULL AND status IN (?, ?) ORDER BY query_due LIMIT 1",
                OPEN,
            ).fetchone()
        return (row[0], row[1], row[2], row[3]) if row else None


class FindOrMake(Protocol):
    """`OrderBook.latest_or_new`, or another way to do it."""

    def __call__(
        self,
        book: OrderBook,
        account: str,
        order_id: str,
        /,
        *,
        reusable: Callable[[OrderRecord], bool],
        make: Callable[[int], OrderRecord],
    ) -> OrderRecord: ...


def _latest(connection: sqlite3.Connection, account: str, order_id: str) -> OrderRecord | None:
    row = connection.execute(
        f"SELECT {COLUMNS} FROM orders WHERE account = ? AND order_id = ?"  # noqa: S608 - constant text
        " ORDER BY generation DESC LIMIT 1",
        (account, order_id),
    ).fetchone()
    return record_of(row) if row else None
