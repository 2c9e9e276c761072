"""Payments that were believed and are booked later: written down first, so that none is lost (facts 5.6)."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from harness.core.money import Fen
from harness.core.payment import Transaction
from harness.shop.store import Store

Book = Callable[[Transaction], object]
_AGAIN_S = 0.1
"""After which a store that failed is tried again."""


class Inbox:
    """Keeps believed payments in the database, and books each when its time has come.

    Args:
        store: where they are written down.
        book: applies one.
        after_s: how long after it was written down.
    """

    def __init__(self, store: Store, book: Book, after_s: float) -> None:
        self._store = store
        self._book = book
        self._after_s = after_s
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="inbox", daemon=True)

    def start(self) -> None:
        """Begin to book; what an earlier process left is booked first."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is not booked yet stays written down."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def keep(self, paid: Transaction) -> None:
        """Write a payment down; it is safe when this returns."""
        with self._store.writing() as connection:
            connection.execute(
                "INSERT INTO inbox (due, payment) VALUES (?, ?)",
                (time.time() + self._after_s, json.dumps(asdict(paid), default=datetime.isoformat)),
            )
        with self._changed:
            self._changed.notify_all()

    def waiting(self) -> list[Transaction]:
        """What is written down and not booked yet, oldest first."""
        with self._store.reading() as connection:
            rows = connection.execute("SELECT payment FROM inbox ORDER BY id").fetchall()
        return [_read(row["payment"]) for row in rows]

    def wait_until_booked(self) -> None:
        """Return when everything written down so far is booked."""
        with self._changed:
            self._changed.wait_for(lambda: not self.waiting())

    def _work(self) -> None:
        while not self._ended:
            with self._store.reading() as connection:
                row = connection.execute("SELECT id, due, payment FROM inbox ORDER BY id LIMIT 1").fetchone()
            wait = None if row is None else row["due"] - time.time()
            if wait is None or wait > 0:
                with self._changed:
                    if not self._ended:
                        self._changed.wait(0.5 if wait is None else wait)
                continue
            try:
                self._book(_read(row["payment"]))
            except sqlite3.Error:  # it stays written down, and is tried again
                with self._changed:
                    self._changed.wait(_AGAIN_S)
                continue
            with self._store.writing() as connection:
                connection.execute("DELETE FROM inbox WHERE id = ?", (row["id"],))
            with self._changed:
                self._changed.notify_all()


def _read(text: str) -> Transaction:
    members = json.loads(text)
    for name in ("total", "payer_total"):
        members[name] = None if members[name] is None else Fen(members[name])
    moment = members["success_time"]
    members["success_time"] = None if moment is None else datetime.fromisoformat(moment)
    return Transaction(**members)
