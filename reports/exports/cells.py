"""Text of a record as a spreadsheet may hold it: never a formula, never longer than a cell, always XML."""

from __future__ import annotations

import re

from harness.core.plain_text import plain

LONGEST = 32_767
"""Characters that a cell holds, counted as UTF-16 units, as Excel does."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""What a spreadsheet, or a CSV made from one, would take for the beginning of a formula."""
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""How spreadsheets write a character by its code; a text that merely looks like it must not become one."""


def cell_text(text: str, longest: int = LONGEST, cut: str = "…") -> str:
    """The text for one cell.

    Args:
        longest: UTF-16 units after which it is cut.
        cut: what then stands at its end.
    """
    shown = _ESCAPE.sub("_x005F_", plain(text))
    if _units(shown) <= longest:
        return shown
    kept = shown.encode("utf-16-le")[: 2 * max(longest - _units(cut), 0)].decode("utf-16-le", "ignore")
    return kept.rstrip() + cut


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would compute it once somebody edits the cell."""
    return text.lstrip(" ").startswith(FORMULA)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of that many Latin characters; Chinese takes two each."""
    room = max(int(width * 0.92) - 1, 1)  # a line breaks between words, before it is full
    return sum(max(1, -(-_width(line) // room)) for line in text.split("\n"))


def _width(line: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in line)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2
