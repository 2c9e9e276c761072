"""Which names a member of a pack may have: those that every system writes as the same file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from harness.core.plain_text import one_line
from harness.evidence.pack.refusal import PackRefused

LONGEST = 200
"""Bytes of UTF-8: with a folder before it, it has room on every file system."""
_DRIVE = re.compile(r"[A-Za-z]:")
_WINDOWS = re.compile(
    r'[<>:"|?*]|(?:^|/)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:[./]|$)', re.IGNORECASE
)
"""What Windows takes for a stream of another file, a wildcard or a device."""


def check_names(names: Iterable[str]) -> None:
    """Refuse names that lead out of the folder, that a system reads otherwise, or that are one file's.

    Raises:
        PackRefused: the first of them, shown as its escapes.
    """
    by_fold: dict[str, str] = {}
    for name in names:
        _check(name)
        other = by_fold.setdefault(_folded(name), name)
        if other is not name:
            if other == name:
                raise PackRefused("name-twice", "two members have one name", where=one_line(name))
            raise PackRefused(
                "name-twins",
                f"two members are one file where case or accents do not count: {one_line(other)}",
                where=one_line(name),
            )
    for name in by_fold:
        above = name
        while "/" in above:
            above = above.rpartition("/")[0]
            if above in by_fold:
                raise PackRefused("name-folder", "a member is a file and a folder", where=one_line(above))


def _check(name: str) -> None:
    shown = one_line(name)
    if shown != name or any(unicodedata.category(each) == "Cf" for each in name):
        what = "a member's name has a control character, or one that nobody sees"
        raise PackRefused("name-control", what, where=ascii(shown)[1:-1])
    if "\\" in name:
        raise PackRefused("name-backslash", "a member's name has a backslash", where=shown)
    if name.startswith("/") or _DRIVE.match(name):
        raise PackRefused("name-absolute", "a member's name is an absolute path", where=shown)
    parts = name.split("/")
    if ".." in parts:
        raise PackRefused("name-outside", "a member's name leads out of its folder", where=shown)
    if name.endswith("/"):
        raise PackRefused("folder", "a member is a folder and no file", where=shown)
    if not all(parts) or "." in parts or any(part[-1] in ". " for part in parts) or _WINDOWS.search(name):
        raise PackRefused("name-odd", "a member's name is no plain path", where=shown)
    if len(name.encode()) > LONGEST:
        raise PackRefused("name-long", f"a member's name is longer than {LONGEST} bytes", where=shown[:80])
    if unicodedata.normalize("NFC", name) != name:
        raise PackRefused("name-unnormal", "a member's name is not in the normal form NFC", where=shown)


def _folded(name: str) -> str:
    """What two names have in common that some file system keeps as one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold())
