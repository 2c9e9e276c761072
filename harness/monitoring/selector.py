"""Which series of a page of figures are meant: `orders_total{result="paid"}`, as Prometheus writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_MATCHER = re.compile(r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\\n]|\\.)*)"\s*(,|$)')
_SELECTOR = re.compile(rf"\s*({_NAME})\s*(?:\{{(.*)\}})?\s*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)")
LONGEST = 500
"""Characters of a selector: nobody needs more, and an expression is compiled from it."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """What one label has to be."""

    label: str
    sign: str
    """`=` `!=` `=~` `!~`."""
    value: str

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether a series is like that; a label that it lacks is empty, as in Prometheus."""
        held = labels.get(self.label, "")
        same = bool(re.fullmatch(self.value, held)) if "~" in self.sign else held == self.value
        return same is (self.sign[0] == "=")


@dataclass(frozen=True, slots=True)
class Selector:
    """All series of one name whose labels fit; their values are added up."""

    text: str
    """As the profile has it."""
    name: str
    matchers: tuple[Matcher, ...] = ()

    @classmethod
    def of(cls, text: str) -> Selector:
        """Read one.

        Raises:
            ValueError: it is none, and what one looks like.
        """
        found = _SELECTOR.fullmatch(text) if len(text) <= LONGEST else None
        if found is None:
            raise ValueError(f"{text!r} names no series, as orders_total does")
        return cls(text, found[1], tuple(_matchers(text, found[2] or "")))

    def fits(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels of a series of this name are meant."""
        return all(each.fits(labels) for each in self.matchers)


def _matchers(text: str, inner: str) -> list[Matcher]:
    found, at = [], 0
    while inner[at:].strip():
        matched = _MATCHER.match(inner, at)
        if matched is None:
            raise ValueError(f"{text!r} names no series, as orders_total does")
        label, sign, value = matched[1], matched[2], _ESCAPED.sub(r"\1", matched[3])
        if "~" in sign:
            _check(value)
        found.append(Matcher(label, sign, value))
        at = matched.end()
    return found


def _check(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
