"""Order numbers of a load: unique over runs, workers and machines, and legal on every wire (facts 3.2)."""

from __future__ import annotations

import itertools
import secrets

PREFIX = "LOAD"
"""Of every order that a load places, so that nobody takes it for the merchant's own."""


SHOPPER = "SHOP"
"""Of every purchase at a checkout, whose order is the merchant's, whatever number it gives it."""


class Numbers:
    """`LOAD`, twelve random hex digits of this process, and a count: twenty-four characters or a few more.

    Args:
        prefix: in place of `LOAD`.
    """

    def __init__(self, prefix: str = PREFIX) -> None:
        self._prefix = f"{prefix}{secrets.token_hex(6)}"
        self._count = itertools.count()

    def new(self) -> str:
        """One that was never used."""
        return f"{self._prefix}{next(self._count):08d}"
