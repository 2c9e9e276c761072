"""A day of trade, the morning after it, and a reader of bills that goes by column names."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from harness.core.clock import BEIJING, BusinessClock
from harness.core.money import Fen
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import Answer, MerchantSide

DAY = "2026-11-20"
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING)


@contextmanager
def trading(identity: Identity, **given: Any) -> Iterator[MerchantSide]:
    """A merchant at half past nine of `DAY`, whose time moves only when a test moves it."""
    clock = BusinessClock(lambda: MORNING)
    side = MerchantSide(Simulator(identity=identity, experience=False, clock=clock, **given))
    with side.runner:
        yield side


def later(merchant: MerchantSide, **by: float) -> None:
    merchant.simulator.clock.advance(timedelta(**by))


def until(merchant: MerchantSide, day: int, hour: int, minute: int = 0) -> None:
    """Move on to that time of Beijing in November 2026."""
    clock = merchant.simulator.clock
    clock.advance(datetime(2026, 11, day, hour, minute, tzinfo=BEIJING) - clock.now())


def busy_day(merchant: MerchantSide) -> None:
    """Four payments: as it is, refunded in part, with a coupon, refunded whole in two parts."""
    for number in ("the-plain", "the-part", "the-coupon", "the-whole", "the-unpaid"):
        merchant.create(out_trade_no=number, attach=f"桌{number}")
    later(merchant, minutes=1)
    merchant.pay("the-plain")
    merchant.pay("the-part")
    merchant.pay("the-coupon", coupon=500)
    merchant.pay("the-whole")
    merchant.refund("the-part-1", 990, out_trade_no="the-part")
    merchant.refund("the-coupon-1", 1000, out_trade_no="the-coupon")
    merchant.refund("the-whole-1", 1000, out_trade_no="the-whole")
    later(merchant, minutes=1)
    merchant.refund("the-whole-2", 990, out_trade_no="the-whole")


@dataclass(frozen=True)
class Table:
    """A bill by column names; every value is given without its backtick."""

    columns: list[str]
    rows: list[dict[str, str]]
    summary: dict[str, str]

    def total(self, column: str) -> int:
        """Fen in a column."""
        return sum(Fen.from_yuan(row[column]) for row in self.rows)

    def of(self, **wanted: str) -> dict[str, str]:
        """The one row with these values."""
        (row,) = [row for row in self.rows if wanted.items() <= row.items()]
        return row


def read(text: str) -> Table:
    """A bill as a careful merchant reads it."""
    assert text.endswith("\n")
    *lines, last_header, last = text[:-1].split("\n")
    columns, *rows = [line.split(",") for line in lines]
    return Table(
        columns, [_named(columns, row) for row in rows], _named(last_header.split(","), last.split(","))
    )


def _named(columns: list[str], cells: list[str]) -> dict[str, str]:
    assert "`" not in "".join(columns)
    assert all(cell.startswith("`") for cell in cells)
    return {name: cell[1:] for name, cell in zip(columns, cells, strict=True)}


def apply(merchant: MerchantSide, kind: str = "tradebill", **query: str) -> Answer:
    """Ask for a bill of `DAY`."""
    given = {"bill_date": DAY, **query}
    return merchant.send("GET", f"/v3/bill/{kind}?" + "&".join(f"{name}={given[name]}" for name in given))


def fetch(merchant: MerchantSide, applied: Answer) -> Answer:
    """Follow the link of an application."""
    url = urlsplit(applied.json["download_url"])
    return merchant.send("GET", f"{url.path}?{url.query}")


def bill(merchant: MerchantSide, kind: str = "tradebill", **query: str) -> Table:
    """Apply, verify, fetch, compare the hash, read."""
    applied = apply(merchant, kind, **query)
    merchant.verify(applied)
    assert applied.json["hash_type"] == "SHA1"
    fetched = fetch(merchant, applied)
    text = gzip.decompress(fetched.body) if query.get("tar_type") else fetched.body
    assert hashlib.sha1(text, usedforsecurity=False).hexdigest() == applied.json["hash_value"]
    return read(text.decode())
