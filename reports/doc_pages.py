"""What the generated pages of docs share: tables of Markdown, and writing or checking both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def cells(texts: Iterable[str]) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def heading(names: Iterable[str]) -> Iterable[str]:
    """The first two lines of a table."""
    found = list(names)
    return cells(found), cells("---" for _ in found)


def write_or_check(pages: Mapping[str, str]) -> None:
    """Write what is stale, by file name; with `--check`, only say what that is and end with a failure."""
    stale = []
    for name, text in pages.items():
        path = DOCS / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, "utf-8")
    if "--check" in sys.argv:
        sys.exit(f"{', '.join(stale)} in docs is stale: make lists" if stale else 0)
    sys.stdout.write(f"{DOCS}: {len(stale)} written anew\n")
