"""Loads of known shape in a run record: a calm one, and one with a freeze and with failures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from harness.core.control import Outcome
from harness.evidence.capacity import Capacity, CapacityStep
from harness.evidence.load_summary import LoadSummary
from load.acceptance import accept
from load.criteria.file import parse_set
from load.criteria.model import LoadSet
from load.key import Key
from load.measurement import Measurement
from load.summary import summarise
from tests.load.measured import microseconds
from tests.reports.sample_run import START

SET = """
schema: 1
title: {zh: "试", en: "Trial"}
grade: simulated
arrivals: {profile: constant, rate: 60, seconds: 100}
users:
  - {flow: create, scenario: h5, dialect: mcp}
  - {flow: create, scenario: jsapi, dialect: apiv3}
  - {flow: query, scenario: native, dialect: mcp, share: 2}
generator: [lag_p99 < 20ms, max_lag < 1s]
criteria:
  - {control: PRF-01, endpoint: create, require: [success_rate > 95%]}
  - {control: PRF-03, endpoint: create, require: [p99 < 3s]}
  - {control: PRF-03, endpoint: create, scenario: all, dialect: all, require: [p90 < 3s for 10s]}
  - {control: QRY-04, endpoint: query, require: [p99 < 2s]}
"""
RATES = {
    Key("create", "h5", "mcp"): 15,
    Key("create", "jsapi", "apiv3"): 15,
    Key("query", "native", "mcp"): 30,
}
"""Requests a second of each series."""
SECOND = 1_000_000
FREEZE = (40 * SECOND, 60 * SECOND)
"""From when to when nothing is answered, µs of the run."""
Fails = Callable[[Key, int], str | None]


def criteria() -> LoadSet:
    """What the samples are judged by."""
    return parse_set(SET, Path("trial.yaml"))


def measured(
    seconds: int = 100, *, freeze: tuple[int, int] | None = None, fails: Fails = lambda key, number: None
) -> Measurement:
    """A load whose latencies swing between 2 and 12 ms, but for a freeze."""
    measurement, start = Measurement(started=START), microseconds(START)
    for key, rate in RATES.items():
        for number in range(rate * seconds):
            moment = number * SECOND // rate
            latency = 2_000 + (number * 7_919) % 10_000
            if freeze and freeze[0] <= moment < freeze[1]:
                latency += freeze[1] - moment
            sent = start + moment + number % 7 * 100
            done = max(sent, start + moment + latency)
            measurement.record(key, due=start + moment, sent=sent, done=done, failure=fails(key, number))
    measurement.end(START + timedelta(seconds=seconds))
    return measurement


def flawed(key: Key, number: int) -> str | None:
    """One create over H5 in twelve fails, for one of three reasons."""
    if key.scenario != "h5" or number % 12:
        return None
    return ("HTTP 500 SYSTEM_ERROR", "timeout", "bad signature", "HTTP 500 SYSTEM_ERROR")[number // 12 % 4]


def summary(measurement: Measurement, sets: LoadSet | None = None) -> LoadSummary:
    """What is kept of a measurement."""
    chosen = sets or criteria()
    return summarise(accept(measurement, chosen))


@cache
def calm() -> LoadSummary:
    """Everything holds."""
    return summary(measured())


@cache
def troubled() -> LoadSummary:
    """Twenty seconds without an answer, and creates that fail."""
    return summary(measured(freeze=FREEZE, fails=flawed))


def climb(knee: float = 160.0, rates: Sequence[float] = (20, 40, 80, 120, 160, 200)) -> Capacity:
    """A climb whose p99 rises with the rate, and which breaks beyond the knee."""
    return Capacity(
        steps=tuple(
            CapacityStep(
                rate=rate,
                requests=int(rate * 20),
                failed=0,
                p50_ms=4 + rate / 20,
                p99_ms=20 + rate / 4 if rate <= knee else 4_100,
                outcome=Outcome.PASS if rate <= knee else Outcome.FAIL,
                broke="" if rate <= knee else "p99 < 3s",
            )
            for rate in rates
        ),
    )
