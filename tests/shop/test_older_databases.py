"""A database that an earlier shop made is brought up to date, or refused in one sentence."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.shop.order_book import OrderBook
from harness.shop.reconciliation.book import DayBook
from harness.shop.store import Store

BEFORE_ALIPAY = Path(__file__).with_name("before_alipay.sql")
BEFORE_TWO_BILLS = Path(__file__).with_name("before_two_bills.sql")
PAID, OPEN = "GL20261101000001", "GL20261101000002"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of before Alipay, with a paid order and an open one."""
    file = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(BEFORE_ALIPAY.read_text("utf-8"))
    return file


def columns(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(orders)")}


def test_orders_of_before_alipay_are_wechats_and_have_what_was_paid(old: Path) -> None:
    assert "provider" not in columns(old)
    store = Store(old)
    book = OrderBook(store)
    paid, waiting = book.get(PAID), book.get(OPEN)
    assert paid is not None
    assert waiting is not None
    assert (paid.provider, waiting.provider) == (Provider.WECHAT, Provider.WECHAT)
    assert (paid.paid_amount, paid.refunded_amount, paid.credits) == (1990, 500, 1)
    assert waiting.status == "pending"
    assert DayBook(store, Provider.WECHAT).books(date(2026, 11, 1)).payments[PAID].amount == Fen(1990)
    store.close()


def test_days_of_before_two_bills_are_wechats_and_alipay_has_its_own(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(BEFORE_TWO_BILLS.read_text("utf-8"))
    store = Store(file)
    wechats, alipays = DayBook(store, Provider.WECHAT), DayBook(store, Provider.ALIPAY)
    compared, waiting = date(2026, 11, 1), date(2026, 11, 2)
    kept = wechats.get(compared)
    assert kept is not None
    assert (kept.state, kept.payments, [each.there for each in kept.differences]) == ("done", 3, [1991])
    due = wechats.next_due()
    assert due is not None
    assert due[0] == waiting
    assert alipays.get(waiting) is None
    alipays.begin(waiting)
    assert alipays.get(waiting) is not None
    store.close()
    new = tmp_path / "new.sqlite3"
    Store(new).close()
    assert made_of(file) == made_of(new)


def made_of(file: Path) -> set[str]:
    """Its tables and indices."""
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def test_a_second_shop_finds_nothing_left_to_do(old: Path) -> None:
    Store(old).close()
    after = columns(old)
    Store(old).close()
    assert "provider" in after
    assert columns(old) == after


def test_a_new_database_is_as_an_old_one_that_was_brought_up_to_date(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.sqlite3"
    Store(old).close()
    Store(new).close()
    assert columns(old) == columns(new)


def test_what_cannot_be_made_up_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE orders (out_trade_no TEXT PRIMARY KEY)")
    with pytest.raises(UsageError, match=r"earlier shop and lacks orders\.account, ") as refused:
        Store(file)
    assert "not there yet" in refused.value.remedy
    assert columns(file) == {"out_trade_no"}


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes, which are longer than any header of a database\n" * 20, "utf-8")
    with pytest.raises(UsageError, match="cannot be used as the shop's database") as refused:
        Store(file)
    assert refused.value.where == str(file)
    assert file.read_text("utf-8").startswith("my notes")
