"""A week passes in seconds; clocks that are set, slots that are missed, and endpoints that fail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Grade, Outcome
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    GoLiveError,
    UnsafeRequest,
    UsageError,
)
from harness.gateways.guard import UNGUARDED
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from harness.verdict.quiet_days import DUE, Judged, beijing_day, judge_days
from harness.watch.book import WatchBook, read
from harness.watch.probe import EndpointProbe, Probed, Watched
from harness.watch.watching import probed_slots, watch
from tests.watch.days import BADLY, MIDNIGHT, WELL, Played, kept

NOTIFY = "http://127.0.0.1:3000/api/payment/notify/wechat"


def week(folder: Path, time: Played) -> Judged:
    nights = [beijing_day(MIDNIGHT + timedelta(days=number)) for number in range(9)]
    return judge_days(
        probed_slots(read(folder)), nights=nights, errors=[], now=time.now(), grade=Grade.EXPERIENCE
    )


def test_a_week_of_2016_slots_is_quiet(tmp_path: Path) -> None:
    time = kept(tmp_path, DUE + 1)
    found = week(tmp_path, time)
    assert found.outcome is Outcome.PASS, found.message
    assert len(found.slots) == DUE


def test_three_failed_slots_of_the_seventh_day_restart_the_count(tmp_path: Path) -> None:
    asked = iter(range(DUE + 1))
    time = kept(tmp_path, DUE + 1, probe=lambda: BADLY if next(asked) in (1900, 1901, 1902) else WELL)
    assert week(tmp_path, time).outcome is Outcome.FAIL


def test_a_watch_that_slept_for_half_a_day_is_inconclusive(tmp_path: Path) -> None:
    time = kept(tmp_path, 800)
    time.sleep(12 * 3600)
    kept(tmp_path, DUE - 800, time=time)
    found = week(tmp_path, time)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "the watch slept: 143 of 2016" in found.message


def test_a_slot_is_probed_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    time, said = Played(), list[str]()
    for _ in range(3):
        with WatchBook.open(tmp_path) as book:
            watch(book, lambda: WELL, clocks=time.clocks, tell=said.append, most=1)
        time.sleep(60)
    assert len(read(tmp_path)) == 1
    assert said[1:] == ["this slot of five minutes was probed already"] * 2


def test_a_clock_that_was_moved_back_is_refused_and_loses_nothing(tmp_path: Path) -> None:
    time = kept(tmp_path, 20)
    time.set_by = timedelta(hours=-1)
    with pytest.raises(ConfigurationError, match="the clock was moved back") as refused:
        kept(tmp_path, 1, time=time)
    assert refused.value.exit_code == 4
    assert len(read(tmp_path)) == 20


def test_a_clock_that_was_moved_forward_makes_no_days(tmp_path: Path) -> None:
    """Seven days in as many minutes: the time of day says so, and the clock that nobody sets does not."""
    time = Played()
    for _ in range(DUE + 1):
        kept(tmp_path, 1, time=time)
        time.set_by += timedelta(minutes=5)
        if time.set_by > timedelta(hours=3):
            break
    assert [slot.clock_set for slot in probed_slots(read(tmp_path))][1:] == [True] * 36


def test_a_full_disk_costs_a_watch_that_goes_on_no_more_than_slots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, said = Played(), list[str]()
    with WatchBook.open(tmp_path) as book:
        real, tried = book.append, iter(range(9))

        def sometimes(*given: object) -> object:
            if next(tried) in (2, 3):
                raise EnvironmentUnreachable("the watch cannot be written: No space left on device")
            return real(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(book, "append", sometimes)

        def tell(line: str) -> None:
            said.append(line)
            if len(said) == 6:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            watch(book, lambda: WELL, clocks=time.clocks, tell=tell)
    assert len(read(tmp_path)) == 4
    assert [line for line in said if "cannot be written" in line] == said[2:4]


def settings_of(values: dict[str, str]) -> Settings:
    return Settings.load(EnvFile.parse(environment_text(values), "a simulator"), target="simulator")


def test_an_hour_at_a_real_simulator_is_quiet_and_orders_nothing(tmp_path: Path) -> None:
    with running_simulator() as simulator:
        settings = settings_of(simulator.environment(notify_url=NOTIFY))
        target = Watched(settings, UNGUARDED, Grade.SIMULATED)
        kept(tmp_path, 12, probe=EndpointProbe(lambda: target, seen=False))
        assert list(simulator.simulator.account.orders()) == []
    slots = read(tmp_path)
    assert [slot.answered for slot in slots] == [True] * 12
    assert not [
        secret for secret in settings.secrets() if secret in (tmp_path / "2026-11-30.ndjson").read_text()
    ]


def test_an_endpoint_that_goes_away_fails_its_slots_and_comes_back(tmp_path: Path) -> None:
    with running_simulator() as simulator:
        values = simulator.environment(notify_url=NOTIFY) | {"PAYMENT_MCP_ENABLED": "false"}
        settings = settings_of(values)
        probe = EndpointProbe(lambda: Watched(settings, UNGUARDED, Grade.SIMULATED), seen=False)
        time = kept(tmp_path, 2, probe=probe)
    for _ in range(3):
        time.sleep(300)
        kept(tmp_path, 1, time=time, probe=probe)
    slots = read(tmp_path)
    assert [slot.answered for slot in slots] == [True, True, False, False, False]
    assert slots[-1].health.startswith("no connection to 127.0.0.1")


@pytest.mark.parametrize(
    ("error", "seen", "kept_as_failed"),
    [
        (EnvironmentUnreachable("nothing answers"), False, True),
        (UnsafeRequest("its certificate has expired"), True, True),
        (UnsafeRequest("a host that was not named"), False, False),
        (UsageError("no settings"), True, False),
        (ConfigurationError("settings contradict each other"), True, False),
    ],
)
def test_what_is_refused_is_the_endpoints_failure_only_where_it_was_watched_before(
    error: GoLiveError, *, seen: bool, kept_as_failed: bool
) -> None:
    def refused() -> Watched:
        raise error

    probe = EndpointProbe(refused, seen=seen)
    if kept_as_failed:
        assert probe() == Probed(answered=False, health=str(error), query="not asked", grade=None)
    else:
        with pytest.raises(type(error)):
            probe()


@pytest.mark.parametrize("defect", ["drops-out-for-a-quarter", "fails-now-and-then"])
def test_queries_that_fail_are_failed_slots(tmp_path: Path, defect: str) -> None:
    with running_simulator(defects=[defect]) as simulator:
        values = simulator.environment(notify_url=NOTIFY) | {"PAYMENT_MCP_ENABLED": "false"}
        target = Watched(settings_of(values), UNGUARDED, Grade.SIMULATED)
        kept(tmp_path, 7, probe=EndpointProbe(lambda: target, seen=False))
    expected = {
        "drops-out-for-a-quarter": [True] * 4 + [False] * 3,
        "fails-now-and-then": [True, False] * 3 + [True],
    }
    assert [slot.answered for slot in read(tmp_path)] == expected[defect]
