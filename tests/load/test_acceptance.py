"""What a measurement proves: figures, three answers, and a late generator that is charged to nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.control import Blame, Check, Grade, Outcome
from harness.verdict.design import Design
from load.acceptance import accept
from load.criteria.model import LoadSet
from load.key import Key
from load.measurement import Measurement
from tests.load.measured import CREATE, QUERY, SET, START, criteria_of, measure, microseconds

Lag = Callable[[int], int]
unhurried = settings(deadline=None)


def judged(measurement: Measurement, criteria: LoadSet) -> Check:
    (check,) = accept(measurement, criteria).checks(Grade.SIMULATED)
    return check


def around(centre_us: int, count: int, spread_us: int = 5_000) -> list[int]:
    """Evenly from the centre less the spread to the centre plus it."""
    return [centre_us - spread_us + 2 * spread_us * number // (count - 1) for number in range(count)]


@pytest.mark.parametrize(
    ("true_ms", "outcome"), [(1_990, Outcome.PASS), (2_010, Outcome.FAIL), (2_000, Outcome.FAIL)]
)
def test_a_p95_ten_milliseconds_beside_its_limit_is_told_apart(true_ms: int, outcome: Outcome) -> None:
    check = judged(measure(latencies=around(true_ms * 1_000, 2_000)), criteria_of("p95 < 2s"))
    assert check.outcome is outcome


def test_a_passing_rate_is_told_with_its_figures() -> None:
    check = judged(measure(latencies=[2_000] * 472, failed=1), criteria_of("success_rate > 99%"))
    assert check == Check(
        control="PRF-01",
        scenario="load/trial/create/h5",
        provider="wechat",
        dialect="mcp",
        outcome=Outcome.PASS,
        grade=Grade.SIMULATED,
        started=START,
        duration_s=20,
        message="success_rate > 99%: 1 of 473 requests failed, so the rate is at least 99.001% (95 %), "
        "the limit 99.000%. Failures: HTTP 500 × 1",
        exercised=473,
    )


def test_too_few_requests_are_told_how_many_more_it_takes() -> None:
    check = judged(measure(latencies=[2_000] * 100), criteria_of("success_rate > 99%"))
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.HARNESS)
    assert check.message == (
        "success_rate > 99%: 0 of 100 requests failed, so the rate is at least 97.049% (95 %), "
        "the limit 99.000%; needs 199 more requests"
    )
    check = judged(measure(latencies=[2_000] * 299, failed=1), criteria_of("success_rate > 99%"))
    assert "; needs 328 more requests at this rate" in check.message
    check = judged(measure(latencies=[2_000] * 99, failed=1), criteria_of("success_rate > 99%"))
    assert (
        "; with misses as frequent as these no number of requests will do; "
        "373 more would, if not one of them missed" in check.message
    )


def test_a_failing_rate_is_the_endpoint_s_turn_and_says_why() -> None:
    measurement = measure(latencies=[2_000] * 950, failed=48)
    measure(failed=2, into=measurement, reason="timeout")
    check = judged(measurement, criteria_of("success_rate > 99%"))
    assert (check.outcome, check.blame, check.exercised) == (Outcome.FAIL, Blame.ENDPOINT, 1_000)
    assert "50 of 1000 requests failed, so the rate is at most 96." in check.message
    assert check.message.endswith("Failures: HTTP 500 × 48, timeout × 2")


def test_a_slow_percentile_is_told_with_its_share_and_bound() -> None:
    measurement = measure(latencies=[100_000] * 940 + [2_500_000] * 60)
    check = judged(measurement, criteria_of("p99 < 2s"))
    assert check.outcome is Outcome.FAIL
    assert check.message == (
        "p99 < 2s: 60 of 1000 requests (6.00%) took longer; the percentile is at least 2.499 s (95 %), "
        "the limit 2.000 s"
    )
    check = judged(measurement, criteria_of("p90 < 2s"))
    assert check.outcome is Outcome.PASS
    assert "the percentile is at most 100.0 ms (95 %)" in check.message or "100.1 ms" in check.message
    check = judged(measure(latencies=[100_000] * 10), criteria_of("p99 < 2s"))
    assert "the percentile is not bounded yet, the limit 2.000 s; needs 289 more requests" in check.message


def test_being_quick_to_fail_makes_nothing_look_quick() -> None:
    check = judged(measure(latencies=[1_000] * 950, failed=50), criteria_of("p99 < 2s"))
    assert check.outcome is Outcome.FAIL
    assert "50 of 1000 requests (5.00%) took longer, 50 that failed included" in check.message
    assert "the percentile is a request that failed" in check.message


def test_a_cell_that_holds_the_limit_decides_nothing() -> None:
    check = judged(measure(latencies=[2_000_000] * 1_000), criteria_of("p95 < 2000100us"))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert judged(measure(latencies=[2_000_000] * 9), criteria_of("max < 2000100us")).outcome is (
        Outcome.INCONCLUSIVE
    )


def test_what_was_planned_and_never_measured_is_inconclusive() -> None:
    check = judged(Measurement(started=START), criteria_of("success_rate > 1%", "failures = 0"))
    assert (check.outcome, check.exercised, check.duration_s) == (Outcome.INCONCLUSIVE, 0, 0)
    assert check.message == "nothing was measured of create/h5/mcp"
    checks = accept(
        measure(Key("create", "jsapi", "mcp"), [1_000] * 500),
        criteria_of("success_rate > 95%"),
    ).checks(Grade.EXPERIENCE)
    assert [(each.scenario, each.outcome) for each in checks] == [
        ("load/trial/create/h5", Outcome.INCONCLUSIVE),
        ("load/trial/create/jsapi", Outcome.PASS),
    ]
    assert {(each.grade, each.provider) for each in checks} == {(Grade.EXPERIENCE, "wechat")}


@pytest.mark.parametrize(
    ("sentence", "latencies", "failed", "outcome"),
    [
        ("failures = 0", 5, 0, Outcome.PASS),
        ("failures = 0", 100_000, 1, Outcome.FAIL),
        ("max < 3s", 5, 0, Outcome.PASS),
        ("max < 3s", 5, 1, Outcome.FAIL),
        ("max < 500us", 5, 0, Outcome.FAIL),
        ("requests >= 5", 5, 0, Outcome.PASS),
        ("requests >= 5", 3, 2, Outcome.PASS),
        ("requests >= 6", 5, 0, Outcome.INCONCLUSIVE),
    ],
)
def test_what_a_count_decides(sentence: str, latencies: int, failed: int, outcome: Outcome) -> None:
    assert (
        judged(measure(latencies=[1_000] * latencies, failed=failed), criteria_of(sentence)).outcome
        is outcome
    )


def test_counts_are_told_with_what_they_prove() -> None:
    check = judged(measure(latencies=[1_000] * 1_000), criteria_of("failures = 0", "requests >= 1200"))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert check.message == (
        "failures = 0: 0 of 1000 requests missed it; that proves a share of at least 99.701% (95 %). "
        "requests >= 1200: 1000 were made; needs 200 more requests"
    )


OFTEN_LATE, ONCE_LATE = "lag_p99 < 20ms was asked of the generator", "max_lag < 1s was asked of the generator"


@pytest.mark.parametrize(
    ("lag", "told"),
    [
        (lambda number: 25_000 if number % 50 == 0 else 0, OFTEN_LATE),
        (lambda number: 1_100_000 if number == 7 else 0, ONCE_LATE),
    ],
    ids=["often", "once"],
)
@pytest.mark.parametrize("sentence", ["success_rate > 95%", "p99 < 3s", "p90 < 3s for 10s"])
def test_what_is_proven_stands_in_spite_of_a_late_generator(lag: Lag, told: str, sentence: str) -> None:
    good = judged(measure(latencies=[90_000] * 1_000, lag=lag), criteria_of(sentence))
    assert good.outcome is Outcome.PASS
    assert f"Proven although the generator was late: {told}" in good.message
    bad = judged(measure(latencies=[90_000] * 500, failed=500, lag=lag), criteria_of(sentence))
    assert (bad.outcome, bad.blame) == (Outcome.FAIL, Blame.ENDPOINT)


def test_slow_by_its_own_time_an_endpoint_fails_although_the_generator_was_late() -> None:
    slow = measure(latencies=[2_600_000] * 1_000, lag=lambda number: 50_000)
    check = judged(slow, criteria_of("p99 < 2s"))
    assert (check.outcome, check.blame) == (Outcome.FAIL, Blame.ENDPOINT)
    assert "1000 of 1000 requests (100.00%) took longer; the percentile is at least 2.5" in check.message


def test_what_the_generator_was_late_itself_is_nobody_s_failure() -> None:
    took = [2_500_000] * 19 + [5_000] * 1_781
    measurement = measure(
        latencies=[each + (2_400_000 if 19 <= number < 337 else 0) for number, each in enumerate(took)],
        lag=lambda number: 2_400_000 if 19 <= number < 337 else 0,
    )
    check = judged(measurement, criteria_of("p99 < 2s"))
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.HARNESS)
    assert check.message.startswith("generator saturated: lag_p99 < 20ms was asked")
    assert "337 of 1800 requests (18.72%) took longer" in check.message
    assert "surely by who was asked 19, the others may be this machine's own lateness" in check.message


def test_a_request_that_left_a_second_late_was_not_part_of_the_planned_load() -> None:
    measurement = measure(latencies=[1_500_000] * 500, lag=lambda number: 1_200_000 if number < 40 else 0)
    check = judged(measurement, criteria_of("success_rate > 95%"))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert "0 of 500 requests failed and 40 were sent too late" in check.message


@pytest.mark.parametrize(
    ("paused_s", "reason", "outcome"),
    [
        (9.0, "timeout", Outcome.INCONCLUSIVE),
        (9.0, "connection closed", Outcome.INCONCLUSIVE),
        (0.2, "timeout", Outcome.FAIL),
        (9.0, "HTTP 500", Outcome.FAIL),
    ],
    ids=["waited-unread", "closed-unread", "hardly-paused", "said-by-the-answer"],
)
@pytest.mark.parametrize("sentence", ["success_rate > 95%", "p95 < 2s", "failures = 0"])
def test_an_answer_that_our_own_processor_left_unread_is_nobody_s_failure(
    paused_s: float, reason: str, outcome: Outcome, sentence: str
) -> None:
    measurement = measure(latencies=[5_000] * 100)
    due = microseconds(START)
    for _ in range(40):
        paused = int(paused_s * 1_000_000)
        measurement.record(CREATE, due=due, sent=due, done=due + 10_000_000, failure=reason, paused=paused)
    check = judged(measurement, criteria_of(sentence))
    assert (check.outcome, check.blame is Blame.HARNESS) == (outcome, outcome is not Outcome.FAIL)


def test_a_slow_answer_is_the_endpoint_s_only_as_long_as_we_could_have_read_it() -> None:
    measurement, due = measure(latencies=[5_000] * 100), microseconds(START)
    for _ in range(40):
        measurement.record(CREATE, due=due, sent=due, done=due + 3_000_000, paused=2_990_000)
    assert judged(measurement, criteria_of("p95 < 2s")).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("failed", [0, 500])
def test_nothing_is_concluded_where_the_machine_s_clock_was_moved(failed: int) -> None:
    measurement = measure(latencies=[1_000] * 500, failed=failed)
    measurement.drift_s = 3_600.0
    check = judged(measurement, criteria_of("success_rate > 95%"))
    assert (check.outcome, check.blame, check.exercised) == (
        Outcome.INCONCLUSIVE,
        Blame.HARNESS,
        500 + failed,
    )
    assert check.message.startswith("this machine's clock was moved by +3600.0 s during the run")


def test_a_run_shorter_than_one_stretch_holds_in_none() -> None:
    check = judged(measure(latencies=[1_000] * 500, seconds=10), criteria_of("success_rate > 90% for 20s"))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert "the run was shorter than one stretch of 20 s" in check.message


def test_requests_that_were_never_sent_are_a_late_generator_too() -> None:
    measurement = measure(latencies=[1_000] * 500)
    measurement.unsent = 3
    check = judged(measurement, criteria_of("success_rate > 95%"))
    assert check.message == "generator saturated: 3 requests were due and never sent"


@pytest.mark.parametrize("member", ["interrupted", "unfinished"])
def test_a_run_that_was_cut_short_passes_nothing_and_still_fails(member: str) -> None:
    good, bad = measure(latencies=[1_000] * 500), measure(latencies=[1_000] * 400, failed=100)
    for each in (good, bad):
        setattr(each, member, True if member == "interrupted" else 1)
    check = judged(good, criteria_of("success_rate > 95%"))
    assert (check.outcome, check.blame) == (Outcome.INCONCLUSIVE, Blame.HARNESS)
    assert check.message.startswith("the run was cut short, so it passes nothing. success_rate > 95%")
    assert judged(bad, criteria_of("success_rate > 95%")).outcome is Outcome.FAIL


def frozen(seconds: float, second: float) -> list[int]:
    """Latencies of 50 requests a second over a run in which nothing is answered during those seconds."""
    moments = [number / 50 for number in range(int(seconds * 50))]
    return [int((second + 20 - at) * 1_000_000) if second <= at < second + 20 else 5_000 for at in moments]


def test_a_freeze_of_twenty_seconds_in_three_hundred_is_seen_whole() -> None:
    measurement = measure(latencies=frozen(300, 100), seconds=300)
    check = judged(measurement, criteria_of("p99 < 2s"))
    assert check.outcome is Outcome.FAIL
    assert "900 of 15000 requests (6.00%) took longer" in check.message


def test_every_stretch_must_hold_by_itself() -> None:
    measurement = measure(latencies=frozen(60, 25), seconds=60)
    check = judged(measurement, criteria_of("p50 < 2s", "p90 < 2s for 10s"))
    assert check.outcome is Outcome.FAIL
    assert "p90 < 2s for 10s: second 20 to 30: 250 of 500 requests (50.00%) took longer" in check.message
    assert check.message.endswith("(3 of 6 stretches)")
    check = judged(measure(latencies=[5_000] * 3_000, seconds=60), criteria_of("p90 < 2s for 10s"))
    assert (check.outcome, check.message) == (
        Outcome.PASS,
        "p90 < 2s for 10s: held in each of 6 stretches",
    )


def test_a_stretch_with_too_few_requests_or_none_leaves_the_answer_open() -> None:
    check = judged(measure(latencies=[5_000] * 100, seconds=60), criteria_of("p90 < 2s for 10s"))
    assert check.outcome is Outcome.INCONCLUSIVE
    assert "second 0 to 10: 0 of 17 requests (0.00%) took longer" in check.message
    assert "needs 12 more requests (6 of 6 stretches)" in check.message
    early = measure(latencies=[5_000] * 2_000, seconds=19)
    late = Measurement(started=START)
    due = int(START.timestamp() + 35) * 1_000_000
    for _ in range(100):
        late.record(CREATE, due=due, sent=due, done=due + 5_000)
    late.add(early)
    late.end(late.started.replace(minute=1))
    check = judged(late, criteria_of("success_rate > 90% for 10s"))
    assert check.message.endswith("held in each of 3 stretches"), "the last one takes what is left"
    check = judged(late, criteria_of("success_rate > 90% for 6s"))
    assert "second 24 to 30: no request was made; needs 29 more requests (1 of 6 stretches)" in check.message


def test_scenarios_can_be_judged_together() -> None:
    text = SET.replace("endpoint: create,", "endpoint: create, scenario: all, dialect: all,")
    measurement = measure(latencies=[1_000] * 200)
    measure(Key("create", "native", "apiv3"), [1_000] * 99, into=measurement)
    check = judged(measurement, criteria_of("success_rate > 99%", text=text))
    assert (check.scenario, check.dialect) == ("load/trial/create/all", "all")
    assert (check.outcome, check.exercised) == (Outcome.PASS, 299)


def test_a_storm_is_judged_kind_by_kind_and_is_the_merchant_s_turn() -> None:
    text = SET.replace("flow: create, scenario: h5, dialect: mcp", "flow: storm").replace(
        "endpoint: create", "endpoint: callback, dialect: merchant"
    )
    measurement = measure(Key("callback", "forged", "merchant"), [900], failed=1)
    measure(Key("callback", "duplicate", "merchant"), [900] * 5, into=measurement)
    measure(Key("callback", "h5", "mcp"), [900] * 5, into=measurement)
    checks = accept(measurement, criteria_of("failures = 0", text=text)).checks(Grade.SIMULATED)
    assert {(each.scenario, each.outcome, each.blame) for each in checks} == {
        ("load/trial/callback/duplicate", Outcome.PASS, None),
        ("load/trial/callback/forged", Outcome.FAIL, Blame.MERCHANT),
        ("load/trial/callback/probe", Outcome.INCONCLUSIVE, Blame.HARNESS),
        ("load/trial/callback/reordered", Outcome.INCONCLUSIVE, Blame.HARNESS),
        ("load/trial/callback/tampered", Outcome.INCONCLUSIVE, Blame.HARNESS),
    }
    assert {each.dialect for each in checks} == {"merchant"}


def test_sentences_of_one_control_and_series_make_one_check() -> None:
    text = SET + "  - {control: PRF-01, endpoint: create, require: [p99 < 3s, success_rate > 95%]}\n"
    text += "  - {control: PRF-03, endpoint: create, require: [p99 < 3s]}\n"
    checks = accept(measure(latencies=[1_000] * 299), criteria_of("success_rate > 95%", text=text)).checks(
        Grade.SIMULATED
    )
    assert [
        (each.control, each.message.count("success_rate"), each.message.count("p99")) for each in checks
    ] == [
        ("PRF-01", 1, 1),
        ("PRF-03", 0, 1),
    ]


def test_many_criteria_are_held_against_chance_together() -> None:
    suspicious = measure(latencies=[1_000] * 96, failed=4)
    assert judged(suspicious, criteria_of("success_rate > 99%")).outcome is Outcome.FAIL
    for number in range(9):
        measure(Key("create", f"other-{number}", "mcp"), [1_000] * 299, into=suspicious)
    first = accept(suspicious, criteria_of("success_rate > 99%")).checks(Grade.SIMULATED)[0]
    assert (first.scenario, first.outcome) == ("load/trial/create/h5", Outcome.INCONCLUSIVE)


def test_a_set_that_may_stop_early_asks_for_more_proof() -> None:
    criteria = criteria_of("success_rate > 99%", design=Design.SEQUENTIAL)
    assert judged(measure(latencies=[1_000] * 373), criteria).outcome is Outcome.PASS
    check = judged(measure(latencies=[1_000] * 299), criteria)
    assert check.outcome is Outcome.INCONCLUSIVE
    assert check.message.endswith("needs 74 more requests")


def test_a_query_just_above_two_seconds_fails() -> None:
    text = SET.replace("flow: create, scenario: h5", "flow: query, scenario: native").replace(
        "PRF-01, endpoint: create", "QRY-04, endpoint: query"
    )
    check = judged(measure(QUERY, around(2_020_000, 300)), criteria_of("p99 < 2s", text=text))
    assert (check.control, check.outcome) == ("QRY-04", Outcome.FAIL)


WORTH = {Outcome.FAIL: 0, Outcome.INCONCLUSIVE: 1, Outcome.PASS: 2}


@unhurried
@given(st.integers(0, 700), st.integers(0, 60), st.integers(1, 60))
def test_more_failures_never_improve_a_check(answered: int, failed: int, more: int) -> None:
    criteria = criteria_of("success_rate > 95%", "p90 < 2s")
    before = judged(measure(latencies=[1_000] * answered, failed=failed), criteria)
    after = judged(measure(latencies=[1_000] * answered, failed=failed + more), criteria)
    if answered + failed >= 700:
        assert WORTH[after.outcome] <= WORTH[before.outcome]
    assert after.outcome is not Outcome.PASS or before.outcome is not Outcome.FAIL
