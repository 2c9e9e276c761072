"""Starts loads the way people do, as a child process: importing locust here would patch the test process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from load.key import Key
from load.measurement import FILE, Measurement, read

ROOT = Path(__file__).parents[2]
PATIENT = ("--lag-bound-ms", "60000")
"""For tests of everything but lag: on a busy machine a generator may be late."""
_BEGUN: list[subprocess.Popen[str]] = []


@dataclass(frozen=True)
class Ended:
    """A load that has ended."""

    code: int
    said: str
    out: Path

    @property
    def measurement(self) -> Measurement:
        """What it left on disk."""
        return read(self.out / FILE)

    @property
    def requests(self) -> list[dict[str, object]]:
        """Every request of every process."""
        files = sorted((self.out / "measurements").glob("requests-*.parquet"))
        rows: list[dict[str, object]] = pa.concat_tables(
            parquet.read_table(file) for file in files
        ).to_pylist()
        return rows

    def counts(self) -> dict[str, tuple[int, dict[str, int]]]:
        """By series: successes, and failures by reason."""
        series = self.measurement.series
        return {name: (each.ok, dict(each.failed)) for name, each in series.items()}


def begin(out: Path, *arguments: str, program: tuple[str, ...] = ("-m", "load")) -> subprocess.Popen[str]:
    """Start one; it writes below `out`. Where a test leaves it behind, `end_all` ends it."""
    process = subprocess.Popen(
        [sys.executable, *program, *arguments, "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _BEGUN.append(process)
    return process


def end_all() -> None:
    """End every load that still runs, and its workers: each would go on beside the next test."""
    while _BEGUN:
        with _BEGUN.pop() as process:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def finish(process: subprocess.Popen[str], out: Path, *, timeout_s: float = 90) -> Ended:
    """Wait for its end."""
    try:
        _, said = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Ended(process.returncode, said, out)


def load(out: Path, *arguments: str, program: tuple[str, ...] = ("-m", "load")) -> Ended:
    """Run one from start to end."""
    return finish(begin(out, *arguments, program=program), out)


def rebuilt(rows: list[dict[str, object]], whole: Measurement) -> Measurement:
    """A measurement made again from single requests, with the whole's own beginning and end."""
    made = Measurement(started=whole.started)
    for row in rows:
        made.record(
            Key(str(row["endpoint"]), str(row["scenario"]), str(row["dialect"])),
            due=_number(row["due_us"]),
            sent=_number(row["sent_us"]),
            done=_number(row["done_us"]),
            failure=None if row["failure"] is None else str(row["failure"]),
            paused=_number(row["paused_us"]),
        )
    made.ended = whole.ended
    for name, series in made.series.items():
        series.same_machine = whole.series[name].same_machine
    return made


def until(condition: object, what: str, *, timeout_s: float = 30) -> None:
    """Wait for a condition, a callable, to hold."""
    ends = time.monotonic() + timeout_s
    while time.monotonic() < ends:
        if callable(condition) and condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {timeout_s:g} s")


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value
