"""Measurements for tests: requests at even gaps from a fixed moment, with latencies and failures as told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from load.criteria.file import parse_set
from load.criteria.model import LoadSet
from load.key import Key
from load.measurement import Measurement

START = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)
CREATE = Key("create", "h5", "mcp")
QUERY = Key("query", "native", "mcp")
SET = """
schema: 1
title: {zh: "试", en: "Trial"}
grade: simulated
arrivals: {profile: constant, rate: 50, seconds: 20}
users:
  - {flow: create, scenario: h5, dialect: mcp}
generator: [lag_p99 < 20ms, max_lag < 1s]
criteria:
  - {control: PRF-01, endpoint: create, require: [REQUIRE]}
"""


def microseconds(moment: datetime) -> int:
    """A moment as a measurement wants it: whole µs since the epoch."""
    return round(moment.timestamp() * 1_000_000)


def criteria_of(*require: str, text: str = SET, **changes: object) -> LoadSet:
    """A set that asks these sentences of creating."""

    made = parse_set(text.replace("REQUIRE", ", ".join(require)), Path("trial.yaml"))
    return made.model_copy(update=changes)


def measure(
    key: Key = CREATE,
    latencies: Iterable[int] = (),
    *,
    failed: int = 0,
    seconds: float = 20,
    lag: Callable[[int], int] = lambda number: 0,
    into: Measurement | None = None,
    reason: str = "HTTP 500",
    same_machine: bool = False,
) -> Measurement:
    """One request for each latency (µs) and then those that fail, spread evenly over the seconds."""
    measurement = into or Measurement(started=START)
    results: list[int | None] = [*latencies, *([None] * failed)]
    for number, latency in enumerate(results):
        due = microseconds(START) + int(number * seconds * 1_000_000 / len(results))
        sent = due + lag(number)
        done = sent + 1_000 if latency is None else max(sent, due + latency)
        failure = reason if latency is None else None
        measurement.record(key, due=due, sent=sent, done=done, failure=failure, same_machine=same_machine)
    measurement.end(START + timedelta(seconds=seconds))
    return measurement
