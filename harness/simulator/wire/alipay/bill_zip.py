"""The archive a bill comes in: a ZIP whose entry names are GBK and do not say so (facts alipay 8.2).

`zipfile` writes every name that is not ASCII as UTF-8 and flags it; the live archives have the flag off, so
the few structures of the format are written here. Entries are packed piece by piece, never held as a whole.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.core.clock import BEIJING

CHARSET = "gbk"
_PIECE = 256 * 1024
"""Characters that are encoded and packed at once: a call a line would take half of the time."""
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _NO_FLAGS, _DEFLATED = 20, 0, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive."""

    name: str
    lines: Iterable[str]
    """Each with its end; what GBK cannot write becomes a question mark."""


def archive(entries: Sequence[Entry], at: datetime) -> bytes:
    """A ZIP of text files.

    Args:
        at: when they were written; archives know two-second steps of local time.
    """
    local = at.astimezone(BEIJING)
    day = (local.year - 1980) << 9 | local.month << 5 | local.day
    second = local.hour << 11 | local.minute << 5 | local.second // 2
    body, directory = bytearray(), bytearray()
    for entry in entries:
        name, begins = entry.name.encode(CHARSET), len(body)
        checksum, size, packed = _packed(entry.lines)
        told = (_NO_FLAGS, _DEFLATED, second, day, checksum, len(packed), size, len(name), 0)
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *told) + name + packed
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *told, 0, 0, 0, 0, begins) + name
    count = len(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _packed(lines: Iterable[str]) -> tuple[int, int, bytes]:
    """CRC-32 and size of the text, and its raw deflate stream."""
    packing = zlib.compressobj(level=1, wbits=-zlib.MAX_WBITS)
    packed, checksum, size = bytearray(), 0, 0
    for text in _pieces(lines):
        checksum, size = zlib.crc32(text, checksum), size + len(text)
        packed += packing.compress(text)
    return checksum, size, bytes(packed + packing.flush())


def _pieces(lines: Iterable[str]) -> Iterable[bytes]:
    held: list[str] = []
    length = 0
    for line in lines:
        held.append(line)
        length += len(line)
        if length >= _PIECE:
            yield "".join(held).encode(CHARSET, "replace")
            held, length = [], 0
    yield "".join(held).encode(CHARSET, "replace")
