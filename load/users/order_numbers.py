"""Order numbers of a load: unique over runs, workers and machines, and legal on every wire (facts 3.2)."""

from __future__ import annotations

import itertools
import secrets

PREFIX = "LOAD"
"""Of every order that a load places, so that nobody takes it for the merchant's own."""


class Numbers:
    """`LOAD`, twelve random hex digits of this process, and a count: twenty-four characters or a few more."""

    def __init__(self) -> None:
        self._prefix = f"{PREFIX}{secrets.token_hex(6)}"
        self._count = itertools.count()

    def new(self) -> str:
        """One that was never used."""
        return f"{self._prefix}{next(self._count):08d}"
