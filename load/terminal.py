"""What a load prints: a line a second while it runs, and at its end what was measured."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from harness.verdict.percentiles import observed_value
from load.criteria.sentence import Sentence
from load.lateness import lags, why_late, why_void
from load.measurement import Measurement
from load.users.client import FinishedRequest

INCONCLUSIVE = 2
"""Exit codes of a load that proves nothing, that reached nobody, and that never began."""
NOTHING_ANSWERED = 3
NOTHING_RAN = 5
_EVERY_S = 5


class Recent:
    """Counts since somebody last asked: rounded to milliseconds, for people; the measurement is exact."""

    def __init__(self) -> None:
        self._latency: Counter[int] = Counter()
        self._lag: Counter[int] = Counter()
        self._failed = 0

    def __call__(self, sample: FinishedRequest) -> None:
        """Hear of one finished request."""
        self._latency[(sample.done - sample.due) // 1000] += 1
        self._lag[(sample.sent - sample.due) // 100] += 1
        self._failed += sample.failure is not None

    def add(self, told: Mapping[str, Any]) -> None:
        """Take over what another process gave away."""
        self._latency.update({int(ms): count for ms, count in told["latency"]})
        self._lag.update({int(tenth): count for tenth, count in told["lag"]})
        self._failed += told["failed"]

    def give(self) -> dict[str, Any]:
        """Everything since the last time, as plain values; counting starts anew."""
        told = {
            "latency": list(self._latency.items()),
            "lag": list(self._lag.items()),
            "failed": self._failed,
        }
        self._latency, self._lag, self._failed = Counter(), Counter(), 0
        return told


def line(told: Mapping[str, Any], *, passed_s: float, total_s: float, over_s: float, workers: int) -> str:
    """One line about the last `over_s` seconds.

    >>> line({"latency": [(3, 9), (8, 1)], "lag": [(2, 10)], "failed": 0},
    ...      passed_s=5, total_s=30, over_s=1, workers=1)
    '   5/30 s      10/s  p50 3 ms  p95 8 ms  p99 8 ms  lag p99 0.2 ms  0 failed'
    """
    answered = sum(count for _, count in told["latency"])
    middle, most, nearly = (_quantile(told["latency"], share) for share in (0.5, 0.95, 0.99))
    lag = _quantile(told["lag"], 0.99) / 10
    many = f"  {workers} workers" if workers > 1 else ""
    return (
        f"{passed_s:4.0f}/{total_s:.0f} s  {answered / over_s:6.0f}/s  p50 {middle} ms  p95 {most} ms  "
        f"p99 {nearly} ms  lag p99 {lag:.1f} ms  {told['failed']} failed{many}"
    )


def show(text: str, *, stream: TextIO | None = None, second: int = 0) -> None:
    """On a terminal, in place of the line before; elsewhere every fifth second, as a line of its own."""
    out = stream or sys.stderr
    if out.isatty():
        out.write(f"\r\x1b[2K{text}")
    elif second % _EVERY_S == 0:
        out.write(f"{text}\n")
    out.flush()


def why_inconclusive(measurement: Measurement, generator: Sequence[Sentence]) -> str | None:
    """What keeps conclusions from it; None: nothing.

    Args:
        generator: how late we may have been.
    """
    if measurement.requests == 0:
        return "nothing was measured"
    if void := why_void(measurement):
        return void
    if late := why_late(measurement, lags(measurement, generator)):
        return f"generator saturated: {late}"
    if not measurement.complete:
        return "interrupted before its schedule was done"
    return None


def say(text: str) -> None:
    """A line of its own, in place of a line that still changes."""
    sys.stderr.write(f"\r\x1b[2K{text}\n" if sys.stderr.isatty() else f"{text}\n")
    sys.stderr.flush()


def lines(measurement: Measurement, generator: Sequence[Sentence]) -> Iterator[str]:
    """The end of a load, for a terminal."""
    for name, series in sorted(measurement.series.items()):
        told = "  ".join(
            f"p{share * 100:g} {series.latency.quantile_s(share) * 1000:.1f} ms"
            for share in (0.5, 0.95, 0.99)
        )
        why = ", ".join(f"{count} × {reason}" for reason, count in series.failed.most_common(4))
        yield (
            f"{name:<24} {series.requests:>7} requests  "
            + (told if series.ok else "no success")
            + (f"  {series.failures} failed: {why}" if why else "")
        )
    lag = measurement.lag.quantile_s(0.99)
    if measurement.requests:
        bounds = ", ".join(each.text for each in generator)
        yield f"scheduler lag p99 {lag * 1000:.2f} ms (bound {bounds})"
    if measurement.unreached:
        yield "nothing answers: not one request reached anybody"
        return
    reason = why_inconclusive(measurement, generator)
    yield f"inconclusive: {reason}" if reason else "measured; judged by its criteria, not here"


def _quantile(counts: list[tuple[int, int]], share: float) -> int:
    cells = [(value, value, count) for value, count in sorted(counts)]
    return int(observed_value(cells, share)) if cells else 0
