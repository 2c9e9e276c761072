"""Every single request of one process, kept in columns and written once, at the end: Parquet or CSV."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Sequence
from pathlib import Path

from load.key import Key
from load.users.client import FinishedRequest


class RequestLog:
    """Columns `endpoint scenario dialect due_us sent_us done_us failure bytes paused_us`.

    Moments are µs since the epoch; `paused_us` is how long this process kept the request waiting meanwhile.
    A request costs some forty bytes of memory, so nothing has to be written while requests are under way.
    """

    def __init__(self) -> None:
        self._keys: dict[Key, int] = {}
        self._failures: dict[str | None, int] = {None: 0}
        self._key = array("i")
        self._moments = array("q"), array("q"), array("q")
        self._failure = array("i")
        self._size = array("q")
        self._paused = array("q")

    def __call__(self, sample: FinishedRequest) -> None:
        """Keep one request."""
        self._key.append(self._keys.setdefault(sample.key, len(self._keys)))
        for column, moment in zip(self._moments, (sample.due, sample.sent, sample.done), strict=True):
            column.append(moment)
        self._failure.append(self._failures.setdefault(sample.failure, len(self._failures)))
        self._size.append(sample.size)
        self._paused.append(sample.paused)

    def write(self, path: Path) -> None:
        """To a file whose ending, `.parquet` or `.csv`, names its form."""
        keys, failures = list(self._keys), list(self._failures)
        columns: dict[str, Sequence[object]] = {
            name: [keys[index][part] for index in self._key] for part, name in enumerate(Key._fields)
        }
        columns |= zip(("due_us", "sent_us", "done_us"), self._moments, strict=True)
        columns["failure"] = [failures[index] for index in self._failure]
        columns["bytes"] = self._size
        columns["paused_us"] = self._paused
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(columns)
                rows.writerows(zip(*columns.values(), strict=True))
        else:
            write_parquet(columns, path)


def write_parquet(columns: dict[str, Sequence[object]], path: Path) -> None:
    """Integers as such, all else as text, also where every failure is none."""
    import pyarrow as pa  # noqa: PLC0415 - comes with an extra, and weighs as much as all the rest
    from pyarrow import parquet  # noqa: PLC0415

    table = {
        name: pa.array(column, pa.int64() if isinstance(column, array) else pa.string())
        for name, column in columns.items()
    }
    parquet.write_table(pa.table(table), path)
