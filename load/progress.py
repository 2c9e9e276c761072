"""What a load says while it runs: a line a second with rate, lag, latency and failures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, TextIO

from load.users.client import Sample

__all__ = ["Recent", "line", "show"]

_EVERY_S = 5


class Recent:
    """Counts since somebody last asked: rounded to milliseconds, for people; the measurement is exact."""

    def __init__(self) -> None:
        self._latency: Counter[int] = Counter()
        self._lag: Counter[int] = Counter()
        self._failed = 0

    def __call__(self, sample: Sample) -> None:
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


def _quantile(counts: list[tuple[int, int]], share: float) -> int:
    wanted = share * sum(count for _, count in counts)
    passed = 0
    for value, count in sorted(counts):
        passed += count
        if passed >= wanted:
            return value
    return 0
