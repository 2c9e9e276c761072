"""Opens a history's database, and says of one that cannot be used what is wrong and what to do.

A write is one transaction that nobody else writes beside: SQLite takes its lock when it begins, and in
PostgreSQL a lock of our own is taken. A reader never waits for a writer.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    GoLiveError,
    HarnessError,
    UsageError,
)
from reports.history import tables
from reports.history.patient import patient_connection
from reports.history.place import Place

WAIT_S = 10
"""How long somebody else's write is waited for, and an answer of a server."""
_LOCK = 0x676F6C697665
"""Of PostgreSQL's advisory locks the one of our writes."""
_READS, _WRITES = {"golive": "read"}, {"golive": "write"}
_MOVE_AWAY = "move it away; golive history import runs/* makes a new one of the records that are there"


class NoHistory(UsageError):
    """Nobody kept a run yet."""


class Database:
    """One database that was looked at when it was opened: it is of our version, or was brought to it."""

    def __init__(self, place: Place, engine: Engine) -> None:
        self.place = place
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at the whole as it stands.

        Raises:
            UsageError: a row holds what no golive writes.
        """
        with _told(self.place), self._engine.connect() as connection:
            try:
                yield connection
            except (ValueError, TypeError) as error:  # models, JSON and moments that are none
                why = self.place.without_secrets(" ".join(str(error).split()))[:200]
                raise _damaged(self.place, f"a row cannot be read: {why}") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One change, all of it or nothing; others that write wait."""
        with _told(self.place), self._engine.connect() as connection, _alone(connection):
            yield connection

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


def open_database(place: Place, *, create: bool) -> Database:
    """Open a database, and bring one of an older version to ours.

    Args:
        create: whether one is made where none is.

    Raises:
        UsageError: there is none, it is damaged, another program's, or of a newer version; it is left
            alone.
        EnvironmentUnreachable: no server answers, no room is left, or somebody else writes for too long.
        ConfigurationError: no driver is there for the address.
    """
    if place.is_file:
        _look_at_file(place, create=create)
    with _told(place):
        database = Database(place, _engine(place))
    try:
        with _told(place):
            _bring_up(database, create=create)
    except BaseException:
        database.close()
        raise
    return database


def _look_at_file(place: Place, *, create: bool) -> None:
    """What SQLite would say too late, or not at all."""
    if place.file.exists() and not place.file.is_file():
        raise UsageError(
            "the history is a folder or a device, and has to be a file",
            where=place.shown,
            remedy="name a file in a folder that can be written",
        )
    if create:
        try:
            place.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentUnreachable(
                f"the history cannot be kept: {error.strerror}",
                where=str(place.file.parent),
                remedy="make the folder writable, or name another place in GOLIVE_HISTORY_URL",
            ) from error
    elif not place.file.exists():
        raise no_history(place)


def no_history(place: Place) -> NoHistory:
    """What is said where nobody kept a run yet."""
    return NoHistory(
        "there is no history here yet",
        where=place.shown,
        remedy="golive run begins one; golive history import runs/* takes in records that are there",
    )


def _engine(place: Place) -> Engine:
    if place.is_file:
        engine = create_engine(place.url, poolclass=NullPool, creator=lambda: _sqlite(place.file))
        event.listen(engine, "begin", _begin)
        return engine
    try:
        patient = patient_connection()
        engine = create_engine(place.url, poolclass=NullPool, connect_args=_waits(), hide_parameters=True)
    except ImportError as error:
        raise ConfigurationError(
            f"a shared history needs {error.name}, which is not installed",
            where=place.shown,
            remedy="pip install 'golive[postgresql]'",
        ) from error
    event.listen(engine, "do_connect", lambda _, __, words, named: patient.connect(*words, **named))
    return engine


def _waits() -> dict[str, Any]:
    """How long a server is waited for: to let us in, for somebody else's lock, and where its host is gone; an
    answer that never comes is bounded by the connection itself."""
    return {
        "connect_timeout": WAIT_S,
        "options": f"-c lock_timeout={WAIT_S * 1000}",
        "tcp_user_timeout": WAIT_S * 1000,
        "keepalives_idle": WAIT_S,
        "keepalives_interval": WAIT_S // 2,
        "keepalives_count": 2,
    }


def _sqlite(file: Path) -> sqlite3.Connection:
    """A connection that begins transactions only when it is told to.

    In a folder that cannot be written nobody can write meanwhile, so a file without a log beside it may be
    read as it is; SQLite would want to make a shared index of the log first.
    """
    kept = file.exists() and not os.access(file.parent, os.W_OK)
    logged = file.with_name(f"{file.name}-wal").exists()
    mode = "mode=ro&immutable=1" if kept and not logged else "mode=rwc"
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?{mode}", uri=True, timeout=WAIT_S, isolation_level=None
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _begin(connection: Connection) -> None:
    """SQLite takes the lock of a writer at once, or never within a transaction that only reads."""
    alone = connection.get_execution_options().get("golive") == "write"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.execution_options(**_WRITES)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield


def _bring_up(database: Database, *, create: bool) -> None:
    """Read the version, and take the steps that lead to ours."""
    with database.reading() as connection:
        found = _version(connection, database.place)
    wanted = len(tables.STEPS)
    if found == wanted:
        return
    if found > wanted:
        raise UsageError(
            f"the history is of version {found}, and this golive knows versions up to {wanted}",
            where=database.place.shown,
            remedy="use the golive that wrote it, or a newer one; it was left as it is",
        )
    if found == 0 and not create:
        raise no_history(database.place)
    if database.place.is_file:
        _log_ahead(database)
    with database.writing() as connection:
        found = _version(connection, database.place)  # somebody may have been quicker
        for step in tables.STEPS[found:]:
            step(connection)
        if found == 0:
            connection.execute(insert(tables.SCHEMA).values(version=wanted))
        elif found < wanted:
            connection.execute(update(tables.SCHEMA).values(version=wanted))


def _version(connection: Connection, place: Place) -> int:
    """The version of the tables there; 0 where there are none."""
    names = inspect(connection).get_table_names()
    if tables.SCHEMA.name not in names:
        if place.is_file and names:
            raise UsageError(
                "this file is another program's database",
                where=place.shown,
                remedy="name another place for the history in GOLIVE_HISTORY_URL",
            )
        return 0
    found = connection.execute(select(tables.SCHEMA.c.version)).scalars().all()
    if len(found) != 1 or not isinstance(found[0], int) or found[0] < 1:
        raise _damaged(place, "it does not say its version")
    return found[0]


def _log_ahead(database: Database) -> None:
    """Let readers go on while somebody writes. Two at once are in each other's way for a moment."""
    for left in reversed(range(20)):
        connection = _sqlite(database.place.file)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not left:
                raise
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Say what a driver's error means."""
    try:
        yield
    except GoLiveError:
        raise
    except DBAPIError as error:
        raise _meaning(place, error.orig if isinstance(error.orig, Exception) else error) from error
    except sqlite3.Error as error:
        raise _meaning(place, error) from error
    except SQLAlchemyError as error:
        raise HarnessError(
            f"the history: {place.without_secrets(str(error))}", where=place.shown, remedy="please report it"
        ) from None


def _damaged(place: Place, why: str) -> UsageError:
    return UsageError(
        f"the history is damaged: {why}", where=place.shown, remedy=f"it was left as it is; {_MOVE_AWAY}"
    )


def _meaning(place: Place, error: Exception) -> GoLiveError:
    said = place.without_secrets(str(error))
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(place, said, getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = str(getattr(error, "sqlstate", None) or "")
    if state.startswith("53"):
        return _no_room(place, said)
    if state in ("55P03", "57014"):
        return _busy(place)
    if state[:2] in ("42", "22", "23"):
        return _damaged(place, said)
    return EnvironmentUnreachable(
        f"the history's database cannot be used: {said}",
        where=place.shown,
        remedy="look whether the server runs, and lets this user in; then the same again",
    )


def _of_sqlite(place: Place, said: str, code: int) -> GoLiveError:
    match code:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return _no_room(place, said)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _busy(place)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return EnvironmentUnreachable(
                f"the history cannot be kept: {said}",
                where=place.shown,
                remedy="make the folder writable, or name another place in GOLIVE_HISTORY_URL",
            )
        case _:
            return _damaged(place, said)


def _no_room(place: Place, said: str) -> EnvironmentUnreachable:
    return EnvironmentUnreachable(
        f"the history cannot be written: {said}",
        where=place.shown,
        remedy="make room; what was kept before is there, and golive history import takes this run in",
    )


def _busy(place: Place) -> EnvironmentUnreachable:
    return EnvironmentUnreachable(
        f"somebody else writes the history for more than {WAIT_S} s",
        where=place.shown,
        remedy="look who that is, then golive history import takes this run in",
    )
