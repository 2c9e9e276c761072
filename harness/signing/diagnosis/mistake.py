"""One mistake is one entry of a table: its name, and how the text that it signs is made of what came."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, quote_plus

from harness.signing.diagnosis.opened import Opened

Parts = TypeVar("Parts")

MOST_TEXTS = 2_000
"""How many texts one diagnosis hashes."""
MOST_BYTES = 4 * 1024 * 1024
"""How many bytes of them, all together: some ten milliseconds."""


@dataclass(frozen=True, slots=True)
class Mistake(Generic[Parts]):
    """An entry. Its sentence stands in `mistakes.yaml` under its name."""

    name: str
    texts: Callable[[Parts], Iterable[bytes]]
    """What may have been signed where somebody made it; nothing where it cannot be made with such parts."""


@dataclass(slots=True)
class Search:
    """Looks for the text behind a digest, and never for longer than it may.

    The first mistake that makes a text has it: tables go from the particular to the general.
    """

    opened: Opened
    expected: bytes
    tried: int = 0
    _bytes: int = 0
    exhausted: bool = False
    """Whether there were more texts than may be tried."""

    def first(self, candidates: Iterable[tuple[str, bytes]]) -> tuple[str, bytes] | None:
        """The mistake that makes the text which was signed, and that text."""
        try:
            return self._among(candidates)
        except RecursionError:  # brackets within brackets without end
            self.exhausted = True
            return None

    def _among(self, candidates: Iterable[tuple[str, bytes]]) -> tuple[str, bytes] | None:
        for name, text in candidates:
            if text == self.expected:
                continue
            if self.tried >= MOST_TEXTS or self._bytes + len(text) > MOST_BYTES:
                self.exhausted = True
                return None
            self.tried += 1
            self._bytes += len(text)
            if self.opened.is_of(text):
                return name, text
        return None


def candidates(table: Sequence[Mistake[Parts]], parts: Parts) -> Iterator[tuple[str, bytes]]:
    """Every text of a table, each under its mistake's name."""
    for mistake in table:
        for text in mistake.texts(parts):
            yield mistake.name, text


def of_any_text(text: bytes) -> Iterator[tuple[str, bytes]]:
    """What can go wrong with a whole text, whatever it is made of."""
    yield "bom", b"\xef\xbb\xbf" + text
    for codec in ("utf-16-le", "utf-16-be", "utf-16", "utf-32-le"):
        yield "utf-16", text.decode("utf-8", "replace").encode(codec)
    digest = hashlib.sha256(text)
    hexadecimal = digest.hexdigest()
    for once in (
        digest.digest(),
        hexadecimal.encode(),
        hexadecimal.upper().encode(),
        base64.b64encode(digest.digest()),
    ):
        yield "hashed-twice", once
    yield "text-in-base64", base64.b64encode(text)
    for written in (quote(text, safe=""), quote(text), quote_plus(text)):
        yield "text-url-encoded", written.encode()
