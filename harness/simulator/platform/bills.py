"""The bill files of one merchant account: made when first asked for, kept as they were, handed out by links.

A file is kept packed, because a busy day is tens of megabytes of text, and unpacked piece by piece on its way
out. Neither files nor links pile up: of both the newest are kept.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.core.clock import BusinessClock
from harness.simulator.platform.orders import Reason, Refused

LINK = timedelta(minutes=5)
"""How long a download link lives."""
MOST_FILES = 64
MOST_LINKS = 10_000
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class BillFile:
    """A finished bill."""

    sha1: str
    """Of its text, 40 lower-case hex digits."""
    size: int
    """Bytes of its text."""
    packed: bytes
    """A gzip stream of it, or the archive that it is handed out as."""
    empty: bool = False
    """Whether nothing is known to be in it."""

    def pieces(self) -> Iterator[bytes]:
        """Its text, a piece at a time."""
        unpacking = zlib.decompressobj(wbits=_GZIP)
        rest = self.packed
        while not unpacking.eof:
            yield unpacking.decompress(rest, _PIECE)
            rest = unpacking.unconsumed_tail


def archived(packed: bytes, *, empty: bool) -> BillFile:
    """An archive that is handed out as it is."""
    return BillFile(hashlib.sha1(packed, usedforsecurity=False).hexdigest(), len(packed), packed, empty)


def make_file(lines: Iterable[str]) -> BillFile:
    """Pack lines, each with its end, as they come."""
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    packing = zlib.compressobj(level=1, wbits=_GZIP)
    packed = bytearray()
    for line in lines:
        text = line.encode("utf-8", "replace")
        digest.update(text)
        size += len(text)
        packed += packing.compress(text)
    packed += packing.flush()
    return BillFile(digest.hexdigest(), size, bytes(packed))


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens."""

    file: BillFile
    packed: bool
    """Whether the gzip stream is wanted."""
    mchid: str
    dies: datetime


@dataclass(slots=True)
class Bills:
    """The files and the links of one platform. Thread-safe; a file is made outside of the lock.

    `secrets` name the links, so that nobody comes by the bill of another by guessing.
    """

    _clock: BusinessClock
    _link_lives: timedelta = LINK
    _files: OrderedDict[tuple[str, ...], BillFile] = field(default_factory=OrderedDict)
    _links: OrderedDict[str, Link] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def file(self, name: tuple[str, ...], lines: Callable[[], Iterable[str]]) -> BillFile:
        """The file of that name as it was first made: a bill is never updated (facts 3.8).

        Args:
            lines: asked where there is none yet.
        """
        return self.kept(name, lambda: make_file(lines()))

    def kept(self, name: tuple[str, ...], make: Callable[[], BillFile]) -> BillFile:
        """The file of that name as it was first made, whatever form it has.

        Args:
            make: asked where there is none yet.
        """
        with self._lock:
            if (kept := self._files.get(name)) is not None:
                return kept
        made = make()
        with self._lock:
            kept = self._files.setdefault(name, made)
            if len(self._files) > MOST_FILES:
                self._files.popitem(last=False)
            return kept

    def link(self, file: BillFile, *, mchid: str, packed: bool, token: str = "") -> str:
        """A fresh token for it, which lives five minutes, or as long as this platform says.

        Args:
            token: one that nobody can guess, in the platform's own shape; empty: of ours.
        """
        token = token or secrets.token_urlsafe(48)
        now = self._clock.now()
        with self._lock:
            self._links[token] = Link(file, packed, mchid, now + self._link_lives)
            while len(self._links) > MOST_LINKS or next(iter(self._links.values())).dies <= now:
                self._links.popitem(last=False)
        return token

    def open(self, token: str, *, mchid: str) -> Link:
        """What it leads to, for whoever applied for it.

        Raises:
            Refused: BILL_LINK_DEAD, never made or too old; BILL_OF_ANOTHER.
        """
        with self._lock:
            link = self._links.get(token)
        if link is None or link.dies <= self._clock.now():
            raise Refused(Reason.BILL_LINK_DEAD)
        if link.mchid != mchid:
            raise Refused(Reason.BILL_OF_ANOTHER)
        return link
