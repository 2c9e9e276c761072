"""The shop's database: one SQLite file in WAL mode, many readers, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import UsageError
from harness.shop.older_database import bring_up_to_date

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    token_digest TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    expires      REAL NOT NULL           -- wire time, Unix seconds
);
CREATE TABLE IF NOT EXISTS orders (
    out_trade_no   TEXT PRIMARY KEY,
    account        TEXT NOT NULL,
    order_id       TEXT NOT NULL,        -- the page's own name for what is being bought
    generation     INTEGER NOT NULL,     -- grows only after the earlier number was closed
    goods          TEXT NOT NULL,
    description    TEXT NOT NULL,
    amount         INTEGER NOT NULL,     -- fen
    provider       TEXT NOT NULL DEFAULT 'wechat',  -- wechat | alipay: whose order it is, for good
    kind           TEXT NOT NULL,        -- qr | h5 | jsapi | miniprogram | page
    openid         TEXT NOT NULL,        -- of the payer, for the bridge; fixed at first creation
    client_ip      TEXT NOT NULL,        -- of the payer, for H5; fixed at first creation
    return_url     TEXT NOT NULL DEFAULT '',  -- where Alipay's payer comes back to; empty: as settings say
    time_expire    INTEGER NOT NULL,     -- business time, Unix seconds; fixed at first creation
    created        REAL NOT NULL,        -- business time
    placement_state TEXT NOT NULL,       -- new | maybe | placed: what the platform can know of it
    placements     INTEGER NOT NULL DEFAULT 0,
    code_url       TEXT NOT NULL DEFAULT '',
    h5_url         TEXT NOT NULL DEFAULT '',  -- what a browser carries: an address, or an order string
    bridge         TEXT NOT NULL DEFAULT '',  -- the bridge's parameters, as JSON
    expires        REAL,                 -- when the platform says that it ends, Unix seconds
    dialect        TEXT NOT NULL DEFAULT '',  -- the wire that brought it in the end
    request_id     TEXT NOT NULL DEFAULT '',
    status         TEXT NOT NULL,
    attention      TEXT NOT NULL DEFAULT '',
    paid_amount    INTEGER NOT NULL DEFAULT 0,
    transaction_id TEXT NOT NULL DEFAULT '',
    paid_at        TEXT NOT NULL DEFAULT '',
    query_start    REAL NOT NULL,        -- business time
    query_step     INTEGER NOT NULL DEFAULT 0,
    query_due      REAL,                 -- business time; NULL: nothing more to ask
    UNIQUE (account, order_id, generation)
);
CREATE INDEX IF NOT EXISTS orders_due ON orders (query_due) WHERE query_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS credits (
    id           INTEGER PRIMARY KEY,
    out_trade_no TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    source       TEXT NOT NULL           -- callback | query | front-end
);
CREATE INDEX IF NOT EXISTS credits_order ON credits (out_trade_no);
CREATE TABLE IF NOT EXISTS refunds (
    out_refund_no TEXT PRIMARY KEY,
    out_trade_no  TEXT NOT NULL,
    refund_key    TEXT NOT NULL,         -- the page's own name for what is given back
    refund        INTEGER NOT NULL,      -- fen
    reason        TEXT NOT NULL,
    created       REAL NOT NULL,         -- business time
    state         TEXT NOT NULL,
    refund_id     TEXT NOT NULL DEFAULT '',
    payer_refund  INTEGER,               -- fen; NULL: the platform has not said
    query_step    INTEGER NOT NULL DEFAULT 0,
    query_due     REAL,                  -- business time; NULL: nothing more to ask
    UNIQUE (out_trade_no, refund_key)
);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (query_due) WHERE query_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS days (
    provider TEXT NOT NULL,              -- wechat | alipay: whose bill it is
    day      TEXT NOT NULL,              -- Beijing
    state    TEXT NOT NULL,              -- waiting | done | no-trade | given-up
    due      REAL,                       -- business time; NULL: its bill is not asked for any more
    note     TEXT NOT NULL DEFAULT '',
    payments INTEGER NOT NULL DEFAULT 0, -- rows of the bill
    refunds  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (provider, day)
);
CREATE INDEX IF NOT EXISTS days_due ON days (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS differences (
    provider     TEXT NOT NULL,
    day          TEXT NOT NULL,
    number       TEXT NOT NULL,          -- of a payment, or of a refund
    out_trade_no TEXT NOT NULL,
    kind         TEXT NOT NULL,          -- missing-here | missing-there | amount
    here         INTEGER,                -- fen
    there        INTEGER
);
CREATE INDEX IF NOT EXISTS differences_day ON differences (provider, day);
CREATE TABLE IF NOT EXISTS inbox (
    id      INTEGER PRIMARY KEY,
    due     REAL NOT NULL,               -- wire time, Unix seconds
    payment TEXT NOT NULL                -- a believed transaction, as JSON
);
CREATE TABLE IF NOT EXISTS confirmations (
    out_trade_no TEXT PRIMARY KEY,
    letter       TEXT NOT NULL
);
"""

_BUSY_S = 10.0


class Store:
    """Connections to one database file, lent to whichever thread asks.

    Args:
        path: the file; it is created when missing, and brought up to date when an earlier shop made it.

    Raises:
        UsageError: the file is no database, or one that cannot be brought up to date.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._lending = threading.Lock()
        self._writer = threading.Lock()
        try:
            with self.reading() as connection:
                bring_up_to_date(connection, _SCHEMA, str(path))
                connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"{path} cannot be used as the shop's database: {error}",
                where=str(path),
                remedy="name another file, or one that is not there yet",
            ) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for statements that change nothing."""
        with self._lending:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            with self._lending:
                self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction: committed when the block ends, rolled back when it raises.

        The lock spares threads of this process SQLite's own busy-waiting; IMMEDIATE guards against others.
        """
        with self._writer, self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Close every connection that is not lent."""
        with self._lending:
            while self._idle:
                self._idle.pop().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
