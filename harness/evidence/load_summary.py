"""What a load run came to, as ready numbers: `measurements/summary.json`, which the page draws.

Durations are milliseconds, shares parts of 1. A duration of None has no end: a request that failed has none,
and counts as slower than any limit. Every member is explained in docs/run-record.md.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from harness.core.control import Model, Outcome, Text
from harness.core.plain_text import PlainText
from harness.evidence.measurements import MeasurementFile

MOST_POINTS = 300
"""Of one timeline or curve; a longer run has longer steps."""
Milliseconds = tuple[float | None, ...]


class Reason(Model):
    """Why requests failed."""

    reason: PlainText
    count: int = Field(ge=1)


class Sentence(Model):
    """One sentence of a criterion with its figures."""

    text: PlainText
    """As the set of criteria has it, e.g. `p99 < 2s for 10s`."""
    kind: Literal["share", "duration", "count", "growth", "change"]
    """What the figures are: `share` of 1, `duration` in ms, a number of requests, `growth` of memory in MB an
    hour, or by which share of 1 a percentile has grown (`change`)."""
    outcome: Outcome
    message: PlainText
    observed: float | None
    """None: nothing was measured, or the percentile is a request that failed."""
    low: float | None = None
    """It is at least this, with 95 %; of counts None."""
    high: float | None = None
    """It is at most this, with 95 %; None of counts, and of durations that nothing bounds."""
    limit: float
    stretch: tuple[int, int] | None = None
    """Seconds of the run that the figures are of: its worst, where it had to hold in each; else the whole."""


class Subject(Model):
    """What a control asked of some series, and the answer."""

    control: PlainText
    endpoint: PlainText
    scenario: PlainText
    dialect: PlainText
    """Scenario and dialect may be `all`."""
    outcome: Outcome
    requests: int
    sentences: tuple[Sentence, ...]


class Timeline(Model):
    """Columns of equal length: one entry for each step of the run."""

    step_s: int = Field(ge=1)
    """Seconds of one step."""
    due: tuple[int, ...]
    """Requests that were due within it."""
    answered: tuple[int, ...]
    """Requests whose answer came within it, to a second: moment due plus latency."""
    failed: tuple[int, ...]
    """Requests due within it that failed."""
    p50_ms: Milliseconds
    p95_ms: Milliseconds
    p99_ms: Milliseconds
    """Of the requests due within it and answered, ms from the intended moment; None where there are none."""

    @model_validator(mode="after")
    def _is_even(self) -> Self:
        columns = (self.due, self.answered, self.failed, self.p50_ms, self.p95_ms, self.p99_ms)
        _even(columns)
        return self


class Curve(Model):
    """Percentiles with their confidence band. Columns of equal length, shares ascending."""

    shares: tuple[float, ...]
    observed_ms: Milliseconds
    low_ms: Milliseconds
    """The true percentile is at least this, with 95 % (an order statistic)."""
    high_ms: Milliseconds
    """The true percentile is at most this, with 95 %; None: so few requests do not bound it."""

    @model_validator(mode="after")
    def _is_even(self) -> Self:
        _even((self.shares, self.observed_ms, self.low_ms, self.high_ms))
        return self


class Limit(Model):
    """A line to draw: how long a percentile of a series, or its slowest request, may take."""

    text: PlainText
    control: PlainText
    share: float
    """Which percentile; 1: the slowest."""
    limit_ms: float
    stretches: bool = False
    """Whether it must hold in each of many stretches, so that the curve of the whole run does not show it."""


class SeriesSummary(Model):
    """The requests to one endpoint, of one scenario, over one dialect."""

    endpoint: PlainText
    scenario: PlainText
    dialect: PlainText
    requests: int = Field(ge=0)
    failed: int = Field(ge=0)
    reasons: tuple[Reason, ...]
    """Commonest first."""
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    limits: tuple[Limit, ...]
    timeline: Timeline
    curve: Curve


class GeneratorBound(Model):
    """How late the generator was, against what the set allows it."""

    text: PlainText
    observed_ms: float
    limit_ms: float
    held: bool


class LoadSummary(MeasurementFile):
    """One load run for one set of criteria."""

    NAME: ClassVar[str] = "summary.json"

    schema_: Literal[1] = Field(default=1, alias="schema")
    """Version of this shape; a reader refuses another."""
    set: PlainText
    title: Text
    started: AwareDatetime
    ended: AwareDatetime | None
    """None: its process was killed."""
    complete: bool
    """Whether its schedule was done and every request's end is known; otherwise nothing passes."""
    late: PlainText
    """How the generator was later than the set allows, so that only what is proven in spite of it is
    concluded; empty: it was not."""
    void: str = ""
    """Why nothing at all is concluded: the machine's clock was moved; empty: it was not."""
    requests: int = Field(ge=0)
    """That were sent; whole journeys, and callbacks that came, are in `series` and not among them."""
    failed: int = Field(ge=0)
    unsent: int = Field(ge=0)
    unfinished: int = Field(ge=0)
    reasons: tuple[Reason, ...]
    lag_p50_ms: float | None
    lag_p99_ms: float | None
    lag_max_ms: float | None
    """How long after its intended moment a request was sent."""
    generator: tuple[GeneratorBound, ...]
    subjects: tuple[Subject, ...]
    """In the order of the criteria."""
    whole: Timeline
    """All requests together."""
    series: tuple[SeriesSummary, ...]
    """By name."""


def _even(columns: tuple[tuple[object, ...], ...]) -> None:
    lengths = {len(column) for column in columns}
    if len(lengths) != 1 or max(lengths) > MOST_POINTS:
        raise ValueError(f"columns of one length up to {MOST_POINTS} expected, found {sorted(lengths)}")
