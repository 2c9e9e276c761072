"""Proves that redaction worked: a finished record is searched for every secret that was in play."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.evidence.needles import Needles
from harness.evidence.redaction import SHORTEST, variants

_STEP_S = 2.0
"""The coarsest clock of a file system."""


def search(folder: Path, secrets: Iterable[str], *, since: float = 0.0) -> list[str]:
    """Files of a folder in which a secret stands, in any of its spellings, as sorted relative paths.

    File names are searched too. The secret itself is never part of the answer.

    Args:
        since: seconds since the epoch, by the clock of this folder's files; what was not written since then
            was searched before.
    """
    needles = Needles(
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
