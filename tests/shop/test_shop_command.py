"""`golive shop` as a person starts it: what it prints, how it refuses, how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from harness.processes.child import golive_command
from harness.processes.serving import listen
from harness.shop.defects.registry import DEFECTS
from harness.simulator.account.env_text import environment_text

GOLIVE = golive_command("shop")
PATIENCE_S = 60.0


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [*GOLIVE, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        cwd=cwd,
        env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "COLUMNS": "200", "PYTHONUTF8": "1"},
    )


@pytest.fixture
def env_file(environment: dict[str, str], tmp_path: Path) -> Path:
    file = tmp_path / ".env.simulator"
    file.write_text(environment_text(environment), "utf-8")
    file.chmod(0o600)
    return file


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, up, with what it printed until it could be used."""
    process = subprocess.Popen(
        [*GOLIVE, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        printed = ""
        assert process.stdout is not None
        for line in process.stdout:
            printed += line
            if line.startswith("stop"):
                break
        yield process, printed
    finally:
        process.kill()
        process.communicate()


def wait_until_up(address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            httpx.get(f"{address}/healthz", trust_env=False, timeout=5.0).raise_for_status()
        except httpx.ConnectError:
            assert time.monotonic() < deadline, "the shop did not come up"
        else:
            return


def test_it_says_where_it_is_and_how_to_log_in_and_stops_cleanly(env_file: Path, tmp_path: Path) -> None:
    database = tmp_path / "kept.sqlite3"
    arguments = ("--port", "0", "--env-file", str(env_file), "--database", str(database))
    with started(*arguments, "--defect", "float-amount") as (process, printed):
        (address,) = re.findall(r"shop +(http://127\.0\.0\.1:\d+)/payment", printed)
        assert "shopper@example.com / golive-shopper" in printed
        assert "defect    float-amount" in printed
        assert "callbacks will not arrive here" in printed
        wait_until_up(address)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert database.is_file()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_of_it_stays_behind(
    env_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    with started("--port", "0", "--env-file", str(env_file)) as (process, _):
        assert list(place.glob("golive-*/shop-*"))
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert "shop: stopped" in errors
    assert not list(place.iterdir())


def test_a_taken_port_is_exit_3_with_the_way_out(env_file: Path) -> None:
    with listen() as taken:
        ended = run("--port", str(taken.getsockname()[1]), "--env-file", str(env_file))
    assert ended.returncode == 3
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bad_file_is_exit_4_naming_every_bad_variable_and_no_secret(
    environment: dict[str, str], tmp_path: Path
) -> None:
    bad = {
        **environment,
        "WECHAT_PAY_PRIVATE_KEY": "not-a-key-but-secret",
        "WECHAT_PAY_APIV3_KEY": "tooshort",
    }
    del bad["WECHAT_PAY_MCH_ID"]
    file = tmp_path / ".env.local"
    file.write_text(environment_text(bad), "utf-8")
    ended = run(cwd=tmp_path)
    assert ended.returncode == 4
    for name in ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_MCH_ID"):
        assert name in ended.stderr
    assert "not-a-key-but-secret" not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["WECHAT_PAY_BASE_URL", "WECHAT_MCP_ENDPOINT"])
def test_an_endpoint_elsewhere_is_exit_4_naming_the_variable(
    mcp_environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    file = tmp_path / ".env.local"
    file.write_text(environment_text({**mcp_environment, name: "https://pay.example.com/mcp/v1"}), "utf-8")
    ended = run(cwd=tmp_path)
    assert ended.returncode == 4
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_file_is_exit_4(tmp_path: Path) -> None:
    ended = run("--env-file", str(tmp_path / "none"))
    assert ended.returncode == 4
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [("--defect", "no-such"), ("--port", "70000"), ("--port", "x")])
def test_bad_usage_is_exit_4(env_file: Path, arguments: tuple[str, ...]) -> None:
    ended = run("--env-file", str(env_file), *arguments)
    assert ended.returncode == 4
    assert "Traceback" not in ended.stderr


def test_every_defect_is_listed() -> None:
    ended = run("--list-defects")
    assert ended.returncode == 0
    for defect in DEFECTS:
        assert defect.id in ended.stdout
        assert defect.control in ended.stdout
