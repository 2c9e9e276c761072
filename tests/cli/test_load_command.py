"""`golive load`: what it lists, what it plans, and which rehearsal it asks for."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from harness.cli import export
from harness.cli import load as load_command
from harness.core.errors import GoLiveError, UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.plugin.options import Options
from load.comparing.comparison import FILE as COMPARISON
from load.criteria.file import load_set
from load.criteria.model import LoadSet
from load.judged import FINDINGS, keep_set
from load.measurement import FILE, write
from tests.load.measured import SET, measure


def golive_load(*arguments: str) -> Result:
    return CliRunner().invoke(load_command.command, arguments, standalone_mode=False)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What the command asked the rehearsal for; nothing runs."""
    heard: list[Options] = []

    def rehearsed(options: Options) -> tuple[None, int]:
        heard.append(options)
        return None, 2

    monkeypatch.setattr(load_command, "rehearsed_record", rehearsed)
    return heard


def test_the_list_names_every_set_with_its_size_and_what_it_decides() -> None:
    said = golive_load("--list").output
    assert "smoke        780 requests in 6 s, at most 130 a second" in said
    for word in ("brief", "nightly", "pre-upgrade", "experience", "capacity", "decides PRF-01, QRY-04"):
        assert word in said


def test_a_plan_says_what_a_set_costs_and_sends_nothing(asked: list[Options]) -> None:
    said = golive_load("--plan", "brief").output
    assert "3166 requests in 0.5 minutes, at most 63 a second" in said
    assert "0.00 yuan of real money moves" in said
    assert asked == []


def test_a_probe_is_planned_for_the_experience_edition_and_within_a_budget() -> None:
    assert isinstance(golive_load("--plan", "experience").exception, UnsafeRequest)
    said = golive_load("--plan", "experience", "--budget-fen", "400").output
    assert "of the day's limit" in said


@pytest.mark.parametrize("option", ["--plan", "--run"])
def test_an_unknown_set_is_bad_usage(option: str) -> None:
    error = golive_load(option, "brif").exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 4
    assert "brief" in str(error)


@pytest.mark.parametrize("arguments", [[], ["--list", "--capacity"], ["--run", "smoke", "--plan", "smoke"]])
def test_it_wants_to_be_told_one_thing(arguments: list[str]) -> None:
    error = golive_load(*arguments).exception
    assert isinstance(error, GoLiveError)
    assert "say one thing" in str(error)


def test_a_run_rehearses_what_its_set_decides_and_hands_everything_on(asked: list[Options]) -> None:
    ended = golive_load(
        *("--run", "smoke", "--env-file", ".env.x", "--merchant", "m.toml", "--target", "experience"),
        *("--budget-fen", "9", "--processes", "2", "--requests", "csv", "--out", "o"),
    )
    assert ended.return_value == 2
    assert asked == [
        Options(
            load="smoke",
            only=frozenset({"PRF-01", "QRY-04"}),
            target="experience",
            merchant="m.toml",
            load_processes=2,
            env_file=Path(".env.x"),
            budget=Fen(9),
            load_requests="csv",
            out=Path("o"),
        )
    ]


def test_parquet_without_its_package_is_refused_in_the_words_that_were_typed(
    asked: list[Options], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = golive_load("--run", "smoke", "--requests", "parquet").exception
    assert isinstance(error, GoLiveError)
    assert error.exit_code == 4
    assert "[--requests parquet]" in str(error)
    assert asked == []


def test_a_run_may_be_wrong_on_purpose(asked: list[Options]) -> None:
    golive_load("--run", "smoke", "--defect", "freezes", "--defect", "skips-signature")
    assert asked[0].defects == ("freezes", "skips-signature")


def test_capacity_is_the_rehearsal_of_its_own_control(asked: list[Options]) -> None:
    golive_load("--capacity")
    assert (asked[0].load, asked[0].only) == ("capacity", frozenset({"PRF-06"}))


@pytest.mark.parametrize(
    ("answered", "failed", "ending", "code"),
    [(500, 0, "PASS", 0), (400, 100, "FAIL", 1), (20, 0, "NOT YET", 2)],
)
def test_what_was_measured_elsewhere_is_judged_by_the_set_that_was_played(
    tmp_path: Path, answered: int, failed: int, ending: str, code: int
) -> None:
    write(measure(latencies=[1_000] * answered, failed=failed), tmp_path / FILE)
    (tmp_path / "mine.yaml").write_text(SET.replace("REQUIRE", "success_rate > 95%"))
    without = golive_load("--judge", str(tmp_path)).exception
    assert isinstance(without, UsageError)
    assert "--by" in without.remedy
    keep_set(str(tmp_path / "mine.yaml"), tmp_path)
    ended = golive_load("--judge", str(tmp_path))
    assert ended.return_value == code
    assert ended.output.splitlines()[-1] == f"MEASUREMENT {ending} · 1 checks by mine, no record and no gate"
    assert (tmp_path / FINDINGS).exists()
    assert golive_load("--judge", str(tmp_path), "--by", str(tmp_path / "mine.yaml")).return_value == code
    exported = CliRunner().invoke(export.command, [str(tmp_path), "--as", "junit"], standalone_mode=False)
    assert exported.return_value == 0, exported.exception
    ((case,),) = ET.parse(tmp_path / "exports" / "junit.xml").getroot()  # noqa: S314 - our own file
    assert [each.tag for each in case] == [*{0: [], 1: ["failure"], 2: ["error"]}[code], "system-out"]
    refused = CliRunner().invoke(export.command, [str(tmp_path), "--as", "sarif"], standalone_mode=False)
    assert "no record of a run" in str(refused.exception)


def test_a_run_may_last_as_long_as_one_likes_and_be_watched_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    played: list[tuple[LoadSet, Options]] = []

    def rehearsed(options: Options) -> tuple[None, int]:
        played.append((load_set(options.load), options))
        return None, 2

    monkeypatch.setattr(load_command, "rehearsed_record", rehearsed)
    golive_load("--run", "soak", "--minutes", "10", "--metrics", "9646")
    ((criteria, options),) = played
    assert (criteria.id, criteria.arrivals.seconds, options.load_metrics) == ("soak", 600, 9646)
    assert options.only == {"PRF-01", "PRF-03", "PRF-05", "PRF-06"}
    for wrong in (["--list", "--minutes", "3"], ["--capacity", "--metrics", "9646"]):
        assert "belong to --run" in str(golive_load(*wrong).exception)
    for no_number in ("nan", "0", "-1", "1e9"):
        assert "is not in the range" in str(golive_load("--run", "soak", "--minutes", no_number).exception)
    assert "climbs ends by itself" in str(golive_load("--run", "capacity", "--minutes", "3").exception)


def test_a_port_for_figures_that_is_taken_is_refused_before_anything_is_started() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = golive_load("--run", "brief", "--metrics", str(other.getsockname()[1])).exception
    assert isinstance(refused, UsageError)
    assert "name a port that is free" in str(refused)


def test_nothing_is_judged_where_nothing_was_measured_or_a_run_judged_itself(tmp_path: Path) -> None:
    nothing = golive_load("--judge", str(tmp_path)).exception
    assert "there is no measurement" in str(nothing)
    (tmp_path / "run.json").touch()
    recorded = golive_load("--judge", str(tmp_path)).exception
    assert "judged when it ended" in str(recorded)


def measured_at(folder: Path, latency: int, failed: int = 0) -> Path:
    """What `python -m load` leaves: 5,000 requests that took `latency` µs."""
    (folder / "mine.yaml").parent.mkdir(parents=True)
    (folder / "mine.yaml").write_text(SET.replace("REQUIRE", "success_rate > 95%"), "utf-8")
    keep_set(str(folder / "mine.yaml"), folder)
    write(measure(latencies=[latency] * 5_000, failed=failed, seconds=60), folder / FILE)
    return folder


@pytest.mark.parametrize(
    ("latency", "code", "said"),
    [(22_000, 1, "COMPARISON WORSE · mine"), (20_100, 0, "COMPARISON HELD · mine")],
)
def test_two_measurements_are_compared_and_the_answer_kept_beside_the_newer(
    tmp_path: Path, latency: int, code: int, said: str
) -> None:
    older, newer = measured_at(tmp_path / "older", 20_000), measured_at(tmp_path / "newer", latency)
    ended = golive_load("--judge", str(newer), "--compare", str(older))
    assert (ended.return_value, said in ended.output) == (code, True)
    kept = json.loads((newer / COMPARISON).read_text("utf-8"))
    assert [row["what"] for row in kept["rows"]] == ["p50", "p95", "p99", "failures"]
    assert not (older / COMPARISON).exists()


@pytest.mark.parametrize(
    ("run", "latency", "code"),
    [
        (0, 22_000, 1),
        (1, 20_100, 1),
        (1, 22_000, 1),
        (2, 22_000, 1),
        (2, 20_100, 2),
        (3, 22_000, 3),
        (5, 20_100, 5),
    ],
)
def test_a_run_is_compared_however_it_ended_and_the_worst_is_its_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int, latency: int, code: int
) -> None:
    older, newer = measured_at(tmp_path / "older", 20_000), measured_at(tmp_path / "newer", latency)
    monkeypatch.setattr(load_command, "rehearsed_record", lambda _: (newer, run))
    ended = golive_load("--run", "brief", "--compare", str(older))
    assert (ended.return_value, "COMPARISON" in ended.output) == (code, True)


def test_a_wider_tolerance_bears_what_a_narrower_does_not(tmp_path: Path) -> None:
    older, newer = measured_at(tmp_path / "older", 20_000), measured_at(tmp_path / "newer", 22_000)
    asked = ("--judge", str(newer), "--compare", str(older), "--lang", "zh", "--tolerance")
    assert golive_load(*asked, "12").return_value == 0
    assert "COMPARISON WORSE · mine，与 2026-11-23 02:00 UTC 的运行相比" in golive_load(*asked, "5").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--list", "--compare", "runs/a"), "--compare belongs to --run or --judge"),
        (("--run", "brief", "--compare", "runs/none"), "there is no measurement"),
        (("--judge", "OLDER", "--compare", "OLDER"), "cannot be slower than itself"),
    ],
)
def test_a_comparison_with_nothing_is_bad_usage_before_anything_is_sent(
    tmp_path: Path, asked: list[Options], arguments: tuple[str, ...], said: str
) -> None:
    older = measured_at(tmp_path / "older", 20_000)
    given = [str(older) if each == "OLDER" else each for each in arguments]
    error = golive_load(*given).exception
    assert isinstance(error, UsageError)
    assert (said in str(error), asked) == (True, [])
