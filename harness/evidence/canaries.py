"""Proves that redaction worked: a finished record is searched for every secret that was in play."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.evidence.redaction import SHORTEST, variants


def search(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Files of a folder in which a secret stands, in any of its spellings, as sorted relative paths.

    File names are searched too. The secret itself is never part of the answer.
    """
    needles = [
        variant.encode() for secret in secrets if len(secret) >= SHORTEST for variant in variants(secret)
    ]
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        haystack = name.encode() + b"\n" + path.read_bytes()
        if any(needle in haystack for needle in needles):
            found.append(name)
    return found
