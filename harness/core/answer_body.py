"""The body of an answer, taken in piece by piece and never more of it than was allowed.

A few kilobytes may unpack into gigabytes. So every client of ours asks for `identity`; what is packed all the
same is unpacked step by step, and only as far as there is room.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

MAX_ANSWER_BYTES = 1 << 20
"""An answer of a payment interface is a few kilobytes, a page a few hundred."""

_WINDOWS: Mapping[str, int] = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""What zlib calls the format of a content coding."""


class UnfitBodyError(Exception):
    """A body that is too long, packed more than once, or packed in a way that nobody asked for."""


class AnswerBody:
    """One body while it arrives.

    Args:
        coding: the answer's `Content-Encoding`; empty: none.
        limit: bytes, unpacked.

    Raises:
        UnfitBodyError: it is packed more than once, or in no way that is known here.
    """

    def __init__(self, coding: str = "", *, limit: int = MAX_ANSWER_BYTES) -> None:
        self._limit = limit
        self._taken = bytearray()
        named = [each for each in (part.strip().lower() for part in coding.split(",")) if each]
        codings = [each for each in named if each != "identity"]
        if len(codings) > 1 or not _WINDOWS.keys() >= set(codings):
            raise UnfitBodyError(f"a body packed as {coding[:60]!r}, and none was to be packed at all")
        self._unpacker = zlib.decompressobj(_WINDOWS[codings[0]]) if codings else None

    def take(self, piece: bytes) -> None:
        """Take in what arrived.

        Raises:
            UnfitBodyError: it is longer than allowed, or cannot be unpacked.
        """
        room = self._limit - len(self._taken)
        if self._unpacker is not None:
            try:
                piece = self._unpacker.decompress(piece, room + 1)
            except zlib.error as error:
                raise UnfitBodyError(f"a body that cannot be unpacked: {error}") from None
        if len(piece) > room:
            raise UnfitBodyError(f"an answer longer than {self._limit} bytes")
        self._taken += piece

    @property
    def taken(self) -> bytes:
        """What there is of it so far."""
        return bytes(self._taken)
