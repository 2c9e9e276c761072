"""Brings a database of an earlier shop up to date: what was added since gets the value it has by default."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import NamedTuple

from harness.core.errors import UsageError


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
    """Add the columns that tables of an earlier shop lack. Tables that it lacks are whoever's that calls.

    Args:
        schema: SQL that makes an empty database of today.
        file: what is opened, for the message.

    Raises:
        UsageError: a column has no default; nothing was changed.
    """
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(schema)
        tables = [name for (name,) in empty.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        wanted = {table: _columns(empty, table) for table in tables}
    missing: list[tuple[str, Column]] = []
    for table, columns in wanted.items():
        there = {each.name for each in _columns(connection, table)}
        missing += [(table, each) for each in columns if there and each.name not in there]
    if stuck := [f"{table}.{column.name}" for table, column in missing if not column.addable]:
        raise UsageError(
            f"{file} was made by an earlier shop and lacks {', '.join(stuck)}",
            where=file,
            remedy="keep it for your records, and name a file that is not there yet",
        )
    for table, column in missing:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {column.sql}")


def _columns(connection: sqlite3.Connection, table: str) -> list[Column]:
    """Those of a table; none where there is no such table."""
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [Column(row[1], row[2], bool(row[3]), row[4]) for row in rows]
