"""Help with a word that is not known: the nearest ones that are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], *, most: int = 3, otherwise: str = "") -> str:
    """`did you mean PAY-01?`, in either case of letters; if none is near, `otherwise` or all there is."""
    words = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), words, n=most, cutoff=0.5)
    if near:
        return f"did you mean {', '.join(words[each] for each in near)}?"
    return otherwise or f"known: {', '.join(words.values())}"
