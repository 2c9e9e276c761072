"""The configuration pages name every variable we read, with its secrecy and the control that judges it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.settings import EnvFile, check
from harness.settings.report_text import TITLES
from harness.settings.variables import VARIABLES

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("configuration.md", "configuration.zh-CN.md")


def rows(page: str) -> dict[str, str]:
    """The table rows of a page by the name in their first cell."""
    text = (DOCS / page).read_text("utf-8")
    return {
        match[1]: match[0]
        for match in re.finditer(r"^\| `?([A-Z][A-Z0-9_-]+)`?[^|]*\|.*$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_has_its_row_and_secrets_are_marked(page: str) -> None:
    documented = rows(page)
    for variable in VARIABLES:
        assert variable.name in documented
        assert ("🔒" in documented[variable.name].split("|")[1]) is variable.secret


@pytest.mark.parametrize("page", PAGES)
def test_no_row_documents_a_variable_that_nobody_reads(page: str) -> None:
    known = {variable.name for variable in VARIABLES}
    assert {name for name in rows(page) if "_" in name} == known


@pytest.mark.parametrize("page", PAGES)
def test_every_control_that_judges_settings_is_explained_and_titled(page: str) -> None:
    judging = set(check(EnvFile.parse("", "memory")).judged)
    assert judging <= set(rows(page))
    assert judging == set(TITLES)


def test_both_languages_give_the_same_examples() -> None:
    numbers = [
        re.findall(r"`(\d+|https?://[^`]+|wx\d+)`", (DOCS / page).read_text("utf-8")) for page in PAGES
    ]
    assert numbers[0] == numbers[1]
