"""What the page on dialects names is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "echo"
PAGES = ("write-a-dialect.md", "write-a-dialect.zh-CN.md")


def cells(page: str) -> list[list[str]]:
    """The rows of its table of parts, less what is said in a language."""
    lines = (ROOT / "docs" / page).read_text("utf-8").splitlines()
    return [line.split("|")[2:4] for line in lines if line.startswith("|")][2:]


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
def test_the_entry_point_is_the_one_that_the_toy_declares(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    declared = (TOY / "installed" / "golive_echo-1.0.dist-info" / "entry_points.txt").read_text("utf-8")
    target = declared.partition("echo = ")[2].strip()
    assert f'echo = "{target}"' in text
