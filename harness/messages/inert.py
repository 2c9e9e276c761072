"""Text of others that makes no link, no mention and no mark-up, and ends where a character ends."""

from __future__ import annotations

import re
import unicodedata

from harness.core.plain_text import plain

_WIDE = str.maketrans({each: chr(ord(each) + 0xFEE0) for each in "@<>[]`*_#~|\\&:"})
"""What starts mark-up, a mention or an address, as the wide sign that looks alike and starts nothing."""
_IN_A_NAME = re.compile(r"\.(?=[A-Za-z]{2,})")
"""The dots by which a client takes a word for a host, and makes a link of it."""
_JOINER, _VARIATION = "\u200d", "\ufe0f"
CUT = " …"
"""Ends a text that was cut."""


def inert(text: str) -> str:
    r"""On one line, and with nothing in it that any of the services would obey.

    >>> inert("<at id=all></at> [pay](https://evil.example)")
    '＜at id=all＞＜/at＞ ［pay］(https：//evil．example)'
    """
    line = " ".join(plain(text).split())
    return _IN_A_NAME.sub("．", line.translate(_WIDE))


def cut(text: str, most: int) -> str:
    """The text in at most so many bytes of UTF-8; one that is cut ends with a sign, after a whole character.

    What a reader sees as one sign (a flag, a family, a letter with its accents) is left away as a whole.
    """
    if len(text.encode()) <= most:
        return text
    room = most - len(CUT.encode())
    if room < 0:
        return ""
    kept = text.encode()[:room].decode(errors="ignore")
    while kept and not _ends_here(kept, text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip() + CUT


def _ends_here(kept: str, following: str) -> bool:
    """Whether a sign ends between these two."""
    if kept[-1] == _JOINER or following in (_JOINER, _VARIATION) or unicodedata.category(following)[0] == "M":
        return False
    if "\U0001f3fb" <= following <= "\U0001f3ff":  # a colour of skin
        return False
    if _half_of_a_flag(following):
        letters = len(kept) - len(kept.rstrip("".join(map(chr, range(0x1F1E6, 0x1F200)))))
        return letters % 2 == 0
    return True


def _half_of_a_flag(letter: str) -> bool:
    return 0x1F1E6 <= ord(letter) <= 0x1F1FF
