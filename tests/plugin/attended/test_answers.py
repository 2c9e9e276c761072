"""Answers come from a terminal, a pipe or a file; what is none of them is no answer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.plugin.attended.answers import Lines, Prepared

SOON = 0.2


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    os.close(read)


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "answers.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_lines_are_taken_one_by_one(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, "y\n  是 \nrest".encode())
    os.close(write)
    lines = Lines(read, "input")
    assert [lines.line("any", within_s=SOON) for _ in range(4)] == ["y", "是", "rest", None]


def test_who_says_nothing_is_not_waited_for_without_end(pipe: tuple[int, int]) -> None:
    read, write = pipe
    assert Lines(read).line("any", within_s=SOON) is None
    os.close(write)


def test_q_gives_up_and_other_words_do_not(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = Lines(read)
    assert not lines.gives_up()
    os.write(write, b"what?\n")
    assert not lines.gives_up()
    os.write(write, b" Q \n")
    assert lines.gives_up()
    os.close(write)


def test_what_a_program_pipes_in_answers_questions_alone(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, b"q\n")
    os.close(write)
    lines = Lines(read, "input")
    assert not lines.gives_up()
    assert lines.line("any", within_s=SOON) == "q"


def test_an_endless_line_is_cut(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, b"y" * 60_000)
    os.close(write)
    assert len(Lines(read, "input").line("any", within_s=1) or "") == 4096


def test_a_file_answers_by_name(tmp_path: Path) -> None:
    prepared = Prepared.read(
        written(
            tmp_path, 'by = " release  manager"\n[answers]\n"PAY-02 told" = false\n"order h5" = "A-1234567"'
        )
    )
    assert prepared.by == "release manager"
    assert prepared.line("PAY-02 told", within_s=0) == "n"
    assert prepared.line("order h5", within_s=0) == "A-1234567"
    assert prepared.line("PAY-02 opened", within_s=0) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("by = ", "no TOML"),
        (b"\xff\xfe\x00", "no TOML"),
        ("[answers]\n'PAY-02 told' = 1", "neither true, false"),
        ("by = 3", "other members"),
        ("answers = 'yes'", "other members"),
        ("approved = true", "other members"),
        ("by = '\x1b[2K'", "no TOML"),
        ('by = "\\u001b[2K"', "cannot be printed"),
        ("#" * 70_000, "larger than 64 KiB"),
        ("[answers]\nx = " + "[" * 5_000, "no TOML"),
    ],
    ids=["torn", "bytes", "number", "nobody", "text", "stranger", "escape", "escaped", "large", "deep"],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str | bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Prepared.read(written(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        Prepared.read(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="directory"):
        Prepared.read(tmp_path)
