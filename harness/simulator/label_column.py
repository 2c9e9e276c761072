"""Rows of what a simulator says at its start: labels in a column as wide as the widest, texts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import NamedTuple, Self

from rich.cells import cell_len

from harness.core.control import Language, Text

_BAR = "|"


class Row(NamedTuple):
    """One label and what is said of it, in one line or several."""

    label: str
    text: str

    @classmethod
    def of(cls, text: Text, language: Language, **values: object) -> Self:
        """From a text whose label stands before a bar; values fill its `{places}`."""
        label, _, said = text.filled(**values).spoken(language).partition(_BAR)
        return cls(label.strip(), said.strip())


def lines_of(rows: Sequence[Row]) -> list[str]:
    """The rows below each other, as a terminal shows them: hanzi are two columns wide."""
    width = max(cell_len(row.label) for row in rows)
    return [
        f"  {shown}{' ' * (width - cell_len(shown))}  {line}"
        for label, text in rows
        for shown, line in zip(chain([label], repeat("")), text.splitlines(), strict=False)
    ]
