"""How a load ended: what was measured, in a few lines, and whether the generator can be believed at all."""

from __future__ import annotations

import math
from collections.abc import Iterator

from load.histogram import Histogram
from load.measurement import Measurement

__all__ = ["INCONCLUSIVE", "lines", "quantile_s", "why_inconclusive"]

INCONCLUSIVE = 2
"""Exit code of a load that proves nothing."""
NOTHING_RAN = 5


def quantile_s(histogram: Histogram, share: float) -> float:
    """The sorted value at rank `ceil(share · n)`, in seconds, as the upper end of its cell; NaN for n = 0."""
    wanted = math.ceil(share * histogram.total)
    passed = 0
    for cell in histogram:
        passed += cell.times
        if passed >= wanted:
            return cell.high / 1e6
    return math.nan


def why_inconclusive(measurement: Measurement, *, lag_bound_s: float) -> str | None:
    """Why nothing may be concluded from it; None: it may be judged."""
    if measurement.requests == 0:
        return "nothing was measured"
    lag = quantile_s(measurement.lag, 0.99)
    if measurement.unsent or lag > lag_bound_s:
        never = f", {measurement.unsent} requests never sent" if measurement.unsent else ""
        return (
            f"generator saturated: p99 of the scheduler lag {lag * 1000:.1f} ms, "
            f"bound {lag_bound_s * 1000:g} ms{never}"
        )
    if not measurement.complete:
        return "interrupted before its schedule was done"
    return None


def lines(measurement: Measurement, *, lag_bound_s: float) -> Iterator[str]:
    """The end of a load, for a terminal."""
    for name, series in sorted(measurement.series.items()):
        told = "  ".join(
            f"p{share * 100:g} {quantile_s(series.latency, share) * 1000:.1f} ms"
            for share in (0.5, 0.95, 0.99)
        )
        why = ", ".join(f"{count} × {reason}" for reason, count in series.failed.most_common(4))
        yield (
            f"{name:<24} {series.requests:>7} requests  "
            + (told if series.ok else "no success")
            + (f"  {series.failures} failed: {why}" if why else "")
        )
    lag = quantile_s(measurement.lag, 0.99)
    if measurement.requests:
        yield f"scheduler lag p99 {lag * 1000:.2f} ms (bound {lag_bound_s * 1000:g} ms)"
    reason = why_inconclusive(measurement, lag_bound_s=lag_bound_s)
    yield f"inconclusive: {reason}" if reason else "measured; judged by its criteria, not here"
