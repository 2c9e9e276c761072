"""Single requests: both forms of file hold the same rows."""

from __future__ import annotations

import csv
from pathlib import Path

from pyarrow import parquet

from load.key import Key
from load.request_log import RequestLog
from load.users.client import FinishedRequest

ROWS = [
    {
        "endpoint": "create",
        "scenario": "native",
        "dialect": "mcp",
        "due_us": 1_790_000_000_000_000,
        "sent_us": 1_790_000_000_000_250,
        "done_us": 1_790_000_000_012_000,
        "failure": None,
        "bytes": 512,
        "paused_us": 0,
    },
    {
        "endpoint": "query",
        "scenario": "h5",
        "dialect": "apiv3",
        "due_us": 1_790_000_000_100_000,
        "sent_us": 1_790_000_000_100_001,
        "done_us": 1_790_000_000_200_000,
        "failure": 'HTTP 500, "oops"',
        "bytes": 0,
        "paused_us": 61_000,
    },
]


def log() -> RequestLog:
    kept = RequestLog()
    for row in ROWS:
        endpoint, scenario, dialect, due, sent, done, failure, size, paused = row.values()
        key = Key(endpoint, scenario, dialect)  # type: ignore[arg-type]
        kept(FinishedRequest(key, due, sent, done, failure, size, paused))  # type: ignore[arg-type]
    return kept


def test_a_parquet_file_holds_every_request(tmp_path: Path) -> None:
    log().write(tmp_path / "measurements" / "requests-1.parquet")
    assert parquet.read_table(tmp_path / "measurements" / "requests-1.parquet").to_pylist() == ROWS


def test_a_csv_file_holds_every_request_and_an_empty_cell_where_nothing_failed(tmp_path: Path) -> None:
    log().write(tmp_path / "requests-1.csv")
    with (tmp_path / "requests-1.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert read == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in ROWS
    ]


def test_without_a_request_there_are_the_columns_alone(tmp_path: Path) -> None:
    RequestLog().write(tmp_path / "requests-1.csv")
    assert (tmp_path / "requests-1.csv").read_text().splitlines() == [",".join(ROWS[0])]
