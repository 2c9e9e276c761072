"""How things went over the nights: what a page draws is kept in each record, and is what they said."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from harness.core.control import Outcome
from harness.evidence import RunRecord
from reports.history.beginning import look_back_with
from reports.history.database import append, open_history
from reports.history.trends import SNAPSHOT, Trends, keep_trends, trends_of, trends_until
from reports.judging import judge_record
from tests.reports.history.loaded_run import loaded_run
from tests.reports.history.test_database import PROJECT, retried
from tests.reports.sample_load import calm, troubled
from tests.reports.sample_run import START, meta, outcomes, sample_run

DAY = timedelta(days=1)


def night(runs: Path, place: str, day: int, *failing: str, hour: int = 0, **changes: object) -> RunRecord:
    """A whole run of a day, kept."""
    record = sample_run(
        runs,
        f"night-{day}-{hour}",
        start=START + day * DAY + timedelta(hours=hour),
        change=outcomes(dict.fromkeys(failing, Outcome.FAIL)),
        **changes,  # type: ignore[arg-type]
    )
    append(place, record.folder)
    return record


def trends(place: str, *, day: int = 9) -> Trends:
    with open_history(place) as history:
        return trends_until(history, START + day * DAY, merchant="shop", grade="simulated")


def test_a_night_says_its_verdict_readiness_and_pass_rate(runs: Path, place: str) -> None:
    night(runs, place, 0)
    night(runs, place, 1, "CBK-11", "CBK-02")
    good, bad = trends(place).nights
    assert (good.ending, good.failing, good.pass_rate) == ("GO", (), 1.0)
    assert (bad.ending, bad.failing, bad.failed) == ("NO-GO", ("CBK-02", "CBK-11"), 2)
    assert bad.pass_rate is not None
    assert bad.pass_rate < 1
    assert bad.readiness < good.readiness
    assert bad.verdicts["rehearsal"] == "NO-GO"


def test_of_a_beijing_day_the_newest_whole_run_stands_for_it(runs: Path, place: str) -> None:
    night(runs, place, 0, "CBK-11", hour=0)
    night(runs, place, 0, hour=3)
    night(runs, place, 0, "CBK-11", hour=5, selection=True)
    night(runs, place, 0, hour=15)  # half past one the next day in Beijing
    found = trends(place).nights
    assert [(each.run, each.ending) for each in found] == [("night-0-3", "GO"), ("night-0-15", "GO")]
    assert (found[1].day - found[0].day).days == 1


def test_another_merchant_or_grade_is_another_story(runs: Path, place: str) -> None:
    night(runs, place, 0, merchant="tea house")
    night(runs, place, 1, grade=2, gate="experience")
    assert trends(place).nights == ()


def test_what_came_after_the_moment_is_not_there_yet(runs: Path, place: str) -> None:
    for day in range(3):
        night(runs, place, day)
    assert [each.run for each in trends(place, day=2).nights] == ["night-0-0", "night-1-0"]


def test_a_latency_has_a_value_for_each_night(runs: Path, place: str) -> None:
    append(place, loaded_run(runs, calm(), "calm").folder)
    night(runs, place, 1)
    append(place, loaded_run(runs, troubled(), "troubled", start=START + 2 * DAY).folder)
    found = {(each.endpoint, each.scenario): each for each in trends(place).latencies}
    creates = found["create", "h5"]
    first, nothing, last = creates.p50_ms
    assert nothing is None
    assert first is not None
    assert last is not None
    assert 2 <= first < last
    assert len(creates.p95_ms) == len(creates.p99_ms) == 3


def test_a_part_that_failed_and_passed_with_the_same_subject_is_a_flake(runs: Path, place: str) -> None:
    night(runs, place, 0)
    night(runs, place, 1, "CBK-11")
    night(runs, place, 2)
    (flake,) = trends(place).flakes
    assert (flake.control, flake.passed, flake.failed, flake.retried) == ("CBK-11", 2, 1, 0)
    assert START + DAY < flake.last < START + 2 * DAY


def test_what_another_build_mended_is_no_flake(runs: Path, place: str) -> None:
    night(runs, place, 0, "CBK-11", subject="build 1")
    night(runs, place, 1, subject="build 2")
    assert trends(place).flakes == ()


def test_a_part_that_always_fails_is_no_flake(runs: Path, place: str) -> None:
    night(runs, place, 0, "CBK-11")
    night(runs, place, 1, "CBK-11")
    assert trends(place).flakes == ()


def test_a_retried_pass_is_a_flake_of_its_own_kind(runs: Path, place: str) -> None:
    append(place, sample_run(runs, change=retried("CBK-11")).folder)
    (flake,) = trends(place).flakes
    assert (flake.control, flake.passed, flake.failed, flake.retried) == ("CBK-11", 0, 0, 1)


def test_a_record_adds_what_was_retried_in_it_to_the_flakes_before_it(runs: Path) -> None:
    record = sample_run(runs, change=retried("CBK-11"))
    assert [(each.control, each.retried) for each in of(record).flakes] == [("CBK-11", 1)]
    (own,) = of(record).flakes
    older = own.model_copy(update={"control": "CBK-02", "last": START})
    again = own.model_copy(update={"passed": 4, "failed": 2, "last": START})
    keep_trends(record, Trends(flakes=(older, again)))
    assert of(record).flakes == (again.model_copy(update={"retried": 2, "last": own.last}), older)


def of(record: RunRecord) -> Trends:
    return trends_of(record, judge_record(record))


def test_a_record_keeps_the_days_before_it_and_adds_its_own_run(runs: Path, place: str) -> None:
    append(place, loaded_run(runs, calm(), "calm").folder)
    night(runs, place, 1, "CBK-11")
    record = RunRecord.create(runs / "now", meta("now", start=START + 2 * DAY))
    look_back_with(place, record)
    assert record.read_snapshot(SNAPSHOT)["nights"][0]["run"] == "calm"
    later = sample_run(runs, "later", start=START + 2 * DAY)
    (later.folder / "snapshots" / "trends.json").write_bytes(
        (record.folder / "snapshots" / "trends.json").read_bytes()
    )
    found = trends_of(later, judge_record(later))
    assert [each.run for each in found.nights] == ["calm", "night-1-0", "later"]
    assert {len(each.p95_ms) for each in found.latencies} == {3}
    assert [each.p95_ms[1:] for each in found.latencies] == [(None, None)] * 3


def test_a_record_of_before_there_was_a_history_has_its_own_night_alone(runs: Path) -> None:
    record = sample_run(runs)
    assert [each.run for each in trends_of(record, judge_record(record)).nights] == [record.meta.id]


def test_a_narrowed_run_is_no_night(runs: Path) -> None:
    record = sample_run(runs, selection=True)
    assert trends_of(record, judge_record(record)) == Trends()


def test_a_page_is_built_without_a_database() -> None:
    """Whoever builds a page, or begins a run, does not wait for it to be imported."""
    asked = "import sys, reports.build, harness.cli.run; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
