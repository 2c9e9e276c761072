"""A child is waited for, ends with its block or with its parent, and says why where it does not start."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.core.errors import EnvironmentUnreachable
from harness.processes.child import end, golive_command, running, start

WAITS = "import time; open('up', 'w').close(); time.sleep(60)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"


def python(line: str) -> list[str]:
    return [sys.executable, "-c", line]


@pytest.fixture
def up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A child's sign that it is up."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "up"


def until_there(sign: Path) -> None:
    deadline = time.monotonic() + 30
    while not sign.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_server_runs_from_its_first_answer_to_the_end_of_the_block(up: Path) -> None:
    with running(python(WAITS), log=up.with_name("child.log"), ready=up.exists, where="here") as child:
        assert up.exists()
        assert child.poll() is None
    assert child.returncode == -15


def test_one_that_ends_before_the_block_does_spoils_what_was_done_with_it(up: Path) -> None:
    with (
        pytest.raises(EnvironmentUnreachable, match="child ended while it was needed"),
        running(python(WAITS), log=up.with_name("child.log"), ready=up.exists, where="here") as child,
    ):
        end(child)


def test_one_that_does_not_start_is_told_by_its_last_words_and_how_to_try_it(up: Path) -> None:
    command = golive_command("simulator", "--port=none")
    with (
        pytest.raises(EnvironmentUnreachable, match=r"golive simulator did not start: .*'none'") as refused,
        running(command, log=up.with_name("golive simulator.log"), ready=up.exists, where="here"),
    ):
        pass
    assert refused.value.remedy == "try it by itself: golive simulator --port=none"


def test_one_that_does_not_end_when_it_is_asked_is_killed(up: Path) -> None:
    child = start(python(DEAF))
    until_there(up)
    end(child, asked_s=0.2)
    assert child.returncode == -9


def test_a_ctrl_c_before_it_listens_waits_for_it(up: Path) -> None:
    listens = "import signal; signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])"
    child = start(python(f"import os; os.kill(os.getpid(), 2); {listens}"))
    assert child.wait(30) == -2


def test_a_folder_of_the_users_is_not_taken_for_a_package_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("harness", "load"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('not ours')")
    said = subprocess.run(
        golive_command("measure-load", "--help"), capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
