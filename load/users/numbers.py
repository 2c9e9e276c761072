"""Order numbers of a load: unique over runs, workers and machines, and legal on every wire (facts 3.2)."""

from __future__ import annotations

import itertools
import secrets

__all__ = ["Numbers"]


class Numbers:
    """`GL`, twelve random hex digits of this process, and a count: twenty-two characters or a few more."""

    def __init__(self) -> None:
        self._prefix = f"GL{secrets.token_hex(6)}"
        self._count = itertools.count()

    def new(self) -> str:
        """One that was never used."""
        return f"{self._prefix}{next(self._count):08d}"
