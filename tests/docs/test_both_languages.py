"""Pages in two languages: each leads to the other, and neither has a number or a command of its own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHINESE = [ROOT / "README.zh-CN.md", ROOT / "scenarios/README.zh-CN.md", *ROOT.glob("docs/**/*.zh-CN.md")]
ALIKE = ["architecture", "bench", "load", "mutants", "run-record"]
BLOCK = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
MONTH = re.compile(r"(?<=\d 年) \d+(?= 月)")
"""English writes it as a word."""


def english(page: Path) -> Path:
    return page.with_name(page.name.replace(".zh-CN", ""))


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_leads_to_itself_in_the_other_language_first(page: Path) -> None:
    other = english(page)
    assert first_link(page) == other.name
    assert first_link(other) == page.name


@pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_chinese_page_leads_to_chinese_pages(page: Path) -> None:
    there = {page.parent / link for link in LINK.findall(page.read_text("utf-8"))} - {english(page)}
    assert [other for other in there if other.with_suffix(".zh-CN.md").exists()] == []


@pytest.mark.parametrize("name", ALIKE)
def test_both_languages_give_the_same_commands_options_and_numbers(name: str) -> None:
    one, other = ((ROOT / "docs" / f"{name}{end}.md").read_text("utf-8") for end in ("", ".zh-CN"))
    assert commands(other) == commands(one)
    assert named(other) == named(one)
    assert numbers(other) == numbers(one)


def first_link(page: Path) -> str:
    return str(LINK.findall(page.read_text("utf-8"))[0])


def commands(text: str) -> list[str]:
    """The blocks of code, without the remarks; what is drawn has no language, and words of its own."""
    return [re.sub(r"\s*#.*", "", block) for block in BLOCK.findall(text) if not block.startswith("```\n")]


def named(text: str) -> Counter[str]:
    """What is set as code in sentences and tables."""
    return Counter(" ".join(code.split()) for code in re.findall("`([^`]+)`", BLOCK.sub("", text)))


def numbers(text: str) -> Counter[str]:
    """Every number in digits."""
    return Counter(re.findall(r"\d(?:[\d.,]*\d)?", MONTH.sub("", text)))
