"""A log tells of a run only what was written to it during the run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
