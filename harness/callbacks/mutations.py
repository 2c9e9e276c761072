"""Mutations of a genuine callback: drawn from a seed, so that each can be had again by its number.

An edit is made of fractions and not of positions: the same seed changes the same places of any genuine
callback. A form of callbacks says by `draw` what may be edited, and by `inert` what forges nothing.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from harness.callbacks.attack import differs
from harness.callbacks.callback import Callback

MOST_EDITS = 3
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change, in words and done."""

    said: str
    apply: Callable[[Callback], Callback]


Draw = Callable[[Random], Edit]
Inert = Callable[[Callback, Callback], bool]
"""Whether a lax but complete verifier is right to take the second for the first."""


@dataclass(frozen=True, slots=True)
class Mutable:
    """A form of callbacks, to be edited."""

    draw: Draw
    inert: Inert


@dataclass(frozen=True, slots=True)
class Mutation:
    """Edits that are done one after another."""

    seed: int
    edits: tuple[Edit, ...]

    @property
    def said(self) -> str:
        """All of them in words."""
        return ", ".join(edit.said for edit in self.edits)

    def of(self, genuine: Callback) -> Callback:
        """The genuine callback with every edit done."""
        for edit in self.edits:
            genuine = edit.apply(genuine)
        return genuine

    def shrunk(self, fails: Callable[[Mutation], bool]) -> Mutation:
        """The same with as few edits as still fail."""
        for edit in self.edits:
            fewer = Mutation(self.seed, tuple(each for each in self.edits if each is not edit))
            if fewer.edits and fails(fewer):
                return fewer.shrunk(fails)
        return self


def mutation(draw: Draw, seed: int) -> Mutation:
    """The mutation of that seed."""
    random = Random(seed)  # noqa: S311 - to be had again, not to be secret
    return Mutation(seed, tuple(draw(random) for _ in range(random.choice((1, 1, 1, 2, MOST_EDITS)))))


class Series:
    """Mutations from a seed on, none of them like one before.

    Args:
        form: what may be edited.
        first: the seed of the first.
    """

    def __init__(self, form: Mutable, first: int) -> None:
        self._form = form
        self._seed = first
        self._said: set[str] = set()

    def take(self, genuine: Callback, count: int) -> list[Mutation]:
        """The next ones, each of which makes something else of the genuine callback, and forges something."""
        taken: dict[Callback, Mutation] = {}
        while len(taken) < count:
            found = mutation(self._form.draw, self._seed)
            self._seed += 1
            sent = found.of(genuine)
            new = found.said not in self._said and sent not in taken
            if new and differs(sent, genuine) and not self._form.inert(sent, genuine):
                self._said.add(found.said)
                taken[sent] = found
        return list(taken.values())


def upper_bound(trials: int) -> float:
    """What share is accepted at most, with 95 % confidence, when none of so many was: exact, about 3 / n."""
    return 1.0 if trials < 1 else -math.expm1(math.log(0.05) / trials)


def replaced(text: str, at: float, letters: str) -> str:
    """The text with one letter replaced by another one of `letters`."""
    if not text:
        return letters[0]
    place = int(at * len(text))
    new: str = next(
        each for each in (*letters[int(at * 997) % len(letters) :], *letters) if each != text[place]
    )
    return text[:place] + new + text[place + 1 :]


def same_signature(one: str, other: str) -> bool:
    """Whether two texts are one signature to the laxest reader of base64."""
    return _lax(one) == _lax(other)


def _lax(text: str) -> bytes:
    letters = _NO_BASE64.sub("", text.partition("=")[0])
    usable = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return b64decode(usable + "=" * (-len(usable) % 4))
