"""The table of rooms says what the build checks, and its links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `([\w/]+)/` \| (.+) \| (.+) \|$", re.MULTILINE)
PAGES = [
    ROW.findall((ROOT / "docs" / name).read_text("utf-8"))
    for name in ("architecture.md", "architecture.zh-CN.md")
]
CONTRACTS = tomllib.loads((ROOT / "setup" / "checks" / "importlinter.toml").read_text("utf-8"))
(ROOMS,) = (each["rooms"] for each in CONTRACTS["tool"]["importlinter"]["contracts"] if "rooms" in each)
SUMMED_UP = {"plugin", "mutants"}
"""Rooms that may import so much that the page does not list it."""


@pytest.mark.parametrize("rows", PAGES, ids=["en", "zh"])
def test_the_page_has_every_room(rows: list[tuple[str, str, str]]) -> None:
    assert {place.removeprefix("harness/") for place, _, _ in rows} == ROOMS.keys() - {"__main__"}
    assert [place for place, _, _ in rows if not (ROOT / place).is_dir()] == []


@pytest.mark.parametrize("rows", PAGES, ids=["en", "zh"])
@pytest.mark.parametrize("room", sorted(ROOMS.keys() - SUMMED_UP - {"__main__"}))
def test_a_room_may_import_what_the_build_allows(room: str, rows: list[tuple[str, str, str]]) -> None:
    (allowed,) = (allowed for place, _, allowed in rows if place.removeprefix("harness/") == room)
    said = {"nothing of ours": [], "无": [], "all": ["*"], "全部": ["*"]}.get(
        allowed, allowed.replace("`", "").split(", ")
    )
    assert said == ROOMS[room]


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
