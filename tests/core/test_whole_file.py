"""A file is there as a whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.whole_file import replaceable, write_whole


def test_the_new_text_takes_the_old_ones_place_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    write_whole(path, "新\n")
    assert path.read_text("utf-8") == "新\n"
    assert [each.name for each in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_private_file_is_nobody_elses_even_where_it_replaces_an_open_one(
    tmp_path: Path, *, private: bool, mode: int
) -> None:
    path = tmp_path / ".env"
    path.touch(0o644)
    before = os.umask(0o022)
    try:
        write_whole(path, "KEY=1", private=private)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


def test_what_a_killed_process_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".run.json.{os.getpid()}").write_text("half")
    write_whole(tmp_path / "run.json", "whole")
    assert [each.name for each in tmp_path.iterdir()] == ["run.json"]


def test_a_failure_keeps_the_old_file_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["run.json"]


def test_a_device_or_a_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("/dev/full")
    for place in (pipe, link):
        before = place.stat().st_mode
        for write in (lambda path: write_whole(path, "text"), replaceable):
            with pytest.raises(OSError, match="a device or a pipe is there"):
                write(place)
        assert place.stat().st_mode == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "pipe"]


def test_where_a_link_leads_to_a_file_that_is_the_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    assert replaceable(tmp_path / "link") == (tmp_path / "file").resolve()


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "run.json", "text")


FULL = """
import resource, sys
from pathlib import Path
from harness.core.whole_file import append_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
path = Path(sys.argv[1])
append_whole(path, "a" * 60)
try:
    append_whole(path, "b" * 60)
except OSError:
    print("refused")
"""


def test_where_there_is_no_room_for_all_of_a_line_there_is_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "results.ndjson"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, path.read_text()) == ("refused\n", "a" * 60)
