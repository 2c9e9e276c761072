"""What a page draws of a load: exact where it judges, thinned where it shows, and silent about secrets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.core.control import Outcome
from harness.evidence.load_summary import MOST_POINTS, LoadSummary, Reason
from harness.evidence.redaction import Redactor
from harness.verdict.percentiles import lower_value, upper_value
from harness.verdict.rates import lower_bound, upper_bound
from load.acceptance import accept
from load.criteria.model import LoadSet
from load.key import Key
from load.measurement import Measurement, merged
from load.summary import summarise
from tests.load.measured import CREATE, QUERY, SET, START, criteria_of, measure, microseconds

SECOND = 1_000_000
FROZEN = [max(2_000, 60 * SECOND - moment * SECOND) if 40 <= moment < 60 else 2_000 for moment in range(100)]
"""A request a second, µs: from second 40 to 60 nothing is answered."""


def summary(measurement: Measurement, criteria: LoadSet, redactor: Redactor | None = None) -> LoadSummary:
    return summarise(accept(measurement, criteria), redactor)


def test_every_request_is_somewhere() -> None:
    measurement = measure(latencies=[2_000] * 900, failed=100, seconds=50)
    measure(QUERY, latencies=[3_000] * 500, seconds=50, into=measurement)
    told = summary(measurement, criteria_of("success_rate > 95%"))
    assert (told.requests, told.failed) == (1_500, 100)
    for each in (told.whole, *(series.timeline for series in told.series)):
        assert sum(each.due) == sum(each.answered) + sum(each.failed)
    assert sum(told.whole.due) == 1_500
    assert [sum(series.timeline.due) for series in told.series] == [1_000, 500]
    assert [(series.endpoint, series.requests, series.failed) for series in told.series] == [
        ("create", 1_000, 100),
        ("query", 500, 0),
    ]


def test_a_constant_rate_is_level_wherever_in_a_second_the_run_began() -> None:
    begun = START + timedelta(milliseconds=770)
    measurement = Measurement(started=begun)
    for number in range(500):
        due = microseconds(begun) + number * 10_000
        measurement.record(CREATE, due=due, sent=due, done=due + 2_000)
    whole = summary(measurement, criteria_of("p99 < 3s")).whole
    assert (whole.due, whole.answered) == ((100,) * 5, (100,) * 5)


def test_a_freeze_is_seen_where_requests_were_due_and_answers_come_at_its_end() -> None:
    whole = summary(measure(latencies=FROZEN, seconds=100), criteria_of("p99 < 3s")).whole
    assert whole.step_s == 1
    assert set(whole.due[:100]) == {1}
    assert sum(whole.answered[40:59]) == 0
    assert sum(whole.answered[59:62]) >= 20
    assert whole.p99_ms[40] == pytest.approx(20_000, rel=0.001)
    assert whole.p99_ms[39] == pytest.approx(2, rel=0.001)


@pytest.mark.parametrize(("count", "most"), [(1, MOST_POINTS), (18, 100), (40, 60)])
def test_a_long_run_has_longer_steps_and_loses_nothing(count: int, most: int) -> None:
    measurement = Measurement(started=START)
    for number in range(count):
        measure(Key("create", f"s{number}", "mcp"), [2_000] * 720, seconds=7_200, into=measurement)
    told = summary(measurement, criteria_of("success_rate > 95%"))
    assert most * 0.9 < len(told.whole.due) <= most
    assert sum(told.whole.due) == 720 * count
    assert len(told.whole.due) * told.whole.step_s >= 7_190


def test_the_band_of_a_curve_is_the_judge_s_own_bounds() -> None:
    latencies = [1_000 + 37 * number % 900_000 for number in range(2_000)]
    measurement = measure(latencies=latencies, failed=3)
    (series,) = summary(measurement, criteria_of("p99 < 2s")).series
    histogram = measurement.series[CREATE.name].latency
    for share in (0.5, 0.9, 0.99):
        place = series.curve.shares.index(share)
        assert series.curve.low_ms[place] == round(lower_value(histogram, share, beyond=3) / 1_000, 3)
        assert series.curve.high_ms[place] == round(upper_value(histogram, share, beyond=3) / 1_000, 3)


def test_a_curve_ends_where_the_failed_requests_begin() -> None:
    (series,) = summary(measure(latencies=[2_000] * 950, failed=50), criteria_of("p99 < 2s")).series
    known = dict(zip(series.curve.shares, series.curve.observed_ms, strict=True))
    assert known[0.95] is not None
    assert known[0.99] is None
    assert (series.p95_ms, series.p99_ms) == (known[0.95], None)


def test_so_few_requests_bound_no_high_percentile() -> None:
    (series,) = summary(measure(latencies=[2_000] * 100), criteria_of("p99 < 2s")).series
    place = series.curve.shares.index(0.99)
    assert series.curve.observed_ms[place] is not None
    assert series.curve.high_ms[place] is None
    assert series.curve.shares[-1] == 0.99


def test_a_rate_stands_with_its_bounds_beside_its_limit() -> None:
    told = summary(measure(latencies=[2_000] * 980, failed=20), criteria_of("success_rate > 95%"))
    ((sentence,),) = [subject.sentences for subject in told.subjects]
    assert (sentence.kind, sentence.outcome, sentence.limit) == ("share", Outcome.PASS, 0.95)
    assert (sentence.observed, sentence.low, sentence.high) == (
        0.98,
        lower_bound(20, 1_000),
        upper_bound(20, 1_000),
    )


def test_a_percentile_stands_in_milliseconds_and_its_limit_is_a_line() -> None:
    told = summary(measure(latencies=[50_000] * 1_000), criteria_of("p99 < 2s", "max < 3s", "requests >= 10"))
    percentile, slowest, count = told.subjects[0].sentences
    assert percentile.observed == pytest.approx(50, rel=0.001)
    assert percentile.limit == 2_000
    assert percentile.low is not None
    assert percentile.high is not None
    assert percentile.low <= 50 <= percentile.high
    assert (slowest.low, slowest.high, slowest.limit) == (None, None, 3_000)
    assert (count.kind, count.observed, count.limit) == ("count", 1_000, 10)
    assert [(each.text, each.share, each.limit_ms) for each in told.series[0].limits] == [
        ("p99 < 2s", 0.99, 2_000),
        ("max < 3s", 1, 3_000),
    ]


def test_a_sentence_about_all_together_is_a_line_of_each_series_it_covers() -> None:
    text = SET.replace("endpoint: create,", "endpoint: create, scenario: all, dialect: all,")
    measurement = measure(latencies=[2_000] * 500)
    measure(Key("create", "jsapi", "apiv3"), [2_000] * 500, into=measurement)
    measure(QUERY, [2_000] * 500, into=measurement)
    told = summary(measurement, criteria_of("p99 < 3s", text=text))
    assert [(each.scenario, len(each.limits)) for each in told.series] == [
        ("h5", 1),
        ("jsapi", 1),
        ("native", 0),
    ]


def test_a_sentence_of_stretches_shows_its_worst() -> None:
    often = [latency for latency in FROZEN for _ in range(10)]
    told = summary(measure(latencies=often, seconds=100), criteria_of("p90 < 3s for 10s"))
    (sentence,) = told.subjects[0].sentences
    assert sentence.stretch == (40, 50)
    assert sentence.observed == pytest.approx(19_000, rel=0.06)
    assert sentence.message.startswith("p90 < 3s for 10s: second 40 to 50: 100 of 100 requests")
    assert sentence.outcome is Outcome.FAIL
    assert told.series[0].limits[0].stretches


def test_a_late_generator_shows_no_sentence_as_decided_that_its_lateness_hides() -> None:
    told = summary(measure(latencies=[60_000] * 500, lag=lambda number: 50_000), criteria_of("p99 < 20ms"))
    assert told.late.startswith("lag_p99 < 20ms")
    assert [(each.text, each.held) for each in told.generator] == [
        ("lag_p99 < 20ms", False),
        ("max_lag < 1s", True),
    ]
    assert told.subjects[0].outcome is Outcome.INCONCLUSIVE
    assert {each.outcome for each in told.subjects[0].sentences} == {Outcome.INCONCLUSIVE}


@pytest.mark.parametrize(
    ("failed", "outcome"), [(0, Outcome.INCONCLUSIVE), (250, Outcome.FAIL)], ids=["good", "bad"]
)
def test_what_was_cut_short_passes_nothing_and_fails_all_the_same(failed: int, outcome: Outcome) -> None:
    measurement = measure(latencies=[1_000] * 500, failed=failed)
    measurement.end(START + timedelta(seconds=20), interrupted=True)
    told = summary(measurement, criteria_of("success_rate > 95%"))
    assert not told.complete
    assert [each.outcome for each in told.subjects[0].sentences] == [outcome]


def test_of_nothing_measured_there_is_a_summary_that_concludes_nothing() -> None:
    told = summary(Measurement(started=START), criteria_of("success_rate > 95%", "p99 < 2s", "max < 3s"))
    assert (told.requests, told.series, told.ended) == (0, (), None)
    assert {each.outcome for each in told.subjects[0].sentences} == {Outcome.INCONCLUSIVE}
    assert {each.observed for each in told.subjects[0].sentences} == {None}


def test_reasons_come_commonest_first_short_and_without_secrets() -> None:
    measurement = measure(latencies=[1_000] * 10, failed=2, reason="timeout")
    measure(failed=3, reason="refused: token sk-1234567890abcdef", into=measurement)
    measure(QUERY, failed=1, reason="x" * 300, into=measurement)
    told = summary(measurement, criteria_of("success_rate > 95%"), Redactor(["sk-1234567890abcdef"]))
    assert [each.count for each in told.reasons] == [3, 2, 1]
    assert told.reasons[1] == Reason(reason="timeout", count=2)
    assert max(len(each.reason) for each in told.reasons) == 80
    assert "sk-1234567890abcdef" not in told.model_dump_json()


def test_the_parts_of_several_processes_give_the_same_bytes_in_any_order() -> None:
    parts = [
        measure(key, [1_000 + 17 * number for number in range(300)], failed=failed)
        for key, failed in ((CREATE, 3), (QUERY, 0), (CREATE, 2))
    ]
    criteria = criteria_of("success_rate > 95%", "p99 < 2s")
    told = [summary(merged(order), criteria).model_dump_json() for order in (parts, parts[::-1])]
    assert told[0] == told[1]
    assert LoadSummary.model_validate_json(told[0]).model_dump_json() == told[0]
