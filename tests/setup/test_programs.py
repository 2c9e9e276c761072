"""Programs that set-up runs end in time, with everything they started, and are heard out."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from setup.programs import Work


def work(tmp_path: Path) -> Work:
    return Work(tmp_path, dict(os.environ))


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")  # a machine whose first process reaps nobody keeps the dead as Z
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_both_streams_are_kept_in_order(tmp_path: Path) -> None:
    done = work(tmp_path).run(["sh", "-c", "echo one; echo two >&2; echo three; exit 3"], limit_s=10)
    assert (done.code, done.output.split()) == (3, ["one", "two", "three"])
    assert not done.ok


def test_a_program_that_hangs_ends_with_all_it_started(tmp_path: Path) -> None:
    started = time.monotonic()
    done = work(tmp_path).run(["sh", "-c", "sleep 600 & echo $! > pid; echo said; wait"], limit_s=0.5)
    assert done.code is None
    assert "said" in done.output
    assert "ended after 0.5 s" in done.last_words
    assert time.monotonic() - started < 10
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 10
    while alive(child):
        assert time.monotonic() < deadline, "its child still runs"


def test_a_program_reads_nothing_from_the_terminal(tmp_path: Path) -> None:
    assert work(tmp_path).run(["cat"], limit_s=10).output == ""


def test_a_program_that_is_not_there_is_told_and_raises_nothing(tmp_path: Path) -> None:
    done = work(tmp_path).run(["/absent/program"], limit_s=1)
    assert done.code == 127
    assert "/absent/program" in done.output


def test_what_was_done_is_one_line_with_its_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with work(tmp_path).telling("browser") as words:
        words.append("found")
    said = capsys.readouterr().out
    assert said.startswith("set-up: browser found (0.")
    assert said.endswith(" s)\n")
