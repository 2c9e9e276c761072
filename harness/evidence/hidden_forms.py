"""What may stand inside of bytes: unpacked archives and streams, texts of pictures, base64 and percent codes.

A secret that was packed, or put into a picture's metadata, is found by looking at each of these as well. What
is drawn in a picture is not read: docs/evidence-pack.md says so.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

DEEPEST = 4
"""How far forms are looked for inside of forms."""
MOST_BYTES = 256 << 20
"""Unpacked from one file in all; whatever is beyond is said not to have been searched."""
_PNG = b"\x89PNG\r\n\x1a\n"
_STREAMS = {b"\x78\x01": 15, b"\x78\x5e": 15, b"\x78\x9c": 15, b"\x78\xda": 15}
"""How zlib streams begin, and by which window they are read."""
_IN_PDF = re.compile(rb"stream\r?\n(?=x[\x01\x5e\x9c\xda])")
"""What stands before a packed text of a PDF, the form that most papers have."""
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){23,}[\x20-\x7e]?")
"""Two bytes a character, as some editors of Windows save a text."""
_GZIP = re.compile(b"\x1f\x8b\x08")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(rb"[0-9A-Fa-f]{24,}")
_PERCENT = re.compile(rb"[A-Za-z0-9%._~+-]{24,}")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


class TooMuchInside(ValueError):
    """More is packed in a file than is unpacked to be searched."""


def forms_of(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, and whatever is found in them.

    Raises:
        TooMuchInside: what is packed in them is larger than is searched.
    """
    room = [MOST_BYTES]
    for form in _forms(data, 0, room):
        room[0] -= len(form)
        if room[0] + len(data) < 0:
            raise TooMuchInside
        yield form


def _forms(data: bytes, depth: int, room: list[int]) -> Iterator[bytes]:
    yield data
    if depth == DEEPEST or not data:
        return
    for inner in _inside(data, room):
        yield from _forms(inner, depth + 1, room)


def _inside(data: bytes, room: list[int]) -> Iterator[bytes]:
    if data.startswith(_PNG):
        yield from _png_texts(data, room)
    elif data.startswith(b"PK\x03\x04"):
        yield from _zipped(data, room)
    elif data[:2] in _STREAMS:
        yield _inflated(data, 15, room)
    for found in _GZIP.finditer(data):
        yield _inflated(data[found.start() :], 31, room)
    for found in _IN_PDF.finditer(data):
        yield _inflated(data[found.end() :], 15, room)
    yield from (wide.replace(b"\0", b"") for wide in _WIDE.findall(data))
    yield from _decoded(data)


def _png_texts(data: bytes, room: list[int]) -> Iterator[bytes]:
    """What chunks say; of packed ones, what they said before. Pixels are none of it."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if kind != b"IDAT":
            yield body
            for found in re.finditer(rb"\x00\x00|\x00", body) if kind in (b"zTXt", b"iTXt", b"iCCP") else ():
                for start in (found.end(), found.end() + 1):
                    if body[start : start + 2] in _STREAMS:
                        yield _inflated(body[start:], 15, room)
        at += 12 + length
    yield data[at:]  # what was hung on behind it


def _zipped(data: bytes, room: list[int]) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        for info in archive.infolist():
            yield info.filename.encode()
            if info.file_size > room[0]:
                raise TooMuchInside
            yield archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError):
        return


def _inflated(data: bytes, window: int, room: list[int]) -> bytes:
    """As much of a stream as can be read: one that is damaged further on has told its beginning."""
    stream = zlib.decompressobj(window)
    told = b""
    try:
        told = stream.decompress(data, max(room[0], 1))
    except zlib.error:
        return told
    if stream.unconsumed_tail:
        raise TooMuchInside
    return told


def _decoded(data: bytes) -> Iterator[bytes]:
    for coded in _BASE64.findall(data):
        text = coded.rstrip(b"=").translate(_URL_SAFE)
        for skipped in range(4):  # it may stand in the middle of other letters
            rest = text[skipped:]
            rest = rest[: len(rest) - (len(rest) % 4 == 1)]
            yield b64decode(rest + b"=" * (-len(rest) % 4))
            if len(text) > 4096:  # a whole file, which begins where it begins
                break
    for coded in _HEX.findall(data):
        for skipped in range(2):
            rest = coded[skipped:]
            yield bytes.fromhex(rest[: len(rest) // 2 * 2].decode())
    for coded in _PERCENT.findall(data):
        if b"%" in coded:
            yield unquote_to_bytes(coded)
