"""Looks for hundreds of texts in megabytes, at the price of a few."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable

_BLOCK = 8
"""Bytes that are looked up at once: a machine word."""
_WINDOW = 2 * _BLOCK - 1
"""Wherever so many bytes stand, one block of what they stand in lies wholly in them."""


class Needles:
    """Known texts; which of them stand somewhere is asked of every block there, and not for each of them.

    A block is looked up among those of a window in the middle of each needle, where needles differ the most.
    Searched for are then the needles whose block was met, and those that are shorter than a window.
    """

    def __init__(self, needles: Iterable[bytes]) -> None:
        every = frozenset(needles)
        self._short = {each for each in every if len(each) < _WINDOW}
        self._with_block: defaultdict[int, set[bytes]] = defaultdict(set)
        for each in every - self._short:
            window = (len(each) - _WINDOW) // 2
            for at in range(window, window + _BLOCK):
                self._with_block[int.from_bytes(each[at : at + _BLOCK], sys.byteorder)].add(each)

    def stand_in(self, haystack: bytes) -> bool:
        """Whether any of them does."""
        blocks = memoryview(haystack)[: len(haystack) // _BLOCK * _BLOCK].cast("Q")
        met = self._with_block.keys() & blocks
        return any(each in haystack for each in self._short.union(*map(self._with_block.__getitem__, met)))
