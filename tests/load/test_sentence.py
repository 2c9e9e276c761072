"""Sentences of criteria: what they mean, and how a misspelt one is refused."""

from __future__ import annotations

import re

import pytest

from load.criteria.sentence import Metric, Sentence, duration


@pytest.mark.parametrize(
    ("text", "metric", "limit", "share", "window_s"),
    [
        ("success_rate > 0.99", Metric.SUCCESS_RATE, 0.99, 0.99, None),
        (" success_rate>99% ", Metric.SUCCESS_RATE, 0.99, 0.99, None),
        ("success_rate > 99.9 %", Metric.SUCCESS_RATE, 0.999, 0.999, None),
        ("success_rate > 90% for 10s", Metric.SUCCESS_RATE, 0.9, 0.9, 10),
        ("p99 < 3s", Metric.PERCENTILE, 3_000_000, 0.99, None),
        ("p99.9 < 500ms for 1m", Metric.PERCENTILE, 500_000, 0.999, 60),
        ("p5 < 200us", Metric.PERCENTILE, 200, 0.05, None),
        ("max < 1.5s", Metric.SLOWEST, 1_500_000, 0.0, None),
        ("failures = 0", Metric.FAILURES, 0, 0.0, None),
        ("requests >= 1000", Metric.REQUESTS, 1_000, 0.0, None),
        ("memory_growth < 20MB/h", Metric.MEMORY_GROWTH, 20, 0.0, None),
        ("growth_p95 < 25 %", Metric.GROWTH_PERCENTILE, 0.25, 0.95, None),
        ("lag_p99 < 20ms", Metric.LAG_PERCENTILE, 20_000, 0.99, None),
        ("max_lag < 1s", Metric.MAX_LAG, 1_000_000, 0.0, None),
    ],
)
def test_what_a_sentence_means(
    text: str, metric: Metric, limit: float, share: float, window_s: int | None
) -> None:
    understood = Sentence.parse(text)
    assert understood == Sentence(text.strip(), metric, limit, share, window_s)
    assert metric.statistical == (metric in (Metric.SUCCESS_RATE, Metric.PERCENTILE))
    assert metric.of_generator == (metric in (Metric.LAG_PERCENTILE, Metric.MAX_LAG))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is no criterion"),
        (7, "is no criterion"),
        ("", "is no criterion"),
        ("p99", "is no criterion"),
        ("succes_rate > 0.99", "did you mean success_rate?"),
        ("maxlag < 1s", "did you mean max_lag?"),
        (
            "speed < 1s",
            "known: success_rate, p99, failures, max, requests, memory_growth, growth_p95, lag_p99, max_lag",
        ),
        ("memory_growth < 20MB", "write e.g. 20MB/h"),
        ("growth_p99 < 2s", "write e.g. 25%"),
        ("memory_growth < 20MB/h for 10s", "holds over a whole run"),
        ("p0 < 1s", "'p0' cannot be measured"),
        ("p100 < 1s", "'p100' cannot be measured"),
        ("success_rate < 0.99", "after success_rate comes >, not <"),
        ("p99 > 3s", "after p99 comes <, not >"),
        ("p99 <= 3s", "after p99 comes <, not <="),
        ("failures < 1", "after failures comes =, not <"),
        ("requests > 5", "after requests comes >=, not >"),
        ("success_rate > 1", "no sample proves all or nothing"),
        ("success_rate > 0", "no sample proves all or nothing"),
        ("success_rate > 100%", "no sample proves all or nothing"),
        ("success_rate > nan", "no sample proves all or nothing"),
        ("success_rate > most", "is no share; write e.g. 0.99 or 99%"),
        ("failures = 1", "only failures = 0 can be asked"),
        ("failures = -1", "is no number of requests"),
        ("requests >= 1.5", "is no number of requests"),
        ("requests >= ²", "is no number of requests"),
        ("p99 < 3", "is no duration; write e.g. 3s, 500ms or 1.5m"),
        ("p99 < 3sec", "'sec' is no unit of time; did you mean s?"),
        ("p99 < 3h", "'h' is no unit of time; known: us, µs, ms, s, m"),
        ("p99 < 3mss", "did you mean ms?"),
        ("p99 < 0s", "out of range"),
        ("p99 < 10m", "out of range"),
        ("p99 < 3s in 10s", "'in 10s' is not understood"),
        ("p99 < 3s for ever", "'ever' is no duration"),
        ("p99 < 3s for 1500ms", "no whole number of seconds"),
        ("failures = 0 for 10s", "failures holds over a whole run"),
        ("max_lag < 1s for 10s", "max_lag holds over a whole run"),
    ],
)
def test_a_sentence_that_is_none_is_refused_with_help(text: object, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Sentence.parse(text)


def test_durations_end_below_ten_minutes() -> None:
    assert duration("9.99m") == 599_400_000
    assert duration("1us") == duration("1µs") == 1
