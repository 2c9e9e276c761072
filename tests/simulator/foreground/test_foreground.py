"""`golive simulator` says what to put where, keeps secrets to itself, and ends cleanly."""

from __future__ import annotations

import re
import signal
import socket
import ssl
import stat
import time
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner

from harness.cli.simulator import command
from harness.core.errors import EnvironmentUnreachable, PlatformRefusal, UsageError
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Fault
from harness.processes.serving import listen
from harness.settings import EnvFile, Settings
from harness.simulator.defects import DEFECTS
from tests.simulator.foreground.process import started


def test_it_serves_says_where_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    env_file = tmp_path / ".env.simulator"
    with started("--port", "0", "--write-env", str(env_file)) as process:
        said = process.until("stop ")
        address = re.search(r"(http://127\.0\.0\.1:\d+)/v3/", said)
        assert address is not None
        assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        assert settings.wechat.base_url == address[1]
        assert settings.levers is not None
        assert f"{settings.levers.url}\n" in said
        with LeversClient(settings.levers.url, settings.levers.token) as levers:
            assert levers.health()
        assert process.end(signal.SIGINT) == 0
        assert "stopped" in process.said
        assert "Traceback" not in process.said
        for secret in settings.secrets():
            assert secret not in process.said


def test_rules_about_what_is_not_there_are_told_at_the_start_and_those_that_met_nothing_at_the_end() -> None:
    here = "operation=query action=reset"
    gone = f"{here} account=1900000109"
    with started("--port", "0", "--fault", gone, "--fault", here) as process:
        said = process.until("stop ")
        assert "note: nobody here has the account 1900000109 so far, so it hits nothing" in said
        assert said.count("note: ") == 1
        address = next(each for each in said.split() if each.startswith("http://127.0.0.1:"))
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{address}/v3/pay/transactions/out-trade-no/x?mchid=1", trust_env=False)
        assert process.end(signal.SIGTERM) == 0
        assert [each for each in process.said.splitlines() if each.startswith("met nothing")] == [
            f"met nothing: --fault: {gone} times=always"
        ]


@pytest.mark.parametrize(
    ("switch", "refused"), [("--experience-limits", True), ("--no-experience-limits", False)]
)
def test_the_limits_of_the_experience_edition_can_be_switched_off(
    tmp_path: Path, switch: str, refused: bool
) -> None:
    env_file = tmp_path / ".env.simulator"
    with started("--port", "0", "--write-env", str(env_file), switch) as process:
        said = process.until("stop ")
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        gateway = ApiV3Gateway(settings.wechat)
        order = Order(
            out_trade_no="over100yuan1",
            amount=Fen(10_001),
            description="more than the experience edition takes",
            notify_url=settings.wechat.notify_url,
            product=Product.NATIVE,
        )
        with pytest.raises(PlatformRefusal, match="RULE_LIMIT") if refused else nullcontext():
            gateway.create(order)
        gateway.close_connections()
        assert bool(re.search("^  edition +formal", said, re.MULTILINE)) != refused


def test_over_tls_it_looks_like_an_endpoint_of_somebody_else(tmp_path: Path) -> None:
    env_file, ca_file = tmp_path / ".env.tls", tmp_path / "ca.pem"
    with started("--port", "0", "--write-env", str(env_file), "--tls", str(ca_file)) as process:
        said = process.until("stop ")
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        assert settings.levers is None, "the levers were given away"
        assert settings.wechat.base_url.startswith("https://127.0.0.1:")
        assert f"--ca-file {ca_file}" in said
        trusting = ssl.create_default_context(cafile=str(ca_file))
        health = f"{settings.wechat.base_url}/v3/certificates"
        assert httpx.get(health, verify=trusting, trust_env=False).status_code == 401
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            httpx.get(health, trust_env=False)
        assert process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.said
    assert "PRIVATE" not in ca_file.read_text("utf-8")


def test_a_ca_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write") as refused:
        CliRunner().invoke(
            command, ["--port", "0", "--tls", str(tmp_path / "no" / "ca.pem")], catch_exceptions=False
        )
    assert "--tls" in str(refused.value)


def test_sigterm_ends_it_cleanly_too() -> None:
    with started("--port", "0", "--defect", "clock-skewed") as process:
        assert "clock-skewed" in process.until("stop ")
        assert "--write-env" in process.said
        assert process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.said


def test_a_request_that_still_waits_is_cut_off_without_a_traceback(tmp_path: Path) -> None:
    env_file = tmp_path / ".env.simulator"
    with started("--port", "0", "--write-env", str(env_file)) as process:
        process.until("stop ")
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        assert settings.levers is not None
        with LeversClient(settings.levers.url, settings.levers.token) as levers:
            levers.add_fault(Fault(operation="any", action="delay", value=60))
        address = urlsplit(settings.levers.url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as waiting:
            waiting.sendall(b"GET /v3/certificates HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            time.sleep(0.5)
            assert process.end(signal.SIGINT) == 0
        assert "stopped" in process.said
        assert "Traceback" not in process.said


def test_a_file_deleted_meanwhile_is_told_with_what_is_not_in_it(tmp_path: Path) -> None:
    env_file, file = tmp_path / ".env.simulator", tmp_path / "golive.db"
    with started("--port", "0", "--write-env", str(env_file), "--db", str(file)) as process:
        process.until("stop ")
        file.unlink()
        settings = Settings.load(EnvFile.read(env_file), target="simulator")
        assert settings.levers is not None
        with (
            LeversClient(settings.levers.url, settings.levers.token) as levers,
            pytest.raises(LeverRefused, match="put it back where it was") as refused,
        ):
            levers.advance(60)
        assert refused.value.reason == "not-kept"
        assert process.end(signal.SIGINT) == 0
        assert f"stopped: what was refused last is not in {file}: " in process.said
        assert "Traceback" not in process.said
    assert not file.exists()


def test_a_taken_port_ends_with_three_and_a_remedy() -> None:
    with listen() as taken:
        port = str(taken.getsockname()[1])
        outcome = CliRunner().invoke(command, ["--port", port])
    assert isinstance(outcome.exception, EnvironmentUnreachable)
    assert outcome.exception.exit_code == 3
    assert "--port" in outcome.exception.remedy


def test_a_file_of_somebody_else_stops_it_before_it_serves(tmp_path: Path) -> None:
    mine = tmp_path / ".env.local"
    mine.write_text("MINE=1\n", encoding="utf-8")
    outcome = CliRunner().invoke(command, ["--port", "0", "--write-env", str(mine)])
    assert isinstance(outcome.exception, UsageError)
    assert "--force" in outcome.exception.remedy
    assert mine.read_text(encoding="utf-8") == "MINE=1\n"


def test_whoever_waits_for_the_settings_finds_the_keys_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, there = tmp_path / "keys", list[bool]()

    def written(*_: object, **__: object) -> None:
        there.append((keys / "pub_key.pem").is_file())
        raise UsageError("far enough", where="here", remedy="none")

    monkeypatch.setattr("harness.simulator.foreground.files.write_environment", written)
    files = ["--write-env", str(tmp_path / ".env.simulator"), "--write-keys", str(keys)]
    assert isinstance(CliRunner().invoke(command, ["--port", "0", *files]).exception, UsageError)
    assert there == [True]


@pytest.mark.parametrize(
    "arguments", [["--port", "70000"], ["--port", "x"], ["--defect", "env-perfect"], ["--surprise"]]
)
def test_nonsense_on_the_command_line_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2


def test_the_help_names_every_defect_and_its_control() -> None:
    said = CliRunner().invoke(command, ["--help"]).output
    for defect in DEFECTS:
        assert re.search(rf"{defect.id} +{defect.control}", said)
