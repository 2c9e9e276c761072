"""Reconciled days in the database, and what the books have for a day's bill to be compared with."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from harness.core.bill import TradeBill
from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.shop.reconciliation.comparison import Booked, DayBooks
from harness.shop.reconciliation.record import DayRecord, DayState, Difference, Kind, ready_at
from harness.shop.refunds.record import RefundState
from harness.shop.store import Store

EDGE = timedelta(minutes=5)
"""A refund that was asked for so near midnight may have been accepted on the next day."""


class DayBook:
    """Reads and writes the days of one provider."""

    def __init__(self, store: Store, provider: Provider) -> None:
        self._store = store
        self.provider = provider

    def begin(self, day: date) -> None:
        """Expect the bill of a day; nothing where that is known."""
        with self._store.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO days (provider, day, state, due) VALUES (?, ?, ?, ?)",
                (self.provider, day.isoformat(), DayState.WAITING, ready_at(day).timestamp()),
            )

    def known(self) -> bool:
        """Whether any day was begun."""
        with self._store.reading() as connection:
            any_day = "SELECT 1 FROM days WHERE provider = ? LIMIT 1"
            return connection.execute(any_day, (self.provider,)).fetchone() is not None

    def get(self, day: date) -> DayRecord | None:
        """A day that was begun."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT * FROM days WHERE provider = ? AND day = ?", (self.provider, day.isoformat())
            ).fetchone()
            return None if row is None else _record(connection, row)

    def latest(self, most: int) -> list[DayRecord]:
        """The newest days, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM days WHERE provider = ? ORDER BY day DESC LIMIT ?", (self.provider, most)
            ).fetchall()
            return [_record(connection, row) for row in rows]

    def next_due(self) -> tuple[date, datetime] | None:
        """Whose bill is asked for next, and when."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT day, due FROM days WHERE provider = ? AND due IS NOT NULL ORDER BY due, day LIMIT 1",
                (self.provider,),
            ).fetchone()
        return None if row is None else (date.fromisoformat(row["day"]), _moment(row["due"]))

    def wait(self, day: date, due: datetime | None, note: str, state: DayState = DayState.WAITING) -> None:
        """There is no bill that could be compared; what an earlier one told stays."""
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE days SET state = CASE WHEN state = ? THEN ? ELSE state END, due = ?, note = ?"
                " WHERE provider = ? AND day = ?",
                (
                    DayState.WAITING,
                    state,
                    None if due is None else due.timestamp(),
                    note,
                    self.provider,
                    day.isoformat(),
                ),
            )

    def settle(self, bill: TradeBill, state: DayState, found: Sequence[Difference]) -> None:
        """A bill was compared, which is empty where there was no trade."""
        name, counted = bill.day.isoformat(), (len(bill.payments), len(bill.refunds))
        with self._store.writing() as connection:
            connection.execute(
                "UPDATE days SET state = ?, due = NULL, note = '', payments = ?, refunds = ?"
                " WHERE provider = ? AND day = ?",
                (state, *counted, self.provider, name),
            )
            connection.execute(
                "DELETE FROM differences WHERE provider = ? AND day = ?", (self.provider, name)
            )
            connection.executemany(
                "INSERT INTO differences (provider, day, number, out_trade_no, kind, here, there)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (self.provider, name, each.number, each.out_trade_no, each.kind, each.here, each.there)
                    for each in found
                ],
            )

    def books(self, day: date) -> DayBooks:
        """What the shop has itself of that provider's. Refunds that never reached the platform are none."""
        begins = datetime.combine(day, time(), BEIJING)
        ends = begins + timedelta(days=1)
        with self._store.reading() as connection:
            orders = connection.execute(
                "SELECT out_trade_no, paid_amount, paid_at FROM orders"
                " WHERE paid_amount > 0 AND provider = ?",
                (self.provider,),
            ).fetchall()
            refunds = connection.execute(
                "SELECT out_refund_no, out_trade_no, refund, refunds.created"
                " FROM refunds JOIN orders USING (out_trade_no)"
                " WHERE state NOT IN (?, ?) AND provider = ?",
                (RefundState.ASKED, RefundState.REFUSED, self.provider),
            ).fetchall()
        return DayBooks(
            payments={row[0]: Booked(row[0], Fen(row[1])) for row in orders},
            refunds={row[0]: Booked(row[1], Fen(row[2])) for row in refunds},
            payments_of_day=frozenset(
                row[0] for row in orders if row[2] and begins <= datetime.fromisoformat(row[2]) < ends
            ),
            refunds_of_day=frozenset(row[0] for row in refunds if begins <= _moment(row[3]) < ends - EDGE),
        )


def _moment(stored: float) -> datetime:
    return datetime.fromtimestamp(stored, UTC)


def _record(connection: sqlite3.Connection, row: sqlite3.Row) -> DayRecord:
    found = connection.execute(
        "SELECT * FROM differences WHERE provider = ? AND day = ? ORDER BY rowid",
        (row["provider"], row["day"]),
    ).fetchall()
    return DayRecord(
        day=date.fromisoformat(row["day"]),
        provider=Provider(row["provider"]),
        state=DayState(row["state"]),
        due=None if row["due"] is None else _moment(row["due"]),
        note=row["note"],
        payments=row["payments"],
        refunds=row["refunds"],
        differences=tuple(
            Difference(
                number=each["number"],
                out_trade_no=each["out_trade_no"],
                kind=Kind(each["kind"]),
                here=None if each["here"] is None else Fen(each["here"]),
                there=None if each["there"] is None else Fen(each["there"]),
            )
            for each in found
        ),
    )
