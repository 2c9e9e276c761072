"""A body takes no more room than it was allowed, however it was packed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from harness.core.answer_body import AnswerBody, UnfitBodyError

WORDS = b"paid " * 100
BOMB = gzip.compress(b"\0" * (256 << 20), compresslevel=9)
"""A quarter of a gigabyte in 260 kilobytes."""


def read(coding: str, *pieces: bytes, limit: int = 1 << 20) -> bytes:
    body = AnswerBody(coding, limit=limit)
    for piece in pieces:
        body.take(piece)
    return body.taken


@pytest.mark.parametrize("coding", ["", "identity", "Identity, identity"])
def test_a_plain_body_is_what_arrived(coding: str) -> None:
    assert read(coding, b"a", b"", b"b") == b"ab"


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress(WORDS)), ("DEFLATE", zlib.compress(WORDS))],
    ids=["gzip", "deflate"],
)
def test_a_packed_body_is_unpacked_piece_by_piece(coding: str, packed: bytes) -> None:
    assert read(coding, *(packed[at : at + 7] for at in range(0, len(packed), 7))) == WORDS


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "br", "zstd", "identity, gzip, gzip", "x"])
def test_what_nobody_asked_for_is_refused_before_it_is_read(coding: str) -> None:
    with pytest.raises(UnfitBodyError, match="packed"):
        AnswerBody(coding)


def test_a_body_may_be_as_long_as_allowed_and_not_a_byte_longer() -> None:
    assert len(read("", b"x" * 10, limit=10)) == 10
    assert len(read("gzip", gzip.compress(b"x" * 10), limit=10)) == 10
    for coding, long in (("", b"x" * 11), ("gzip", gzip.compress(b"x" * 11))):
        with pytest.raises(UnfitBodyError, match="longer than 10 bytes"):
            read(coding, long, limit=10)


def test_what_unpacks_into_gigabytes_costs_no_more_than_the_limit() -> None:
    tracemalloc.start()
    with pytest.raises(UnfitBodyError, match="longer"):
        read("gzip", *(BOMB[at : at + 65536] for at in range(0, len(BOMB), 65536)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_what_cannot_be_unpacked_is_no_answer() -> None:
    with pytest.raises(UnfitBodyError, match="cannot be unpacked"):
        read("gzip", b"plain words")
