"""A log tells of a run only what was written to it during the run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.merchant import logs
from harness.merchant.gap import ProfileGap
from harness.merchant.logs import Logs

BEGUN = 1_000_000.0


@pytest.mark.parametrize(
    ("held", "at", "written"),
    [("a line", BEGUN + 5, True), ("a line", BEGUN - 60, False), ("", BEGUN + 5, False)],
    ids=["during the run", "before it", "empty"],
)
def test_a_log_was_written_to_during_the_run(tmp_path: Path, held: str, at: float, written: bool) -> None:
    file = tmp_path / "app.log"
    file.write_text(held, "utf-8")
    os.utime(file, (at, at))
    assert Logs(file="app.log").written_since(tmp_path, BEGUN) is written


def test_a_log_that_is_not_there_was_not_written_to(tmp_path: Path) -> None:
    assert not Logs(file="app.log").written_since(tmp_path, BEGUN)


def test_what_was_added_to_a_log_is_all_of_one_that_was_begun_anew(tmp_path: Path) -> None:
    log, file = Logs(file="app.log"), tmp_path / "app.log"
    assert log.size(tmp_path) == 0
    file.write_text("before\n", "utf-8")
    ended = log.size(tmp_path)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("after\n")
    assert log.tail(tmp_path, since=ended) == b"after\n"
    file.write_text("anew\n", "utf-8")
    assert log.tail(tmp_path, since=ended) == b"anew\n"


def printing(code: str) -> Logs:
    return Logs(command=(sys.executable, "-c", code))


def test_a_command_prints_a_log_from_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "held").write_text("before\n", "utf-8")
    log = printing("print(open('held').read(), end='')")
    ended = log.size(tmp_path)
    (tmp_path / "held").write_text("before\nafter\n", "utf-8")
    assert (ended, log.tail(tmp_path, since=ended)) == (7, b"after\n")
    assert log.written_since(tmp_path, 0)


def test_of_a_command_that_prints_without_end_the_end_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MOST_OF_A_LOG", 1 << 20)
    told = printing("import sys; [sys.stdout.write('x' * 65536) for _ in range(40)]; print('end')")
    held = told.tail(tmp_path)
    assert (1 << 20) - 65536 < len(held) <= 1 << 20
    assert held.endswith(b"xend\n")
    assert told.tail(tmp_path, since=40 * 65536) == b"end\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("no-such-program",), "cannot be started"),
        ((sys.executable, "-c", "exit(3)"), "ended with 3"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), r"did not end within 0\.2 s"),
    ],
)
def test_a_command_that_tells_nothing_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(logs, "COMMAND_S", 0.2 if "sleep" in command[-1] else 20.0)
    with pytest.raises(ProfileGap, match=said):
        Logs(command=command).tail(tmp_path)
