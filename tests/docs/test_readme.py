"""Both front pages name every command, lead somewhere, and show the pictures of their own language."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from harness.cli import golive

ROOT = Path(__file__).parents[2]
PAGES = {"en": "README.md", "zh": "README.zh-CN.md"}
ROW = re.compile(r"^\| [^|]+ \| ((?:`[^`]+` ?)+)\| \[", re.MULTILINE)


def read(language: str) -> str:
    return (ROOT / PAGES[language]).read_text("utf-8")


@pytest.mark.parametrize("language", PAGES)
def test_the_table_has_every_command_once(language: str) -> None:
    words = re.findall("`([^`]+)`", "".join(ROW.findall(read(language).split("\n## ")[4])))
    named = [word for word in words if " " not in word]  # `run --target` is another use of one
    assert sorted(named) == sorted(golive.list_commands(click.Context(golive)))


@pytest.mark.parametrize("language", PAGES)
def test_its_links_and_pictures_are_there(language: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", read(language))
    assert [link for link in links if not (ROOT / link).exists()] == []
    pictures = [link for link in links if link.startswith("docs/pictures/")]
    assert len(pictures) == 3
    assert all(picture.endswith(f"-{language}.png") for picture in pictures)
