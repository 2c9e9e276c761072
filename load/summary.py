"""A judged load as ready numbers for the page: few points, and no secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from harness.evidence.load_summary import (
    GeneratorBound,
    Limit,
    LoadSummary,
    Reason,
    SeriesSummary,
    Subject,
)
from harness.evidence.load_summary import Sentence as SentenceSummary
from harness.evidence.redaction import Redactor
from harness.verdict.percentiles import lower_value, upper_value
from harness.verdict.rates import lower_bound, upper_bound
from load.acceptance import Acceptance, SentenceResult, SeriesResult
from load.criteria.sentence import Metric, Sentence
from load.key import Key
from load.lateness import why_void
from load.measurement import reasons
from load.samples import Sample
from load.series import Series
from load.timelines import Grid, curve, milliseconds, observed, timeline

_LONGEST_REASON = 80
"""Characters of a reason: they are few stable words, and whatever else a server says is not for a page."""
Hide = Callable[[str], str]


def summarise(acceptance: Acceptance, redactor: Redactor | None = None) -> LoadSummary:
    """What there is to show of a judged run.

    Args:
        redactor: knows the secrets of the run; whatever came from a server passes through it.
    """
    hide = (redactor or Redactor()).text
    measurement, criteria, results = acceptance.measurement, acceptance.criteria, acceptance.results
    every = [each for _, each in sorted(measurement.series.items())]
    sent = [each for each in every if each.key.is_request]
    grid = Grid.of(measurement)
    return LoadSummary(
        set=criteria.id,
        title=criteria.title,
        started=measurement.started,
        ended=measurement.ended,
        complete=measurement.complete,
        late=acceptance.late,
        void=why_void(measurement),
        requests=sum(each.requests for each in sent),
        failed=sum(each.failures for each in sent),
        unsent=measurement.unsent,
        unfinished=measurement.unfinished,
        reasons=_reasons(sent, hide),
        lag_p50_ms=observed(measurement.lag, 0.5),
        lag_p99_ms=observed(measurement.lag, 0.99),
        lag_max_ms=observed(measurement.lag, 1),
        generator=tuple(
            GeneratorBound(
                text=each.sentence.text,
                observed_ms=round(each.lag_us / 1_000, 3),
                limit_ms=each.sentence.limit / 1_000,
                held=each.held,
            )
            for each in acceptance.generator
        ),
        subjects=tuple(
            Subject(
                control=each.control,
                **each.key._asdict(),
                outcome=each.outcome,
                requests=each.requests,
                sentences=tuple(_sentence(one, hide) for one in each.sentences),
            )
            for each in results
        ),
        whole=timeline(sent, grid),
        series=tuple(_series(each, results, grid, hide) for each in every),
    )


def _series(series: Series, results: Iterable[SeriesResult], grid: Grid, hide: Hide) -> SeriesSummary:
    return SeriesSummary(
        **series.key._asdict(),
        requests=series.requests,
        failed=series.failures,
        reasons=_reasons([series], hide),
        p50_ms=observed(series.latency, 0.5, series.failures),
        p95_ms=observed(series.latency, 0.95, series.failures),
        p99_ms=observed(series.latency, 0.99, series.failures),
        limits=_limits(series.key, results),
        timeline=timeline([series], grid),
        curve=curve(series),
    )


def _sentence(result: SentenceResult, hide: Hide) -> SentenceSummary:
    return SentenceSummary(
        text=result.sentence.text,
        outcome=result.outcome,
        message=hide(result.message),
        stretch=result.worst.window,
        **(result.growth._asdict() if result.growth else _figures(result.sentence, result.worst)),
    )


def _figures(sentence: Sentence, sample: Sample) -> dict[str, Any]:
    """Kind, observed value, interval and limit of a sentence about a sample."""
    limit, trial, surely_failed = sentence.limit, sample.trial(sentence), sample.failed - sample.excused
    match sentence.metric:
        case Metric.SUCCESS_RATE:
            return {
                "kind": "share",
                "observed": sample.ok / sample.requests if sample.requests else None,
                "low": lower_bound(trial.bad, trial.requests),
                "high": upper_bound(trial.surely_bad, trial.requests),
                "limit": limit,
            }
        case Metric.PERCENTILE:
            return {
                "kind": "duration",
                "observed": observed(sample.latency, sentence.share, sample.failed),
                "low": milliseconds(lower_value(sample.proven, sentence.share, beyond=surely_failed)),
                "high": milliseconds(upper_value(sample.latency, sentence.share, beyond=sample.failed)),
                "limit": limit / 1_000,
            }
        case Metric.SLOWEST:
            slowest = observed(sample.latency, 1, sample.failed)
            return {"kind": "duration", "observed": slowest, "limit": limit / 1_000}
        case Metric.FAILURES:
            return {"kind": "count", "observed": sample.failed, "limit": limit}
        case _:
            return {"kind": "count", "observed": sample.requests, "limit": limit}


def _limits(key: Key, results: Iterable[SeriesResult]) -> tuple[Limit, ...]:
    """The limits on durations that a series stands under, by itself or together with others."""
    found: dict[Limit, None] = {}
    for result in results:
        for each in (one.sentence for one in result.sentences if result.covers(key)):
            if each.metric in (Metric.PERCENTILE, Metric.SLOWEST):
                share = each.share if each.metric is Metric.PERCENTILE else 1.0
                limit = Limit(
                    text=each.text,
                    control=result.control,
                    share=share,
                    limit_ms=each.limit / 1_000,
                    stretches=each.window_s is not None,
                )
                found[limit] = None
    return tuple(found)


def _reasons(series: Iterable[Series], hide: Hide) -> tuple[Reason, ...]:
    commonest = reasons(series, lambda reason: hide(reason)[:_LONGEST_REASON])
    return tuple(Reason(reason=reason, count=count) for reason, count in commonest)
