"""`golive watch` at a target that nobody plays: a second simulator over TLS, whose orders stay none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner

from harness.cli import golive
from harness.core.control import Outcome
from harness.core.errors import ConfigurationError, GoLiveError, UsageError
from harness.plugin.target.policy import hosts_of
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.watch.book import WatchBook, folder_for, read
from tests.plugin.target.tls_endpoint import NOTIFY_URL, believed, certified, settings_file
from tests.scenarios.running import rehearse


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("watched")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def second(place: Path, ca: trustme.CA) -> Iterator[RunningSimulator]:
    with running_simulator(tls=certified(place, ca)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def arguments(second: RunningSimulator, place: Path, ca: trustme.CA) -> list[str]:
    env_file = settings_file(place / ".env.real", second.environment(notify_url=NOTIFY_URL))
    return [f"--target={second.base_url}", f"--env-file={env_file}", f"--ca-file={believed(place, ca)}"]


@pytest.fixture(scope="module")
def folder(place: Path, arguments: list[str]) -> Path:
    return folder_of(place / "runs", arguments)


def folder_of(runs: Path, arguments: list[str]) -> Path:
    target, env_file, _ = (each.partition("=")[2] for each in arguments)
    settings = Settings.load(EnvFile.read(Path(env_file)), target=target)
    return folder_for(runs, hosts_of(settings), experience=settings.mcp.experience)


def watched(*arguments: str) -> str:
    done = CliRunner(env={"LC_ALL": "C"}).invoke(golive, ["watch", *arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def test_one_slot_is_probed_and_nothing_is_ordered(
    arguments: list[str], place: Path, folder: Path, second: RunningSimulator
) -> None:
    said = watched(*arguments, f"--runs={place / 'runs'}", "--once")
    again = watched(*arguments, f"--runs={place / 'runs'}", "--once")
    assert said.rstrip().endswith("answered")
    slots = read(folder)
    assert len(slots) == 1 or slots[1].slot == slots[0].slot + 1  # the second began a new one
    assert "probed already" in again or len(slots) == 2
    assert second.simulator.account.orders() == []
    assert "1 of 2016 slots" in watched(*arguments, f"--runs={place / 'runs'}", "--status") or len(slots) == 2


def test_status_speaks_chinese(arguments: list[str], place: Path) -> None:
    watched(*arguments, f"--runs={place / 'runs'}", "--once")
    assert "个时段" in watched(*arguments, f"--runs={place / 'runs'}", "--status", "--lang=zh")


def test_a_run_beside_the_watch_says_how_far_it_is(arguments: list[str], place: Path) -> None:
    watched(*arguments, f"--runs={place / 'runs'}", "--once")
    run = rehearse(place / "runs" / "beside", *arguments, "--budget-fen=0", "--rate=100", "--only=STB")
    assert run.outcomes("STB-01") == {Outcome.INCONCLUSIVE}, run.output
    (check,) = [check for check in run.checks if check.control == "STB-01"]
    assert (check.message, check.lacks) == (
        "0 of 7 whole days were watched, and nothing serious was seen",
        "",
    )


def test_a_run_beside_no_watch_lacks_one(arguments: list[str], tmp_path: Path) -> None:
    run = rehearse(tmp_path / "runs" / "alone", *arguments, "--budget-fen=0", "--rate=100", "--only=STB")
    assert {(check.outcome, check.lacks) for check in run.checks} == {(Outcome.INCONCLUSIVE, "watch")}
    assert "nobody has watched it" in run.checks[0].message


def test_a_run_does_not_believe_an_edited_watch(
    arguments: list[str], place: Path, folder: Path, tmp_path: Path
) -> None:
    watched(*arguments, f"--runs={place / 'runs'}", "--once")
    (day,) = folder.glob("*.ndjson")
    kept = day.read_text("utf-8")
    day.write_text(kept.replace('"answered":true', '"answered":false', 1), "utf-8")
    try:
        run = rehearse(place / "runs" / "edited", *arguments, "--budget-fen=0", "--rate=100", "--only=STB-01")
        with pytest.raises(UsageError, match="edited"):
            watched(*arguments, f"--runs={place / 'runs'}", "--once")
    finally:
        day.write_text(kept, "utf-8")
    assert run.outcomes("STB-01") == {Outcome.INCONCLUSIVE}
    assert "the watch cannot be believed" in run.checks[0].message


def test_a_second_watch_is_refused(arguments: list[str], place: Path, folder: Path) -> None:
    with WatchBook.open(folder), pytest.raises(UsageError, match="another golive watch") as refused:
        watched(*arguments, f"--runs={place / 'runs'}", "--once")
    assert refused.value.exit_code == 4


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"WECHAT_PAY_BASE_URL": "https://pay.example.com"}, ConfigurationError),
        ({"WECHAT_MCP_API_KEY": None}, GoLiveError),
    ],
)
def test_what_no_run_may_ask_no_watch_asks(
    changed: dict[str, str | None],
    error: type[GoLiveError],
    second: RunningSimulator,
    arguments: list[str],
    tmp_path: Path,
) -> None:
    env_file = settings_file(tmp_path / ".env", second.environment(notify_url=NOTIFY_URL), **changed)
    with pytest.raises(error) as refused:
        watched(arguments[0], f"--env-file={env_file}", arguments[2], f"--runs={tmp_path / 'runs'}", "--once")
    assert refused.value.exit_code == 4
    assert not list(tmp_path.glob("runs/watch/*/*.ndjson"))


def test_each_edition_at_one_host_has_a_watch_of_its_own(
    second: RunningSimulator, arguments: list[str], place: Path, tmp_path: Path
) -> None:
    flags = ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX")
    formal: dict[str, str | None] = dict.fromkeys(flags, "false")
    env_file = settings_file(tmp_path / ".env", second.environment(notify_url=NOTIFY_URL), **formal)
    both = [arguments, [arguments[0], f"--env-file={env_file}", arguments[2]]]
    for each in both:
        watched(*each, f"--runs={tmp_path / 'runs'}", "--once")
    assert [len(read(folder_of(tmp_path / "runs", each))) for each in both] == [1, 1]
    run = rehearse(tmp_path / "runs" / "of-one", *arguments, "--budget-fen=0", "--rate=100", "--only=STB-02")
    assert "0 of 1 slots failed" in run.checks[0].message, run.output


def test_the_embedded_simulator_is_not_watched() -> None:
    with pytest.raises(UsageError, match="ends with its run"):
        watched("--target=simulator", "--once")
