"""What the page on dialects names is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "echo"
PAGES = ("write-a-dialect.md", "write-a-dialect.zh-CN.md")


def tables(page: str) -> tuple[list[list[str]], list[list[str]]]:
    """That of a dialect's parts and that of a provider's rooms: rows of cells, less the head."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    parts, rooms = (block for block in text.split("\n\n") if block.startswith("|"))
    return (
        [line.split("|")[1:-1] for line in parts.splitlines()[2:]],
        [line.split("|")[1:-1] for line in rooms.splitlines()[2:]],
    )


def cells(page: str) -> list[list[str]]:
    """The rows of its table of parts, less what is said in a language."""
    return [row[1:3] for row in tables(page)[0]]


@pytest.mark.parametrize("page", PAGES)
def test_every_part_of_the_toy_is_on_the_page_and_there(page: str) -> None:
    named = {name.strip(" `/") for name, _ in cells(page)}
    there = {path.name for path in TOY.iterdir() if not path.name.startswith(("_", "test_"))} - {"installed"}
    assert named == there


@pytest.mark.parametrize("page", PAGES)
def test_every_room_is_there(page: str) -> None:
    for _, place in cells(page):
        room = re.sub(r"<[^>]+>.*", "", place.strip(" `"))
        assert (ROOT / room).exists(), room


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_provider_changes_is_there_and_knows_of_alipay(page: str) -> None:
    for room, files, _ in tables(page)[1]:
        for name in re.findall(r"`([^`]+)`", files):
            file = ROOT / room.strip(" `") / name
            assert "alipay" in file.read_text("utf-8").lower(), file


def test_both_pages_name_the_same_files() -> None:
    english, chinese = (["|".join(row[:2]) for row in tables(page)[1]] for page in PAGES)
    assert english == chinese


@pytest.mark.parametrize("page", PAGES)
def test_the_entry_point_is_the_one_that_the_toy_declares(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    declared = (TOY / "installed" / "golive_echo-1.0.dist-info" / "entry_points.txt").read_text("utf-8")
    target = declared.partition("echo = ")[2].strip()
    assert f'echo = "{target}"' in text
