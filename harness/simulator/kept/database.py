"""The file of `--db`: SQLite in WAL mode, held by one simulator at a time.

Who has it open holds it alone, so that two simulators never write over the same orders; the system lets go of
it when a process dies, however it dies. A commit survives the death of the process; a power cut can take the
newest ones, and never damages what is there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from harness.core.errors import EnvironmentUnreachable, UsageError

OURS = 0x476F4C76
"""`application_id` of a file of ours."""
VERSION = 1
"""`user_version`: of the tables and of the records in them."""
_SCHEMA = Path(__file__).with_name("schema.sql").read_text("utf-8")
TABLES: Mapping[str, int] = {
    "facts": 2, "accounts": 2, "orders": 2, "intents": 3, "events": 5, "ledger": 2, "notifications": 4,
}  # fmt: skip
"""How many columns each has."""
_WRITE = {
    table: f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608 - our own names
    for table, columns in TABLES.items()
}

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""By table; a row whose first column is there already takes that one's place."""


class NotKept(EnvironmentUnreachable):
    """What happened could not be written, so nobody is told that it did."""


class _Meaning(NamedTuple):
    what: str
    remedy: str


_GONE = _Meaning(
    "{file} is no more the file that was opened: it was deleted, moved or replaced",
    "put it back where it was; else start again, with another file",
)
_ELSE = _Meaning("{file} cannot be used: {error}", "choose another file")
_MEANINGS: Mapping[int, _Meaning] = {
    sqlite3.SQLITE_BUSY: _Meaning(
        "{file} is in use by another simulator", "stop that one, or choose another file for this one"
    ),
    sqlite3.SQLITE_CANTOPEN: _Meaning(
        "{file} cannot be opened: {error}", "choose a place where a file may be made"
    ),
    sqlite3.SQLITE_READONLY: _Meaning(
        "{file} is read-only", "let its user write it and its folder, or choose another file"
    ),
    sqlite3.SQLITE_NOTADB: _Meaning("{file} is not a SQLite database", "choose another file"),
    sqlite3.SQLITE_CORRUPT: _Meaning(
        "{file} is damaged: {error}", "restore a copy of it, or choose another file"
    ),
    sqlite3.SQLITE_FULL: _Meaning(
        "{file} has no room left: {error}", "make room on its disk; then it goes on"
    ),
    sqlite3.SQLITE_IOERR: _Meaning(
        "{file} cannot be read or written: {error}", "look at its disk; when that is well again it goes on"
    ),
}


class Database:
    """One file, opened or made.

    Args:
        path: of the file; it is made, readable to its user alone, where there is none.

    Raises:
        UsageError: it is in use, of a newer or an older version, of another program, no database, read-only,
            damaged, or cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = self._guarded(self._open)
        self._opened = self._there()

    def highest(self, table: str) -> int:
        """The id of a table's newest row; 0: it has none."""
        newest = self._asked(f"SELECT max(id) FROM {table}")[0][0]  # noqa: S608 - one of our own names
        return int(newest or 0)

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All of a table, oldest first.

        Raises:
            UsageError: the file is damaged.
        """
        return self._asked(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - one of our own names

    def write(self, rows: Rows) -> None:
        """Everything or nothing.

        Raises:
            NotKept: nothing was written.
        """
        # SQLite goes on writing to a file that has no name any more, and whoever starts next finds another.
        if self._there() != self._opened:
            what, remedy = _GONE.what.format(file=self.path), _GONE.remedy
            raise NotKept(what, where=str(self.path), remedy=remedy)
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for table, new in rows.items():
                self._connection.executemany(_WRITE[table], new)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            what, remedy = self._meaning(error)
            raise NotKept(what, where=str(self.path), remedy=remedy) from error

    def close(self) -> None:
        """Leave one file behind where there is room for that; nothing is lost where there is not."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        if self.path.exists() and not self.path.is_file():
            raise OSError(None, "it is no file")
        # For its owner alone, as it holds the keys of both sides; SQLite gives its journal the same mode. One
        # that is there is not opened here: to close it would let go of every lock this process has on it.
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(
            self.path.absolute(),  # `:memory:` is a file like any other, and not SQLite's word for none
            isolation_level=None,
            check_same_thread=False,
            timeout=0,
            cached_statements=32,
        )
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._check(connection)
            with suppress(OSError):  # it may be another user's, who let us write it
                self.path.chmod(0o600)  # one that was there already, such as a copy, may be open to others
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")  # now nobody else can have it, and it may be written
            if not connection.execute("PRAGMA application_id").fetchone()[0]:
                connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _there(self) -> tuple[int, int] | None:
        """Which file has the name now; None: none."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _check(self, connection: sqlite3.Connection) -> None:
        """Whose file it is, before anything is written to it."""
        made_by = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if made_by != OURS and (made_by or tables):
            raise UsageError(
                f"{self.path} is the database of another program", where="--db", remedy="choose another file"
            )
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if made_by == OURS and version != VERSION:
            raise UsageError(
                f"{self.path} is of version {version}, and this GoLive reads version {VERSION}",
                where="--db",
                remedy="use the GoLive that made it, or choose another file",
            )

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._guarded(lambda: self._connection.execute(query).fetchall())
        return found

    def _guarded(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except sqlite3.Error as error:
            what, remedy = self._meaning(error)
            raise UsageError(what, where="--db", remedy=remedy) from error
        except OSError as error:
            raise UsageError(
                f"{self.path} cannot be opened: {error.strerror}",
                where="--db",
                remedy="choose a place where a file may be made",
            ) from error

    def _meaning(self, error: sqlite3.Error) -> tuple[str, str]:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it says more than anybody asks
        if code == sqlite3.SQLITE_IOERR and not os.access(self.path, os.W_OK):
            code = sqlite3.SQLITE_READONLY  # on a disk that is, its journal cannot be made
        meaning = _MEANINGS.get(code, _ELSE)
        return meaning.what.format(file=self.path, error=error), meaning.remedy


def grouped(rows: Iterable[tuple[Any, ...]], by: int) -> dict[Any, list[tuple[Any, ...]]]:
    """Rows by one of their columns, each group in the order of the rows."""
    found: dict[Any, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[by], []).append(row)
    return found
