"""The slow work a paid order sets off: writing the shopper's confirmation, while nobody waits for it."""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from harness.shop.order_book import OrderBook
from harness.shop.store import Store

PAGES = Path(__file__).parent / "pages"

_SLOW_S = 6.0
"""How long a sluggish mail server takes: longer than the five seconds a platform waits (facts 0.1)."""


class Confirmations:
    """Writes one letter for each paid order, on a thread of its own."""

    def __init__(self, store: Store, book: OrderBook) -> None:
        self._store = store
        self._book = book
        environment = Environment(loader=FileSystemLoader(PAGES), autoescape=select_autoescape())
        self._template = environment.get_template("letter.html")
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="confirmations", daemon=True)

    def start(self) -> None:
        """Begin to work off what waits."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits, then end."""
        self._waiting.put(None)
        self._thread.join()

    def later(self, out_trade_no: str) -> None:
        """Write the letter soon; returns at once."""
        self._waiting.put(out_trade_no)

    def now_and_slowly(self, out_trade_no: str) -> None:
        """Write it here and now, through a mail server that takes its time: a deliberate defect does this."""
        time.sleep(_SLOW_S)
        self._write(out_trade_no)

    def wait_until_idle(self) -> None:
        """Return when every letter asked for so far is written."""
        self._waiting.join()

    def letter(self, out_trade_no: str) -> str | None:
        """The letter of an order, once it is written."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT letter FROM confirmations WHERE out_trade_no = ?", (out_trade_no,)
            ).fetchone()
        return str(row["letter"]) if row else None

    def _work(self) -> None:
        while (out_trade_no := self._waiting.get()) is not None:
            self._write(out_trade_no)
            self._waiting.task_done()
        self._waiting.task_done()

    def _write(self, out_trade_no: str) -> None:
        record = self._book.get(out_trade_no)
        if record is None:
            return
        letter = self._template.render(order=record)
        with self._store.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO confirmations VALUES (?, ?)", (out_trade_no, letter))
