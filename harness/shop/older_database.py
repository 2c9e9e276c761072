"""Brings a database of an earlier shop up to date: what was added since gets the value that it always had."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import NamedTuple

from harness.core.errors import UsageError

ALWAYS_WAS = {("days", "provider"): "'wechat'", ("differences", "provider"): "'wechat'"}
"""What a column of a key has in rows that were made without it, as SQL: their table is made anew."""


class Column(NamedTuple):
    """A column as SQLite tells it."""

    name: str
    kind: str
    needed: bool
    """Whether it takes no NULL."""
    default: str | None
    """As SQL; None: there is none."""

    @property
    def addable(self) -> bool:
        """Whether rows that are there already can have it."""
        return not self.needed or self.default is not None

    @property
    def sql(self) -> str:
        """Its definition."""
        needed = " NOT NULL" if self.needed else ""
        default = "" if self.default is None else f" DEFAULT {self.default}"
        return f"{self.name} {self.kind}{needed}{default}"


def bring_up_to_date(connection: sqlite3.Connection, schema: str, file: str) -> None:
    """Add the columns that tables of an earlier shop lack. Tables and indices that it lacks are the caller's.

    Args:
        schema: SQL that makes an empty database of today.
        file: what is opened, for the message.

    Raises:
        UsageError: a column has no default; nothing was changed.
    """
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema)
        made_by = dict(empty.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        wanted = {table: _columns(empty, table) for table in made_by}
    missing: list[tuple[str, Column]] = []
    for table, columns in wanted.items():
        there = {each.name for each in _columns(connection, table)}
        missing += [(table, each) for each in columns if there and each.name not in there]
    known = [(table, column) for table, column in missing if (table, column.name) in ALWAYS_WAS]
    added = [each for each in missing if each not in known]
    if stuck := [f"{table}.{column.name}" for table, column in added if not column.addable]:
        raise UsageError(
            f"{file} was made by an earlier shop and lacks {', '.join(stuck)}",
            where=file,
            remedy="keep it for your records, and name a file that is not there yet",
        )
    for table, column in added:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {column.sql}")
    for table, column in known:
        _made_anew(connection, table, made_by[table], column.name)


def _made_anew(connection: sqlite3.Connection, table: str, sql: str, column: str) -> None:
    """A key cannot be changed: put the rows into a new table, all or none of them."""
    kept = ", ".join(each.name for each in _columns(connection, table))
    value = ALWAYS_WAS[table, column]
    before = f"{table}_before"
    copied = f"INSERT INTO {table} ({column}, {kept}) SELECT {value}, {kept} FROM {before}"  # noqa: S608
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in (f"ALTER TABLE {table} RENAME TO {before}", sql, copied, f"DROP TABLE {before}"):
            connection.execute(step)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _columns(connection: sqlite3.Connection, table: str) -> list[Column]:
    """Those of a table; none where there is no such table."""
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [Column(row[1], row[2], bool(row[3]), row[4]) for row in rows]
