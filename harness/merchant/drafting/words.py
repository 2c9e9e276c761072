"""The app's own words for an unpaid and for a paid order: what a page says before a payment, and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

LONGEST = 24
"""Letters of a word for a state; what is longer is a sentence."""


class Words(NamedTuple):
    """One word each."""

    pending: str
    paid: str


def words_between(before: Sequence[str], after: Sequence[str]) -> Words | None:
    """The first piece of text that was replaced, of those short enough; None where none was."""
    gone = [text for text in before if text not in after and _short(text)]
    came = [text for text in after if text not in before and _short(text)]
    return Words(gone[0], came[0]) if gone and came else None


def _short(text: str) -> bool:
    return len(text) <= LONGEST and any(sign.isalpha() for sign in text)
