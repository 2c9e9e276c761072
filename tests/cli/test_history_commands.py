"""What a manager asks the history: what ran, what may go live now, and what changed since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import golive
from harness.core.clock import wire_now
from harness.core.control import Outcome
from harness.core.errors import UsageError
from reports.history.database import append
from tests.reports.history.test_database import forge
from tests.reports.people.signed import Office
from tests.reports.sample_run import outcomes, sample_run

DAY = timedelta(days=1)
NOW = wire_now()
Say = Callable[..., Result]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs of somebody who stands above it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOLIVE_HISTORY_URL", raising=False)
    return tmp_path / "runs"


@pytest.fixture
def nights(runs: Path) -> Path:
    """Three nights: a good one, a bad one, and a good one again."""
    for days, change in ((3, {}), (2, {"CBK-11": Outcome.FAIL}), (1, {})):
        record = sample_run(runs, f"night-{days}", start=NOW - days * DAY, change=outcomes(change))
        append(runs / "history.sqlite", record.folder)
    return runs


def say(*words: str, locale: str = "C") -> Result:
    result = CliRunner(env={"LC_ALL": locale}).invoke(golive, words, standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def said(*words: str, locale: str = "C") -> str:
    return say(*words, locale=locale).output


def test_the_history_names_each_night_with_its_verdict_failures_and_seal(nights: Path) -> None:
    newest, bad, failing, oldest, flaky = said("history").splitlines()
    for line, name, verdict in (
        (newest, "night-1", " GO "),
        (bad, "night-2", "NO-GO"),
        (oldest, "night-3", " GO "),
    ):
        assert name in line
        assert verdict in line
        assert "sealed by ed25519:" in line
        assert line.endswith("as it was sealed")
    assert failing.strip() == "failing: CBK-11"
    assert flaky == (
        "flaky:  CBK-11  test_11 (apiv3)  failed in 1 runs, passed in 2, passed only when retried in 0"
    )


def test_the_history_is_narrowed_by_time_subject_and_gate(nights: Path) -> None:
    assert [line for line in said("history", "--since", "2d").splitlines() if "night-3" in line] == []
    assert said("history", "--subject", "nobody").strip() == "no such run"
    assert "NOT YET" in said("history", "--gate", "production")


def test_the_history_is_told_to_programs(nights: Path) -> None:
    told = json.loads(said("history", "--json"))
    assert told["schema"] == 1
    assert [each["control"] for each in told["flakes"]] == ["CBK-11"]
    assert [(each["run"]["id"], each["run"]["ending"], each["failing"]) for each in told["runs"]] == [
        ("night-1", "GO", []),
        ("night-2", "NO-GO", ["CBK-11"]),
        ("night-3", "GO", []),
    ]


def test_the_history_names_a_record_that_was_forged_and_one_that_is_gone(nights: Path) -> None:
    forge(nights / "night-2")
    shutil.rmtree(nights / "night-3")
    endings = [line.rpartition("  ")[2] for line in said("history").splitlines() if "night-" in line]
    assert endings == [
        "as it was sealed",
        "not as the history keeps its seal",
        "in the history and its record is gone",
    ]


def test_where_there_is_no_history_the_way_to_one_is_named(runs: Path) -> None:
    with pytest.raises(UsageError, match=r"no history here yet.*golive history import"):
        say("history")


def test_earlier_records_are_taken_in_and_the_rest_of_the_folder_is_passed_over(runs: Path) -> None:
    for days in (2, 1):
        sample_run(runs, f"night-{days}", start=NOW - days * DAY)
    sample_run(runs, "killed", start=NOW, finished=False)
    (runs / "notes.txt").write_text("mine")
    result = say("history", "import", *map(str, sorted(runs.iterdir())))
    assert result.return_value == 4
    assert "not taken in" in result.output
    assert "killed" in result.output
    assert sum("night-" in line for line in said("history").splitlines()) == 2
    assert say("history", "import", str(runs / "night-1")).return_value == 0


def test_status_judges_the_newest_whole_run_now(nights: Path) -> None:
    result = say("status")
    assert result.return_value == 0
    assert "by the run night-1" in result.output
    assert any(line.startswith("REHEARSAL GO") for line in result.output.splitlines())


def test_status_of_a_higher_gate_says_what_is_missing_at_which_price(nights: Path) -> None:
    result = say("status", "--gate", "production")
    assert result.return_value == 2
    assert "what production still wants" in result.output
    assert "experience run: golive run --target experience" in result.output


def test_status_counts_a_failure_that_a_narrowed_run_found_since(nights: Path) -> None:
    sample_run(
        nights, "since", start=NOW - DAY / 2, selection=True, change=outcomes({"CBK-11": Outcome.FAIL})
    )
    result = say("status")
    assert result.return_value == 1
    assert "REHEARSAL NO-GO · 1 failing: CBK-11" in result.output


def test_status_as_of_an_earlier_moment_knows_nothing_of_what_came_later(nights: Path) -> None:
    moment = (NOW - 2 * DAY + timedelta(hours=1)).isoformat()
    result = say("status", "--as-of", moment)
    assert (result.return_value, "by the run night-2" in result.output) == (1, True)


def test_status_grows_old(nights: Path) -> None:
    result = say("status", "--as-of", (NOW + 20 * DAY).isoformat())
    assert result.return_value == 2
    assert "REHEARSAL NOT YET" in result.output


def test_status_lets_no_older_run_stand_in_for_a_newer_one_that_is_gone(nights: Path) -> None:
    """Whoever removes the red night is not given the verdict of the green one before it."""
    shutil.rmtree(nights / "night-1")
    forge(nights / "night-2")
    result = say("status")
    assert result.return_value == 2
    assert "the newer run night-1 counts for nothing (in the history and its record is gone)" in result.output
    assert "the newer run night-2 counts for nothing (not as the history keeps its seal)" in result.output
    assert "by the run night-3" in result.output


def test_status_says_that_the_clock_was_set_back(nights: Path) -> None:
    sample_run(nights, "tomorrow", start=NOW + DAY)
    result = say("status")
    assert result.return_value == 2
    assert "the run tomorrow ended at" in result.output
    assert "the clock was set back" in result.output


def test_status_without_a_whole_run_is_bad_usage(runs: Path) -> None:
    sample_run(runs, "narrowed", start=NOW - DAY, selection=True)
    with pytest.raises(UsageError, match="no whole run here yet"):
        say("status")


def test_status_is_told_to_programs(nights: Path) -> None:
    told = json.loads(said("status", "--json"))
    assert (told["schema"], told["run"], told["verdict"]) == (1, "night-1", "GO")
    assert list(told["gates"]) == ["rehearsal", "experience", "production"]


def test_what_became_worse_ends_with_one_and_what_became_better_with_nought(nights: Path) -> None:
    worse = say("diff", "night-3", "night-2")
    assert worse.return_value == 1
    assert "CBK-11  worse  pass → fail" in worse.output
    assert "rehearsal  GO → NO-GO" in worse.output
    better = say("diff")
    assert better.return_value == 0
    assert "CBK-11  better  fail → pass" in better.output
    assert better.output.splitlines()[-1] == "nothing became worse"


def test_runs_are_meant_by_day_and_by_folder_too(nights: Path, tmp_path: Path) -> None:
    day = f"{NOW - 3 * DAY:%Y-%m-%dT%H:%M:%S+00:00}"
    late = f"{NOW - 3 * DAY + timedelta(hours=2):%Y-%m-%dT%H:%M:%S+00:00}"
    assert "CBK-11" in said("diff", late, "runs/night-2")
    with pytest.raises(UsageError, match="no such run"):
        say("diff", day.replace(day[:4], "1999"), "last")
    with pytest.raises(UsageError, match="last, previous, a day"):
        say("diff", "nosuchrun", "last")


def test_a_forged_record_is_not_compared(nights: Path) -> None:
    forge(nights / "night-2")
    with pytest.raises(UsageError, match="cannot be believed is not compared"):
        say("diff", "night-3", "runs/night-2")


def test_a_difference_is_told_to_programs_and_to_a_pull_request(nights: Path) -> None:
    told = json.loads(said("diff", "night-3", "night-2", "--json"))
    assert (told["worse"], told["controls"][0]["control"], told["controls"][0]["change"]) == (
        True,
        "CBK-11",
        "worse",
    )
    table = said("diff", "night-3", "night-2", "--markdown")
    assert "| CBK-11 | worse | pass → fail |" in table
    with pytest.raises(UsageError, match="two forms"):
        say("diff", "--json", "--markdown")


def test_all_of_it_is_said_in_chinese(nights: Path) -> None:
    assert "不合格： CBK-11" in said("history", "--lang", "zh")
    assert "依据运行 night-1" in said("status", "--lang", "zh")
    assert "CBK-11  变好  fail → pass" in said("diff", "--lang", "zh")


def test_each_record_that_cannot_be_taken_in_is_named_and_the_others_are_in(runs: Path) -> None:
    for name in ("newer", "damaged", "torn", "good"):
        sample_run(runs, name, start=NOW - DAY)
    meta = runs / "newer" / "run.json"
    meta.write_text(meta.read_text("utf-8").replace('"schema": 1', '"schema": 2'), "utf-8")
    (runs / "damaged" / "run.json").write_text("{", "utf-8")
    results = runs / "torn" / "results.ndjson"
    results.write_bytes(results.read_bytes()[:-40])
    (runs / "linked").symlink_to("good")
    result = say("history", "import", *map(str, sorted(runs.iterdir())))
    assert result.return_value == 4
    told = {
        name: line
        for line in result.output.splitlines()
        for name in ("newer", "damaged", "torn")
        if name in line
    }
    assert all(line.startswith("not taken in: ") for line in told.values())
    assert "of another version than this golive reads" in told["newer"]
    assert set(told) == {"newer", "damaged", "torn"}
    assert [each["run"]["id"] for each in json.loads(said("history", "--json"))["runs"]] == ["good"]


def test_status_passes_over_what_is_damaged_and_says_so(nights: Path) -> None:
    (nights / "broken").mkdir()
    (nights / "broken" / "run.json").write_text("\x00", "utf-8")
    result = say("status")
    assert result.return_value == 0
    assert "earlier runs that count for nothing (1 damaged): broken" in result.output


def test_a_newer_history_ends_with_four_and_the_reason(nights: Path) -> None:
    with sqlite3.connect(nights / "history.sqlite") as file:
        file.execute("UPDATE golive_history SET version = 7")
    for words in (("history",), ("status",), ("diff",)):
        with pytest.raises(UsageError, match="of version 7") as refused:
            say(*words)
        assert refused.value.exit_code == 4


def test_status_counts_the_papers_as_they_stand_at_that_moment(nights: Path) -> None:
    """A waiver that was signed after the run holds now, and no longer when it has expired."""
    office = Office(nights.parent)
    office.now = NOW - DAY / 4
    red = sample_run(nights, "red", start=NOW - DAY / 2, change=outcomes({"PAY-09": Outcome.FAIL}))
    append(nights / "history.sqlite", red.folder)
    assert say("status").return_value == 1
    office.waive("PAY-09", days=2)
    assert say("status").return_value == 0
    assert say("status", "--as-of", (NOW - DAY / 3).isoformat()).return_value == 1
    assert say("status", "--as-of", (NOW + 3 * DAY).isoformat()).return_value == 1
    assert say("status", "--papers", "nowhere").return_value == 1
