"""The folder's page lists what is there: every folder, and the fixtures that scenarios really ask for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PAGES = [(SCENARIOS / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]


def first_cells(page: str) -> list[list[str]]:
    """The names in the first cells of each table."""
    tables = re.findall(r"^\|---.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [
        [name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
        for table in tables
    ]


def fixtures(*folders: Path) -> Iterator[str]:
    for tree in (ast.parse(path.read_text("utf-8")) for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "fixture" in "".join(map(ast.dump, node.decorator_list)):
                yield node.name


def asked_for() -> set[str]:
    """What scenarios name among their arguments."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SCENARIOS.rglob("test_*.py")]
    tests = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {argument.arg for test in tests if test.name.startswith("test_") for argument in test.args.args}


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_every_folder_has_its_row(page: str) -> None:
    folders = {f"{path.parent.name}/" for path in SCENARIOS.glob("*/__init__.py")}
    assert set(first_cells(page)[0]) == folders


def test_the_fixtures_listed_exist_and_those_of_most_use_are_listed() -> None:
    _, _, listed, _ = first_cells(PAGES[0])
    provided = set(fixtures(SCENARIOS.parent / "harness" / "plugin" / "fixtures"))
    assert set(listed) <= provided
    rare = {
        "dialect_settings",
        "ledger_comparison",
        "merchant_key",
        "sign_in_state",
    }
    assert (asked_for() & provided) - set(listed) == rare


def test_both_languages_list_the_same() -> None:
    assert first_cells(PAGES[0]) == first_cells(PAGES[1])
