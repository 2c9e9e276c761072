"""A measurement counts from the intended moment, adds up exactly, and cannot be read when it is nonsense."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import HarnessError, UsageError
from load.histogram import Histogram
from load.key import Key
from load.measurement import FILE, Measurement, merged, read, write
from load.series import Window
from tests.load.measured import CREATE, QUERY, START, measure, microseconds

unhurried = settings(deadline=None)
ZERO = microseconds(START)
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from([CREATE, QUERY]),
        st.integers(0, 59_999_999),
        st.integers(-100, 2_000_000),
        st.integers(0, 20_000_000),
        st.sampled_from([None, None, "timeout", "HTTP 500"]),
    ),
    max_size=25,
)
Requests = list[tuple[Key, int, int, int, str | None]]


def filled(requests: Requests) -> Measurement:
    measurement = Measurement(started=START)
    for key, due, late, took, failure in requests:
        sent = ZERO + due + late
        measurement.record(key, due=ZERO + due, sent=sent, done=sent + took, failure=failure)
    measurement.end(START + timedelta(minutes=2))
    return measurement


def only_latency(histogram: Histogram) -> int:
    (cell,) = histogram
    return cell.low


def test_latency_counts_from_the_intended_moment_and_service_time_from_the_sending() -> None:
    measurement = filled([(CREATE, 1_999_999, 500, 1_000, None)])
    series = measurement.series["create/h5/mcp"]
    assert series.key == CREATE
    assert only_latency(series.latency) == 1_500
    assert only_latency(series.service) == 1_000
    assert only_latency(measurement.lag) == 500
    window = Window(ok=1, failed=0, latency=series.latency, service=series.service)
    assert series.windows == {int(START.timestamp()) + 1: window}, "it belongs to the second it was due in"


def test_a_clock_s_tick_too_early_makes_nothing_quicker() -> None:
    measurement = filled([(CREATE, 1_000, -40, 900, None)])
    assert only_latency(measurement.series["create/h5/mcp"].latency) == 900
    assert only_latency(measurement.lag) == 0


def test_a_failed_request_is_counted_by_its_reason_and_has_no_latency() -> None:
    measurement = filled(
        [(CREATE, 0, 7, 900, "timeout"), (CREATE, 5, 7, 900, "timeout"), (CREATE, 6, 7, 9, "x")]
    )
    series = measurement.series["create/h5/mcp"]
    assert (series.ok, series.failures, series.requests) == (0, 3, 3)
    assert series.failed == {"timeout": 2, "x": 1}
    assert (series.latency.total, series.service.total, measurement.lag.total) == (0, 0, 3)
    (window,) = series.windows.values()
    assert (window.ok, window.failed, window.requests) == (0, 3, 3)


def test_a_request_that_was_done_before_it_was_sent_is_our_own_bug() -> None:
    measurement = Measurement(started=START)
    with pytest.raises(HarnessError, match="done 1 µs before it was sent"):
        measurement.record(CREATE, due=ZERO, sent=ZERO + 1, done=ZERO)
    assert measurement.requests == 0
    measurement.record(CREATE, due=ZERO, sent=ZERO, done=ZERO)
    assert measurement.requests == 1


@unhurried
@given(REQUESTS, REQUESTS, REQUESTS)
def test_parts_add_up_to_the_whole_in_any_order(one: Requests, two: Requests, three: Requests) -> None:
    whole = filled(one + two + three)
    for order in permutations((one, two, three)):
        assert merged(filled(each) for each in order) == whole
    assert merged([merged([filled(one), filled(two)]), filled(three)]) == whole
    assert merged([filled(one), merged([filled(two), filled(three)])]) == whole
    assert merged([filled(one), filled(two), filled(three)]).to_json() == whole.to_json()


def test_a_whole_leaves_its_parts_alone() -> None:
    part = filled([(CREATE, 0, 0, 1, None)])
    before = part.to_json()
    total = merged([part, part])
    assert (total.requests, part.to_json()) == (2, before)


def test_a_whole_is_as_incomplete_as_its_worst_part() -> None:
    good, killed = filled([]), Measurement(started=START - timedelta(seconds=3))
    assert merged([good, good]).complete
    assert merged([good, killed]).ended is None
    assert merged([killed, good]).started == killed.started
    assert not merged([good, killed]).complete
    late = filled([])
    late.end(START + timedelta(minutes=5), interrupted=True)
    assert merged([good, late, good]).ended == late.ended
    assert merged([good, late, good]).interrupted
    for member in ("unsent", "unfinished"):
        short = filled([])
        setattr(short, member, 2)
        total = merged([short, good, short])
        assert getattr(total, member) == 4
        assert not total.complete


def test_no_part_at_all_is_our_own_bug() -> None:
    with pytest.raises(HarnessError, match="no process handed in"):
        merged([])


@unhurried
@given(REQUESTS)
def test_the_file_loses_nothing(requests: Requests) -> None:
    measurement = filled(requests)
    text = measurement.to_json()
    assert Measurement.from_json(text) == measurement
    assert Measurement.from_json(text).to_json() == text


def test_a_file_is_written_below_its_folder_and_read_again(tmp_path: Path) -> None:
    measurement = measure(latencies=[5_000, 2_000_000], failed=2)
    write(measurement, tmp_path / FILE)
    assert read(tmp_path / "measurements" / "load.json") == measurement
    assert [path.name for path in (tmp_path / "measurements").iterdir()] == ["load.json"]
    with pytest.raises(UsageError, match="there is no measurement"):
        read(tmp_path / "elsewhere.json")


def test_a_load_that_is_told_to_end_before_its_schedule_began_lasted_no_time() -> None:
    early = Measurement(started=START)
    early.end(START - timedelta(seconds=0.2), interrupted=True)
    part = Measurement.from_json(early.to_json())
    assert part.duration_s == 0
    assert not part.complete


def test_a_measurement_without_an_end_can_be_read() -> None:
    killed = Measurement(started=START)
    killed.record(CREATE, due=ZERO, sent=ZERO, done=ZERO + 5)
    assert Measurement.from_json(killed.to_json()) == killed


def nonsense() -> dict[str, tuple[list[str | int], object, str]]:
    """What is changed in a sound file, to what, and what the refusal says."""
    series = ["series", "create/h5/mcp"]
    second = str(int(START.timestamp()))
    other = Histogram().encode()
    return {
        "another schema": (["schema"], 2, "schema"),
        "an unknown member": (["extra"], 1, "extra"),
        "ended before it started": (["ended"], "2026-11-22T00:00:00Z", "before it started"),
        "no time zone": (["started"], "2026-11-23T02:00:00", "timezone"),
        "a negative count": (["unsent"], -1, "unsent"),
        "negative unfinished": (["unfinished"], -1, "unfinished"),
        "no histogram": (["lag"], "HISTFAAA", "not a histogram"),
        "too few lags": (["lag"], other, "0 lags"),
        "too few latencies": ([*series, "latency"], other, "latencies"),
        "too few service times": ([*series, "service"], other, "service times"),
        "more answers than seconds": ([*series, "windows"], {}, "answers in its seconds"),
        "more failures than seconds": ([*series, "failed"], {"HTTP 500": 3}, "failures in its seconds"),
        "a reason without a failure": ([*series, "failed"], {"HTTP 500": 1, "timeout": 0}, "less than one"),
        "a second that contradicts itself": ([*series, "windows", second, "ok"], 2, "latencies are kept"),
        "a name that is another's": ([*series, "scenario"], "native", "says of itself"),
        "a name with a path in it": ([*series, "scenario"], "../x", "scenario"),
        "a negative number of answers": ([*series, "ok"], -1, "ok"),
    }


@pytest.mark.parametrize("case", nonsense())
def test_nonsense_is_refused_with_its_place(case: str) -> None:
    path, value, message = nonsense()[case]
    content = json.loads(measure(latencies=[5_000], failed=1, seconds=1).to_json())
    at = content
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    with pytest.raises(UsageError, match="no measurement of ours") as caught:
        Measurement.from_json(json.dumps(content), where="load.json")
    assert message in str(caught.value)
    assert "[load.json]" in str(caught.value)
    assert "Value error" not in str(caught.value)


@pytest.mark.parametrize("shift", [-61, 200], ids=["before", "after"])
def test_requests_due_outside_of_the_run_are_refused(shift: int) -> None:
    measurement = Measurement(started=START)
    due = ZERO + shift * 1_000_000
    measurement.record(CREATE, due=due, sent=due, done=due)
    measurement.end(START + timedelta(seconds=100))
    with pytest.raises(UsageError, match="outside of the run"):
        Measurement.from_json(measurement.to_json())


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"schema": 1}', "\x00"], ids=repr)
def test_what_is_no_measurement_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no measurement of ours"):
        Measurement.from_json(text)


def test_microseconds_are_exact() -> None:
    assert microseconds(datetime(2026, 11, 23, 2, 0, 0, 123_457, tzinfo=UTC)) - ZERO == 123_457
