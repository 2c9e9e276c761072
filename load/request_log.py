"""Every single request of one process, kept in columns and written once, at the end: Parquet or CSV."""

from __future__ import annotations

from array import array
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from load.measurement import Key
from load.users.client import FinishedRequest

__all__ = ["RequestLog"]


class RequestLog:
    """Columns `endpoint scenario dialect due_us sent_us done_us failure bytes`; moments in µs of the epoch.

    A request costs some forty bytes of memory, so nothing has to be written while requests are under way.
    """

    def __init__(self) -> None:
        self._keys: dict[Key, int] = {}
        self._failures: dict[str | None, int] = {None: 0}
        self._key = array("i")
        self._moments = array("q"), array("q"), array("q")
        self._failure = array("i")
        self._size = array("q")

    def __call__(self, sample: FinishedRequest) -> None:
        """Keep one request."""
        self._key.append(self._keys.setdefault(sample.key, len(self._keys)))
        for column, moment in zip(self._moments, (sample.due, sample.sent, sample.done), strict=True):
            column.append(moment)
        self._failure.append(self._failures.setdefault(sample.failure, len(self._failures)))
        self._size.append(sample.size)

    def write(self, path: Path) -> None:
        """To a file whose ending, `.parquet` or `.csv`, names its form."""
        keys, failures = list(self._keys), list(self._failures)
        columns: dict[str, object] = {
            name: pa.array([keys[index][part] for index in self._key], pa.string())
            for part, name in enumerate(Key._fields)
        }
        for name, column in zip(("due_us", "sent_us", "done_us"), self._moments, strict=True):
            columns[name] = pa.array(column, pa.int64())
        columns["failure"] = pa.array([failures[index] for index in self._failure], pa.string())
        columns["bytes"] = pa.array(self._size, pa.int64())
        table = pa.table(columns)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            csv.write_csv(table, path)
        else:
            parquet.write_table(table, path)
