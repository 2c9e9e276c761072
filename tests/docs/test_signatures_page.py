"""The page on signatures names every mistake that can be named, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.signing.diagnosis.result import MISTAKES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["signatures.md", "signatures.zh-CN.md"])
def test_every_mistake_is_named_once(page: str) -> None:
    table = (DOCS / page).read_text("utf-8").rpartition("|---|---|\n")[2]
    named = [
        name for row in re.findall(r"^\| [^|]+ \| (.*) \|$", table, re.MULTILINE) for name in row.split()
    ]
    assert sorted(named) == sorted(f"`{name}`" for name in MISTAKES)
