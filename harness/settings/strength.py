"""How much chance a secret can hold: at most what its length and letters allow, less what is known of it.

Nobody can tell from one text how it was made. What can be told is that it was *not* drawn: words, names,
dates, repeats, rows of a keyboard. zxcvbn finds those and says how many guesses they take. Drawn texts take
nearly ten guesses to the power of their length: of some thousands none took less than 0.89 of that exponent,
while phrases of words stay below 0.85.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

WANTED_BITS = 256
"""Of keys whose length is ours to choose (CFG-08)."""
WANTED_BITS_OF_32 = 120
"""Of keys that are 32 characters: hexadecimal digits, the poorest that people draw, have 128."""
_DRAWN = 0.87
"""Guesses of a drawn text, as a share of ten to the power of its length, in exponents."""
_LOOKED_AT = 48
"""Characters; half a second at worst; zxcvbn tries what each digit or sign may stand for."""
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SEPARATORS = re.compile(r"[-_:.\s]")


@lru_cache(maxsize=256)
def estimated_bits(text: str) -> float:
    """An upper bound of the bits of chance in a text."""
    bare = _SEPARATORS.sub("", text)
    body = bare if _HEX.fullmatch(bare) else text
    if len(body) < 2:
        return 0.0
    guesses = _guesses_log10(body[:_LOOKED_AT])
    if guesses < _DRAWN * min(len(body), _LOOKED_AT):
        return guesses * math.log2(10)
    return len(body) * math.log2(_alphabet(body))


def _guesses_log10(text: str) -> float:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists of words take 0.1 s, and most commands judge nothing

    return float(zxcvbn(text, max_length=_LOOKED_AT)["guesses_log10"])


def _alphabet(text: str) -> int:
    """How many letters its maker may have drawn from."""
    if _HEX.fullmatch(text):
        return 10 if text.isdigit() else 16
    others = {character for character in text if not (character.isascii() and character.isalnum())}
    return max(
        2,
        26 * any("a" <= each <= "z" for each in text)
        + 26 * any("A" <= each <= "Z" for each in text)
        + 10 * any("0" <= each <= "9" for each in text)
        + len(others),
    )
