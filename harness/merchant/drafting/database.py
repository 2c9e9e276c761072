"""Finds an order in an app's SQLite database by its number, and what a payment changed there."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import ConfigurationError
from harness.merchant.drafting.words import Words

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Database:
    """A SQLite database, opened read-only for each look."""

    file: Path

    def holding(self, out_trade_no: str) -> tuple[str, str, dict[str, object]] | None:
        """Table, column and row that hold an order's number; None where nothing does.

        Raises:
            ConfigurationError: no such file, or no SQLite database.
        """
        try:
            with closing(sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True)) as opened:
                opened.row_factory = sqlite3.Row
                for table, column in _columns(opened):
                    found = opened.execute(
                        f"select * from {_quoted(table)} where {_quoted(column)} = ?",  # noqa: S608 - its own names
                        (out_trade_no,),
                    ).fetchone()
                    if found is not None:
                        return table, column, dict(found)
        except sqlite3.Error as error:
            raise ConfigurationError(
                f"the database cannot be read: {error}",
                where=str(self.file),
                remedy="name the SQLite file that the app writes to",
            ) from None
        return None


def observed_by(table: str, column: str, before: Row, after: Row, price: int) -> tuple[str, Words] | None:
    """The query of `[observer]` and its words, from one order's row before and after its payment.

    What changed from one word to another is the state; from nothing to the price, what was paid; from 0 to 1,
    how often it was fulfilled. None where no column changed as a state does.
    """
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    states = [name for name, (old, new) in changed.items() if _is_word(old) and _is_word(new)]
    if not states:
        return None
    state = states[0]
    selected = {"status": state}
    for name, (old, new) in changed.items():
        if new == price and not old:
            selected["paid_amount"] = name
        elif new == 1 and not old and name != state:
            selected["credits"] = name
    same = [name for name in before if before[name] == after[name] == price]
    if same:
        selected["amount"] = same[0]
    told = ", ".join(f"{_quoted(name)} as {member}" for member, name in selected.items())
    sql = f"select {told} from {_quoted(table)} where {_quoted(column)} = :out_trade_no"  # noqa: S608
    return sql, Words(str(before[state]), str(after[state]))


def _columns(opened: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = [row[0] for row in opened.execute("select name from sqlite_master where type = 'table'")]
    return [
        (table, row[0])
        for table in tables
        for row in opened.execute("select name from pragma_table_info(?)", (table,))
    ]


def _is_word(value: object) -> bool:
    """What a state may be: text without a moment or a number of an order in it, or a small number."""
    if isinstance(value, str):
        return 0 < len(value) <= 24 and not any(sign.isdigit() for sign in value)
    return False


def _quoted(name: str) -> str:
    return (
        name
        if name.isidentifier() and name.lower() not in _RESERVED
        else f'"{name.replace(chr(34), chr(34) * 2)}"'
    )


_RESERVED = {"order", "group", "table", "index", "values", "transaction", "select", "where", "from", "check"}
