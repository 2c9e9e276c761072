"""A server is killed with all that it started, and comes up again by its command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from harness.processes.restart import Server, kill

FORKS = "import os, time; os.fork(); open(f'up-{os.getpid()}', 'w').close(); time.sleep(60)"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Two processes, up once both have said so."""
    command = [sys.executable, "-S", "-c", FORKS]
    with closing(Server(command, tmp_path, tmp_path / "log", lambda: len(running(tmp_path)) == 2)) as found:
        yield found


def running(folder: Path) -> list[int]:
    ids = [int(each.name.removeprefix("up-")) for each in folder.glob("up-*")]
    return [each for each in ids if runs(each)]


def runs(process: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    return False


def test_what_was_started_here_is_killed_as_a_whole_and_comes_up_again(server: Server) -> None:
    assert server.processes() == []
    assert server.start()
    first = server.processes()
    assert len(first) == 2
    kill(first)
    assert server.gone(first)
    assert server.start()
    assert not {each.pid for each in first} & set(running(server.folder))


def test_the_end_of_a_run_is_the_end_of_what_it_started(server: Server) -> None:
    server.start()
    server.close()
    assert running(server.folder) == []


def test_one_that_somebody_else_started_is_found_by_the_id_that_it_writes(server: Server) -> None:
    file = server.folder / "app.pid"
    file.write_text(f"{os.getpid()}\n", "utf-8")
    server.pid_file = file
    assert server.processes()[0].pid == os.getpid()


@pytest.mark.parametrize("written", ["", "none", "999999999"])
def test_a_file_that_names_no_process_names_none(server: Server, written: str) -> None:
    server.pid_file = server.folder / "app.pid"
    server.pid_file.write_text(written, "utf-8")
    assert server.processes() == []


def test_a_server_that_ends_at_once_did_not_start_and_its_last_words_are_told(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-c", "raise SystemExit('the port is taken')"]
    server = Server(command, tmp_path, tmp_path / "log", lambda: False)
    assert not server.start()
    assert server.last_words == "the port is taken"


def test_one_that_still_answers_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.processes.restart.GONE_WITHIN_S", 0.0)
    assert not Server(["-"], tmp_path, tmp_path / "log", lambda: True).gone()
