"""Every run in one database: `append` takes a finished record in, `open_history` asks.

    append("runs/history.sqlite", Path("runs/20261123T020000Z-a1b2"))
    with open_history("runs/history.sqlite") as history:
        for run in history.runs(since=week_ago):
            print(run.ended, run.ending, run.readiness)

Nothing here decides anything: what counts as evidence is read from records, and believed by their seals.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Judgement
from reports.history.asking import History
from reports.history.connection import open_database
from reports.history.entry import entry_of, seal_digest
from reports.history.keeping import keep_entry
from reports.history.place import Place
from reports.judging import judge_record


def append(url_or_path: str | Path, record_folder: Path) -> None:
    """Take a finished, sealed record into the history, once, however often it is asked for.

    Raises:
        UsageError: the record is damaged, did not end, its seal does not hold, or history has another seal of
            this run; or the history is damaged, or of a newer version.
        EnvironmentUnreachable: the history cannot be written now; nothing of it is lost.
        ConfigurationError: the address is none.
    """
    record = RunRecord.open(record_folder)
    seal_digest(record)
    if (broken := record.broken_seal()) is not None:
        raise UsageError(
            f"a record that cannot be believed is not taken in: {broken.why.en}",
            where=str(record_folder),
            remedy="run again; what was changed after a run ended proves nothing",
        )
    keep(url_or_path, record, judge_record(record))


def keep(url_or_path: str | Path, record: RunRecord, judgement: Judgement) -> None:
    """As `append`, of a record that was read, looked at, and judged already."""
    entry = entry_of(record, judgement)
    database = open_database(Place.of(url_or_path), create=True)
    try:
        with database.writing() as connection:
            keep_entry(connection, entry, database.place)
    finally:
        database.close()


@contextmanager
def open_history(url_or_path: str | Path) -> Iterator[History]:
    """A history that is there.

    Raises:
        UsageError: there is none, or it is damaged, or of a newer version.
        EnvironmentUnreachable, ConfigurationError: it cannot be reached.
    """
    database = open_database(Place.of(url_or_path), create=False)
    try:
        yield History(database)
    finally:
        database.close()
