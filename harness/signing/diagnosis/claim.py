"""What a message claims of itself: who signed it, when, and over which text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

MILLISECONDS_FROM = 100_000_000_000
"""As seconds a year beyond 5000; as milliseconds 1973."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The timestamp of a message as it was written."""

    text: str
    unit: Literal["s", "ms"]
    """What it should be in."""
    window_s: int

    def faults(self, now: float | None) -> tuple[list[str], int]:
        """The mistakes in it, and how many seconds it is ahead of now.

        Args:
            now: Unix seconds of its arrival; None: nobody knows, so that only its form is looked at.
        """
        if not (self.text.isascii() and self.text.isdigit() and len(self.text) <= 16):
            return ["timestamp-unreadable"], 0
        number = int(self.text)
        long = number >= MILLISECONDS_FROM
        found = [] if long is (self.unit == "ms") else ["milliseconds" if long else "seconds"]
        if now is None:
            return found, 0
        ahead = number / (1000 if long else 1) - now
        return [*found, *(["stale-clock"] if abs(ahead) > self.window_s else [])], round(ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message taken apart as far as its signature goes."""

    kind: str
    """See `Diagnosis.kind`."""
    signature: str
    expected: bytes
    """The exact text to sign."""
    mistakes: Callable[[], Iterator[tuple[str, bytes]]]
    """Names of mistakes, and the text that each would have signed; nothing is made before it is asked for."""
    serial: str = ""
    """What it calls the key that signed; empty where such a message names none."""
    names_key: bool = False
    """Whether such a message has to name it."""
    moment: Moment | None = None
    of_form: tuple[str, ...] = ()
    """Mistakes that show without any key: a header of the wrong form, a parameter that came twice."""
    says_sha_1: bool = False
    """Whether it says that it was signed with SHA-1 (`sign_type=RSA`)."""


class Unsigned(ValueError):
    """Nothing in a message is a signature that is known here."""


class Unreadable(ValueError):
    """There is a signature, and what it stands in is of no known form. The text is the mistake's name."""
