"""Proves that redaction worked: a finished record is searched for every secret that was in play."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from harness.evidence.redaction import SHORTEST, variants

_STEP_S = 2.0
"""The coarsest clock of a file system."""
_BLOCK = 8
"""Bytes of a file that are looked up at once: a machine word."""


def search(folder: Path, secrets: Iterable[str], *, since: float = 0.0) -> list[str]:
    """Files of a folder in which a secret stands, in any of its spellings, as sorted relative paths.

    File names are searched too. The secret itself is never part of the answer.

    Args:
        since: seconds since the epoch, by the clock of this folder's files; what was not written since then
            was searched before.
    """
    needles = _Needles(
        variant.encode() for secret in secrets if len(secret) >= SHORTEST for variant in variants(secret)
    )
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_mtime < since - _STEP_S:
            continue
        name = path.relative_to(folder).as_posix()
        if needles.stand_in(name.encode() + b"\n" + path.read_bytes()):
            found.append(name)
    return found


class _Needles:
    """Hundreds of texts, looked for in megabytes.

    A file is read block by block, and each block looked up among those that a needle has, wherever they
    begin: where a needle stands, some block of the file lies wholly in it. Searched for are the needles of
    the blocks that were met, and those that are too short for there always being one.
    """

    def __init__(self, needles: Iterable[bytes]) -> None:
        every = frozenset(needles)
        self._short = {each for each in every if len(each) < 2 * _BLOCK - 1}
        self._with_block: defaultdict[int, set[bytes]] = defaultdict(set)
        for each in every - self._short:
            for at in range(len(each) - _BLOCK + 1):
                self._with_block[int.from_bytes(each[at : at + _BLOCK], sys.byteorder)].add(each)

    def stand_in(self, haystack: bytes) -> bool:
        blocks = memoryview(haystack)[: len(haystack) // _BLOCK * _BLOCK].cast("Q")
        met = self._with_block.keys() & blocks
        return any(each in haystack for each in self._short.union(*map(self._with_block.__getitem__, met)))
