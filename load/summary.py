"""A measurement and its judgement as ready numbers for the page: few points, and no secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from harness.core.control import Check, Outcome
from harness.evidence.load_summary import (
    GeneratorBound,
    Limit,
    LoadSummary,
    Reason,
    SeriesSummary,
)
from harness.evidence.load_summary import Sentence as SentenceSummary
from harness.evidence.load_summary import Subject as SubjectSummary
from harness.evidence.redaction import Redactor
from harness.verdict.percentiles import lower_value, upper_value
from harness.verdict.rates import lower_bound, upper_bound
from load.acceptance import Finding, Subject, findings, saturation
from load.criteria.model import ALL, LoadSet
from load.criteria.sentence import Metric, Sentence
from load.histogram import Histogram
from load.measurement import Key, Measurement, Series
from load.samples import Sample, samples
from load.timelines import Grid, curve, milliseconds, observed, timeline

__all__ = ["summarise"]

_LONGEST_REASON = 80
"""Characters of a reason: they are few stable words, and whatever else a server says is not for a page."""
Hide = Callable[[str], str]


def summarise(
    measurement: Measurement, criteria: LoadSet, checks: Sequence[Check], redactor: Redactor | None = None
) -> LoadSummary:
    """What there is to show of a run.

    Args:
        checks: what `load.acceptance.accept` made of the same measurement and criteria.
        redactor: knows the secrets of the run; whatever came from a server passes through it.
    """
    hide = (redactor or Redactor()).text
    late = saturation(measurement, criteria)
    judged = list(findings(measurement, criteria))
    subjects = [subject for subject, _ in judged]
    every = [each for _, each in sorted(measurement.series.items())]
    grid = Grid.of(measurement)
    return LoadSummary(
        set=criteria.id,
        title=criteria.title,
        started=measurement.started,
        ended=measurement.ended,
        complete=measurement.complete,
        late=late,
        requests=measurement.requests,
        failed=sum(each.failures for each in every),
        unsent=measurement.unsent,
        unfinished=measurement.unfinished,
        reasons=_reasons(every, hide),
        lag_p50_ms=observed(measurement.lag, 0.5),
        lag_p99_ms=observed(measurement.lag, 0.99),
        lag_max_ms=observed(measurement.lag, 1),
        generator=tuple(_bound(each, measurement.lag) for each in criteria.generator if measurement.requests),
        subjects=tuple(
            SubjectSummary(
                control=subject.control,
                endpoint=subject.key.endpoint,
                scenario=subject.key.scenario,
                dialect=subject.key.dialect,
                outcome=check.outcome,
                requests=subject.requests,
                sentences=tuple(
                    _sentence(subject, each, measurement, decided=not late, hide=hide) for each in found
                ),
            )
            for (subject, found), check in zip(judged, checks, strict=True)
        ),
        whole=timeline(every, grid),
        series=tuple(_series(each, subjects, grid, hide) for each in every),
    )


def _series(series: Series, subjects: Iterable[Subject], grid: Grid, hide: Hide) -> SeriesSummary:
    return SeriesSummary(
        endpoint=series.endpoint,
        scenario=series.scenario,
        dialect=series.dialect,
        requests=series.requests,
        failed=series.failures,
        reasons=_reasons([series], hide),
        p50_ms=observed(series.latency, 0.5, series.failures),
        p95_ms=observed(series.latency, 0.95, series.failures),
        p99_ms=observed(series.latency, 0.99, series.failures),
        limits=_limits(series.key, subjects),
        timeline=timeline([series], grid),
        curve=curve(series),
    )


def _sentence(
    subject: Subject, found: Finding, measurement: Measurement, *, decided: bool, hide: Hide
) -> SentenceSummary:
    sentence, outcome = found.sentence, found.outcome
    if not (decided and subject.requests) or (outcome is Outcome.PASS and not measurement.complete):
        outcome = Outcome.INCONCLUSIVE  # as the check is: a late generator concludes nothing
    parts = list(samples(subject.series, sentence, measurement))
    number, sample = max(enumerate(parts), key=lambda each: (_bad(each[1], sentence), -each[0]))
    length = sentence.window_s
    return SentenceSummary(
        text=sentence.text,
        outcome=outcome,
        message=hide(found.message),
        stretch=None if length is None else (number * length, (number + 1) * length),
        **_figures(sentence, sample),
    )


def _bad(sample: Sample, sentence: Sentence) -> float:
    """How bad a stretch is: the share that missed the sentence; one without a request is the worst."""
    return sample.trial(sentence).bad / sample.requests if sample.requests else 2.0


def _figures(sentence: Sentence, sample: Sample) -> dict[str, Any]:
    """Kind, observed value, interval and limit of a sentence about a sample."""
    limit = sentence.limit
    match sentence.metric:
        case Metric.SUCCESS_RATE:
            return {
                "kind": "share",
                "observed": sample.ok / sample.requests if sample.requests else None,
                "low": lower_bound(sample.failed, sample.requests),
                "high": upper_bound(sample.failed, sample.requests),
                "limit": limit,
            }
        case Metric.PERCENTILE:
            return {
                "kind": "duration",
                "observed": observed(sample.latency, sentence.share, sample.failed),
                "low": milliseconds(lower_value(sample.latency, sentence.share, beyond=sample.failed)),
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


def _limits(key: Key, subjects: Iterable[Subject]) -> tuple[Limit, ...]:
    """The limits on durations that a series stands under, by itself or together with others."""
    found: dict[Limit, None] = {}
    for subject in subjects:
        pairs = zip(subject.key, key, strict=True)
        if not all(asked in (ALL, own) for asked, own in pairs):
            continue
        for each in subject.sentences:
            if each.metric in (Metric.PERCENTILE, Metric.SLOWEST):
                share = each.share if each.metric is Metric.PERCENTILE else 1.0
                limit = Limit(
                    text=each.text,
                    control=subject.control,
                    share=share,
                    limit_ms=each.limit / 1_000,
                    stretches=each.window_s is not None,
                )
                found[limit] = None
    return tuple(found)


def _bound(sentence: Sentence, lag: Histogram) -> GeneratorBound:
    share = 1.0 if sentence.metric is Metric.MAX_LAG else sentence.share
    was = observed(lag, share) or 0.0
    limit = sentence.limit / 1_000
    return GeneratorBound(text=sentence.text, observed_ms=was, limit_ms=limit, held=was < limit)


def _reasons(series: Iterable[Series], hide: Hide) -> tuple[Reason, ...]:
    every: Counter[str] = Counter()
    for each in series:
        for reason, count in each.failed.items():
            every[hide(reason)[:_LONGEST_REASON]] += count
    commonest = sorted(every.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Reason(reason=reason, count=count) for reason, count in commonest)
