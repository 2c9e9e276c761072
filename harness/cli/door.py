"""What a command tells the front door on the way in. It imports nothing: `--help` answers at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Door:
    """Kept by the outermost context of click, which outlives a command that failed."""

    language: str | None = None
    """The one that was asked for; None: the terminal's."""
