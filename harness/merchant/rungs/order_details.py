"""What an answer tells of one order: the details that no answer about another order holds."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape

from harness.merchant.answers import Answered

_BETWEEN = re.compile(r"(?:[\s\"'<>=：，。、；;（）()|,!！?？{}\[\]]|(?<!\d):|:(?!\d))+")
_HELD = re.compile(r"""\b(?:src|value|content|data-[\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
"""What attributes hold that is no layout."""
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\b[12]\d{9}(\d{3})?\b")
"""A moment, which stands on two pages of the same second by chance."""
_SAID = re.compile(r"=.*[^\W\d_]")
"""A member whose value is a word: a number may be equal by chance."""
_PICTURE = "data:image/"


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What its shopper alone is told of an order."""

    words: frozenset[str]
    facts: frozenset[str] = frozenset()
    """What the platform made for this order: its code, its transaction. Wherever one stands, it was told."""

    def given_away(self, answered: Answered, others: Collection[Answered] = ()) -> GivenAway:
        """What an answer to somebody else tells of the order.

        Args:
            others: what that somebody is answered about other orders, or none.
        """
        plain = unescape(answered.text.replace("\\/", "/"))
        facts = {each for each in self.facts if each in plain}
        if facts:
            return GivenAway(tuple(sorted(facts)), sure=True)
        if answered.status >= 400:
            return GivenAway(())
        shared = self.words & words_of(answered) - _common(others)
        drawn = any(_PICTURE in each for each in shared)
        said = is_json(answered) and any(_SAID.search(each) for each in shared)
        sure = bool(shared) and (said or drawn or 2 * len(shared) > len(self.words))
        return GivenAway(tuple(sorted(shared)), sure=sure)


@dataclass(frozen=True, slots=True)
class GivenAway:
    """What of an order somebody else was told."""

    details: tuple[str, ...]
    sure: bool = False
    """Whether it can be nothing else; a word or two may stand on two pages by chance."""

    @property
    def told(self) -> str:
        """A few of them, for a person."""
        return ", ".join(each if len(each) <= 40 else f"{each[:40]}…" for each in self.details[:5])


def details_of(
    answered: Answered, others: Collection[Answered], names: Collection[str], facts: Collection[str] = ()
) -> OrderDetails:
    """What an answer tells of its order, and none of the others tells.

    Args:
        others: about other orders, or none.
        names: what stands for the order in requests: whoever asks knows it already.
        facts: see `OrderDetails`.
    """
    own = {
        each
        for each in words_of(answered) - _common(others)
        if not _CLOCK.search(each) and not _names(each, names)
    }
    return OrderDetails(frozenset(own), frozenset(each for each in facts if each))


def _names(word: str, names: Collection[str]) -> bool:
    """Whether a word holds what stands for the order; a picture's bytes hold any short number."""
    if _PICTURE in word:
        return False
    return any(re.search(rf"(?<![0-9A-Za-z]){re.escape(each)}(?![0-9A-Za-z])", word) for each in names)


def _common(others: Collection[Answered]) -> frozenset[str]:
    return frozenset(word for each in others for word in words_of(each))


def words_of(answered: Answered) -> frozenset[str]:
    """The members of JSON with their values; else every word of a page, of its scripts, and what it holds."""
    if is_json(answered):
        return frozenset(_leaves(json.loads(answered.text), ""))
    read = [answered.plain, *_SCRIPT.findall(answered.text)]
    held = (unescape(one or other) for one, other in _HELD.findall(answered.text))
    return frozenset(filter(None, [*held, *(word for each in read for word in _BETWEEN.split(each))]))


def is_json(answered: Answered) -> bool:
    """Whether an answer is a JSON object or list."""
    if not answered.text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(answered.text)
    except (ValueError, RecursionError):
        return False
    return True


def _leaves(held: object, path: str) -> Iterator[str]:
    if isinstance(held, dict):
        for name, each in held.items():
            yield from _leaves(each, f"{path}.{name}" if path else str(name))
    elif isinstance(held, list):
        for each in held:
            yield from _leaves(each, path)
    elif held not in (None, ""):
        yield f"{path}={held}"
