"""A system without POSIX is refused at each door, in words, and no module breaks before it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import golive
from harness.core import system
from harness.core.errors import EnvironmentUnreachable
from load.__main__ import command as load_alone

ROOT = Path(__file__).parents[2]
WANTED = re.compile(
    r"^(?:import|from) (?:fcntl|grp|pty|pwd|resource|termios|tty)\b"
    r"|^[^ #\"].*\b(?:os\.(?:O_NOFOLLOW|O_NONBLOCK|O_CLOEXEC|killpg|setsid|nice|getloadavg|fork|geteuid)"
    r"|signal\.(?:SIGHUP|SIGKILL|pthread_sigmask)|sched_getaffinity|clock_gettime|CLOCK_MONOTONIC)\b",
    re.MULTILINE,
)
"""What Windows lacks, asked for as soon as a module is imported."""


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "SYSTEM", "nt")


@pytest.mark.usefixtures("windows")
def test_every_command_says_where_it_runs_instead() -> None:
    answer = CliRunner().invoke(golive, ["explain", "CBK-03"])
    assert isinstance(answer.exception, EnvironmentUnreachable)
    assert "WSL 2" in str(answer.exception)
    assert CliRunner().invoke(golive, ["--version"]).exit_code == 0


@pytest.mark.usefixtures("windows")
def test_a_load_by_itself_says_so_too() -> None:
    answer = CliRunner().invoke(load_alone, [])
    assert answer.exit_code == EnvironmentUnreachable.exit_code
    assert "file locks" in answer.output


def test_no_module_asks_for_what_windows_lacks_when_it_is_imported() -> None:
    assert WANTED.search("x\nimport fcntl\n")
    assert WANTED.search("SIGNALS = (signal.SIGHUP,)\n")
    asked = {
        path.relative_to(ROOT).as_posix(): found[0]
        for room in ("harness", "load", "reports", "scenarios")
        for path in (ROOT / room).rglob("*.py")
        if (found := WANTED.search(path.read_text("utf-8")))
    }
    assert asked == {}


def test_without_locks_an_import_goes_on_and_a_lock_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with (tmp_path / "file").open("wb") as file, pytest.raises(ImportError):
        system.lock_file(file)


def test_a_lock_is_held_against_everybody_else(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as ours, (tmp_path / "file").open("rb") as theirs:
        system.lock_file(ours)
        with pytest.raises(BlockingIOError):
            system.lock_file(theirs)
        ours.close()
        system.lock_file(theirs)
