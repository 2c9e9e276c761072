"""How far a generator was from the load that was planned: late, held up, or its machine's clock moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from harness.verdict.percentiles import observed_value
from load import messages
from load.criteria.sentence import Metric, Sentence
from load.measurement import Measurement

DRIFT_S = 1.0
"""A wall clock that moved by more made signatures that nobody has to believe."""


class LagResult(NamedTuple):
    """How late the generator was, against one sentence about it."""

    sentence: Sentence
    lag_us: float
    held: bool


def lags(measurement: Measurement, sentences: Sequence[Sentence]) -> tuple[LagResult, ...]:
    """Each sentence about the generator, judged; none where nothing was measured."""
    return tuple(_lag(each, measurement) for each in sentences if measurement.requests)


def why_late(measurement: Measurement, results: Sequence[LagResult]) -> str:
    """How the generator was later than allowed, in one sentence; empty where it kept its schedule."""
    if measurement.unsent:
        return f"{measurement.unsent} requests were due and never sent"
    for each in results:
        if not each.held:
            was = messages.time(each.lag_us)
            return f"{each.sentence.text} was asked of the generator, and it was {was} late"
    return ""


def why_void(measurement: Measurement) -> str:
    """Why nothing at all may be concluded from what was measured; empty where something may."""
    if abs(measurement.drift_s) <= DRIFT_S:
        return ""
    return (
        f"this machine's clock was moved by {measurement.drift_s:+.1f} s during the run, and signatures "
        "carry its time"
    )


def _lag(sentence: Sentence, measurement: Measurement) -> LagResult:
    share = 1.0 if sentence.metric is Metric.MAX_LAG else sentence.share
    lag_us = observed_value(measurement.lag, share)
    return LagResult(sentence, lag_us, lag_us < sentence.limit)
