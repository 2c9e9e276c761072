"""What a load may be told, what it may be sent to, and what is refused before anything is sent."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.errors import UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.settings import EnvFile, Settings
from harness.simulator.server import Simulator
from load.arrivals import Schedule
from load.measurement import FILE
from load.options import Options, declare
from load.safety import Turnstile, permit
from load.users import mix
from load.users.wire import open_wires

PLATFORM = "https://api.mch.weixin.qq.com"
NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"


@pytest.fixture(scope="module")
def local() -> Settings:
    """Settings of a simulator on this machine."""
    values = Simulator().environment(base_url="http://127.0.0.1:8765", notify_url=NOTIFY_URL)
    return Settings.load(EnvFile.of(values))


def at(settings: Settings, *, mcp: str = "", v3: str = "", experience: bool = True) -> Settings:
    """The same merchant elsewhere."""
    return replace(
        settings,
        mcp=replace(settings.mcp, endpoint=mcp or settings.mcp.endpoint, experience=experience),
        wechat=replace(settings.wechat, base_url=v3 or settings.wechat.base_url),
    )


def asked(
    settings: Settings,
    parts: str = "create/native/mcp",
    *,
    target: str = "experience",
    rate: float = 1.0,
    budget_fen: int | None = 100,
    workers: int = 1,
    origins: Mapping[str, str] | None = None,
    merchant: str = "",
) -> bool:
    users = mix.parse(parts)
    wires = open_wires(
        {each.dialect for each in users if each.dialect},
        settings,
        notify_url=settings.wechat.notify_url,
        amount=Fen(1),
    )
    return permit(
        settings,
        origins=origins or {each: wire.origin for each, wire in wires.items()},
        merchant=merchant,
        target=target,
        users=users,
        schedule=Schedule.constant(rate, 60),
        amount=Fen(1),
        budget_fen=budget_fen,
        workers=workers,
        waiting=0,
    )


def read(*arguments: str) -> Options:
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", "--host", default=None)
    declare(parser)
    return Options.read(parser.parse_args(arguments))


def test_this_machine_may_be_loaded_at_any_rate_with_anything(local: Settings) -> None:
    parts = "create/h5/apiv3,lifecycle/native/mcp,create/jsapi/envelope"
    assert asked(local, parts, target="simulator", rate=3000, workers=8) is False


def test_a_checkout_may_be_loaded_on_this_machine_alone(local: Settings) -> None:
    assert asked(local, "checkout/native", target="simulator", merchant="http://127.0.0.1:5000") is False
    with pytest.raises(UnsafeRequest, match="that host is not this machine"):
        asked(local, "checkout/native", target="simulator", merchant="https://shop.example.com")


def test_the_experience_edition_may_be_probed_once_a_second_within_a_budget(local: Settings) -> None:
    there = at(local, mcp=f"{PLATFORM}/mcp/v1")
    assert asked(there, "create/native/mcp,query/native/mcp") is True


@pytest.mark.parametrize(
    ("where", "how"),
    [
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"target": "production"}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"target": "simulator"}),
        ({"mcp": f"{PLATFORM}/mcp/v1", "experience": False}, {}),
        ({"v3": PLATFORM}, {"parts": "create/native/apiv3"}),
        ({"v3": "https://api2.mch.weixin.qq.com"}, {"parts": "query/native/apiv3"}),
        ({"mcp": "https://pay.example.com/mcp"}, {}),
        ({"mcp": "https://pay.example.com/mcp"}, {"target": "simulator"}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"rate": 1.01}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"workers": 2}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"budget_fen": None}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"budget_fen": 59}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"parts": "journey/native/mcp"}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"parts": "create/native/envelope"}),
        ({"mcp": f"{PLATFORM}/mcp/v1"}, {"parts": "create/native/mcp,create/native/apiv3"}),
        ({}, {"target": "production"}),
    ],
    ids=[
        "production",
        "platform-as-simulator",
        "experience-flag-off",
        "classic-api",
        "classic-api-backup-host",
        "stranger",
        "stranger-as-simulator",
        "too-fast",
        "two-workers",
        "no-budget",
        "over-budget",
        "paying",
        "cannot-close",
        "two-hosts",
        "loopback-as-production",
    ],
)
def test_whatever_might_load_production_or_move_money_is_refused(
    local: Settings, where: dict[str, str], how: dict[str, object]
) -> None:
    with pytest.raises(UnsafeRequest, match="refused before sending"):
        asked(at(local, **where), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("target", ["simulator", "experience"])
def test_what_counts_is_where_a_dialect_sends(local: Settings, target: str) -> None:
    with pytest.raises(UnsafeRequest, match="refused before sending"):
        asked(local, target=target, origins={"mcp": "https://pay.example.com"})


def test_a_probe_waits_a_second_between_any_two_requests() -> None:
    waited: list[float] = []
    turnstile = Turnstile(waited.append)
    begun = time.monotonic()
    for _ in range(4):
        turnstile()
    passed = time.monotonic() - begun
    assert len(waited) == 3
    assert waited == pytest.approx([1, 2, 3], abs=0.05 + passed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rate", "1000", "--seconds", "201"),
        ("--rate", "1", "--seconds", "7201"),
        ("--arrivals", "soon"),
        ("--rate", "-1"),
        ("--seconds", "0"),
        ("--rate", "nan"),
        ("--mix", "create/h5/carrier-pigeon"),
    ],
    ids=["too-many", "too-long", "no-arrivals", "negative", "no-time", "no-number", "no-mix"],
)
def test_what_is_no_load_or_a_huge_one_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        read(*arguments)


def test_a_load_is_bounded_and_local_unless_told_otherwise() -> None:
    options = read()
    assert options.schedule.expected == 600
    assert options.target == "simulator"
    assert options.budget_fen is None


def test_another_address_replaces_every_address_of_the_settings(tmp_path: Path) -> None:
    values = Simulator().environment(base_url="http://127.0.0.1:8765", notify_url=NOTIFY_URL)
    env_file = tmp_path / ".env"
    env_file.write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))
    settings = read("--env-file", str(env_file), "-H", "http://127.0.0.1:9999/").settings()
    assert settings.wechat.base_url == "http://127.0.0.1:9999"
    assert settings.mcp.endpoint == "http://127.0.0.1:9999/mcp/v1"


def test_parquet_without_its_package_is_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert read("--requests", "csv").requests_file == "csv"
    with pytest.raises(UsageError, match=r"golive\[parquet\]"):
        read("--requests", "parquet")


def test_a_set_says_how_late_the_generator_may_be_unless_the_command_line_does() -> None:
    def bounds(*arguments: str) -> list[str]:
        return [each.text for each in read(*arguments).generator]

    assert bounds("--set", "smoke") == ["lag_p99 < 500ms", "max_lag < 2s"]
    assert bounds("--set", "smoke", "--lag-bound-ms", "7.5") == ["lag_p99 < 7.5ms"]
    assert bounds() == ["lag_p99 < 5ms"]


def test_what_was_measured_is_never_overwritten(tmp_path: Path) -> None:
    assert read("--out", str(tmp_path)).out == tmp_path
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).touch()
    with pytest.raises(UsageError, match="it is not overwritten"):
        read("--out", str(tmp_path))


@pytest.mark.parametrize("arguments", [["--bogus"], ["--rate", "fast"], ["--requests", "xml"]])
def test_what_is_no_option_is_bad_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(*arguments)
    assert ended.value.code == UsageError.exit_code


def test_a_set_is_kept_beside_its_measurement_only_where_it_is_played_as_it_stands() -> None:
    assert read("--set", "smoke").played_set == "smoke"
    assert read("--set", "smoke", "--rate", "3").played_set == ""
    assert read("--set", "smoke", "--mix", "create/h5/mcp").played_set == ""
