"""What is written down is booked, also where the store failed meanwhile."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from harness.core.payment import Transaction
from harness.shop.callbacks.inbox import Inbox
from harness.shop.store import Store

PAID = Transaction(out_trade_no="N1", trade_state="SUCCESS")


def test_a_booking_that_the_store_refused_is_tried_again(tmp_path: Path) -> None:
    tried: list[Transaction] = []

    def book(paid: Transaction) -> None:
        tried.append(paid)
        if len(tried) == 1:
            raise sqlite3.OperationalError("disk I/O error")

    inbox = Inbox(Store(tmp_path / "shop.sqlite3"), book, after_s=0)
    inbox.start()
    inbox.keep(PAID)
    inbox.wait_until_booked()
    inbox.stop()
    assert tried == [PAID, PAID]
