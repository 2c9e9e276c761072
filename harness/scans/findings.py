"""What a scan found, sorted by what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class Findings:
    """Sentences, in English as a record keeps them."""

    seen: list[str] = field(default_factory=list)
    """What was looked at: a pass rests on it."""
    wrong: list[str] = field(default_factory=list)
    unwise: list[str] = field(default_factory=list)
    """Allowed, and not to be recommended."""
    open: list[str] = field(default_factory=list)
    """What was not found out, so that nothing is decided."""
    untried: list[str] = field(default_factory=list)
    """What a pass does not speak of."""

    def add(self, other: Findings) -> Self:
        """These and those."""
        for name in ("seen", "wrong", "unwise", "open", "untried"):
            getattr(self, name).extend(getattr(other, name))
        return self
