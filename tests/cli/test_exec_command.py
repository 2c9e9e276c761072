"""`golive exec` becomes the command it is given: its signals, its exit code, and no shell in between."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from harness.cli.exec import command
from harness.cli.simulator import command as simulator
from harness.core.errors import EnvironmentUnreachable, GoLiveError, UnsafeRequest, UsageError
from harness.processes.child import golive_command
from tests.simulator.as_platform.pretended import pretended


@pytest.fixture
def _one_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A simulator on port 1 that plays the platforms, as far as `golive exec` can tell."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    lock = pretended(tmp_path, 1)
    yield
    os.close(lock)


def refused(*arguments: str, by: object = command) -> GoLiveError:
    """How a command line is refused."""
    ended = CliRunner().invoke(by, arguments)  # type: ignore[arg-type]
    assert isinstance(ended.exception, GoLiveError)
    return ended.exception


@pytest.mark.usefixtures("_one_plays")
def test_the_program_itself_takes_the_signal_and_gives_the_exit_code() -> None:
    script = 'yes | head -n 1; trap "exit 7" TERM; echo "$0 $HTTPS_PROXY"; while :; do sleep 0.05; done'
    with subprocess.Popen(
        golive_command("exec", "--", "sh", "-c", script, "a b;c"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == "y\n"
        assert child.stdout.readline().startswith("a b;c http://127.0.0.1:")
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=30) == 7
        assert child.stderr.read() == ""  # `yes` heard of the closed pipe by its signal


@pytest.mark.usefixtures("_one_plays")
def test_options_after_the_command_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[tuple[str, tuple[str, ...], dict[str, str]]] = []

    def become(program: str, arguments: tuple[str, ...], environment: dict[str, str]) -> NoReturn:
        became.append((program, arguments, environment))
        raise SystemExit

    monkeypatch.setattr(os, "execve", become)
    handlers = [signal.getsignal(each) for each in (signal.SIGPIPE, signal.SIGXFSZ)]
    CliRunner().invoke(command, ["--port", "1", "sh", "--port", "1", "--help", "--", "-x"])
    for each, handler in zip((signal.SIGPIPE, signal.SIGXFSZ), handlers, strict=True):
        signal.signal(each, handler)
    ((program, arguments, environment),) = became
    assert (Path(program).name, arguments) == ("sh", ("sh", "--port", "1", "--help", "--", "-x"))
    assert environment["NODE_USE_ENV_PROXY"] == "1"


@pytest.mark.usefixtures("_one_plays")
def test_what_cannot_be_started_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "no-program").write_bytes(b"\x00")
    (tmp_path / "no-program").chmod(0o755)
    assert "there is no COMMAND" in str(refused())
    (tmp_path / "a-text").touch()
    for name in ("no-such-app", str(tmp_path / "a-text"), str(tmp_path)):
        assert f"there is no program {name} that can be started" in str(refused("--", name, "--port"))
    assert "cannot be started: " in str(refused("--", str(tmp_path / "no-program")))
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN  # we go on, and a closed pipe is no end of us
    nobody = refused("--port", "2", "--", "true")
    assert isinstance(nobody, EnvironmentUnreachable)
    assert "golive simulator --as-platform" in nobody.remedy


@pytest.mark.parametrize(
    ("arguments", "kind", "why"),
    [
        (("--allow", "www.example.com"), UsageError, "add --as-platform"),
        (("--as-platform", "--tls", "ca.pem"), UsageError, "leave --tls out"),
        (("--as-platform", "--allow", "api.mch.weixin.qq.com"), UnsafeRequest, "the platform's own"),
        (("--as-platform", "--allow", "*"), UsageError, "no name of a host"),
    ],
)
def test_a_simulator_that_could_not_play_is_not_started(
    arguments: tuple[str, ...], kind: type[GoLiveError], why: str
) -> None:
    error = refused("--port", "0", *arguments, by=simulator)
    assert isinstance(error, kind)
    assert why in str(error)
