"""Searches every object of a repository, in bounded time and memory, whatever its size."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from harness.settings.repository.git import Repository
from harness.settings.repository.patterns import Patterns, Sought

LONGEST_S = 120.0
"""Seconds of one search."""
GRACE_S = 5.0
"""After which git is ended, should it stand still."""
PIECE = 1 << 20
"""Bytes that are looked at together; a larger object is searched in pieces, for our own secrets alone."""
OVERLAP = 4096
"""Bytes that two pieces share, so that nothing is cut in two."""
MOST = 20
"""Findings that are placed; one is enough to revoke a key."""
READ = (b"blob", b"commit", b"tag")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, and the object that holds it."""

    sought: Sought
    own: bool
    kind: str
    name: str


@dataclass(slots=True)
class Searched:
    """What a search came to."""

    objects: int = 0
    whole: bool = True
    """Whether every object was read before time was up."""
    hits: dict[tuple[str, str], Hit] = field(default_factory=dict)
    """By what was found and its digest: the same secret in ten versions of a file is one."""


def search(
    repository: Repository,
    patterns: Patterns,
    *,
    longest_s: float = LONGEST_S,
    clock: Callable[[], float] = time.monotonic,
) -> Searched:
    """Search all objects: blobs, messages of commits and tags.

    Raises:
        GitFailed: git is not there.
    """
    with repository.objects(longest_s=longest_s + GRACE_S) as stream:
        return _Search(stream, patterns, clock, clock() + longest_s).through()


@dataclass(slots=True)
class _Search:
    stream: IO[bytes]
    patterns: Patterns
    clock: Callable[[], float]
    until: float
    found: Searched = field(default_factory=Searched)

    def through(self) -> Searched:
        """Every object, until there is none, time is up or enough was found."""
        while len(self.found.hits) < MOST and (header := self.stream.readline(256)):
            name, _, rest = header.rstrip(b"\n").partition(b" ")
            kind, _, size = rest.partition(b" ")
            if not size.isdigit() or not self._object(kind, name, int(size)):
                self.found.whole = False
                break
            self.found.objects += 1
        return self.found

    def _object(self, kind: bytes, name: bytes, size: int) -> bool:
        """Look at one object; False: it did not come whole, or time is up."""
        looked_at, small, kept, left = kind in READ, size <= PIECE, b"", size
        while left > 0:
            piece = self.stream.read(min(left, PIECE))
            left -= len(piece)
            if not piece or self.clock() > self.until:
                return False
            if looked_at:
                text = kept + piece
                self._note(self.patterns.own_in(text), kind, name, own=True)
                if small:
                    self._note(self.patterns.others_in(text), kind, name, own=False)
                kept = text[-OVERLAP:]
        return self.stream.read(1) == b"\n" and self.clock() <= self.until

    def _note(self, sought: Iterable[Sought], kind: bytes, name: bytes, *, own: bool) -> None:
        for each in sought:
            hit = Hit(each, own, kind.decode(), name.decode())
            self.found.hits.setdefault((each.what, "" if own else each.digest), hit)
