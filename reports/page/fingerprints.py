"""What stands on every printed sheet: which run, and the digest of its record."""

from __future__ import annotations

from hashlib import file_digest

from markupsafe import Markup

from harness.evidence import RunRecord, kept_file
from harness.evidence.seal import SEAL

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_: ")


def record_digest(record: RunRecord) -> str:
    """SHA-256 of the record's seal, which holds the digest of each of its files; empty without one."""
    path = kept_file(record.folder, SEAL)
    if path is None:
        return ""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def in_style(text: str) -> Markup:
    """A text as a string of CSS: whatever could end it, or its element, is written by its number."""
    plain = "".join(letter if letter in _PLAIN else f"\\{ord(letter):x} " for letter in text[:80])
    return Markup('"{}"').format(Markup(plain))  # noqa: S704 - every letter is plain by now
