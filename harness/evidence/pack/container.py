"""Reads a pack's zip without trusting it: what has not the one shape is refused before it is unpacked."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from harness.core.plain_text import one_line
from harness.evidence.pack import shape
from harness.evidence.pack.names import check_names
from harness.evidence.pack.refusal import PackRefused

_ABSENT = 0xFFFF, 0xFFFFFFFF
"""What stands in a field whose number is in zip64."""


class Member(NamedTuple):
    """One file of a pack, as both of its headers have it."""

    name: str
    method: int
    crc: int
    packed: int
    """Bytes in the pack."""
    size: int
    """Bytes unpacked."""
    start: int
    """Where its bytes begin."""


class _Directory(NamedTuple):
    entries: int
    start: int
    data: bytes


def members_of(file: BinaryIO) -> list[Member]:
    """The members of a pack, in their order.

    Raises:
        PackRefused: it is no zip of our shape, or claims more than may be unpacked.
    """
    directory = _directory(file)
    entries = list(_entries(directory))
    check_names(name for name, _ in entries)
    members, at = [], 0
    for name, fields in entries:
        member = _member(file, name, fields, at)
        members.append(member)
        at = member.start + member.packed
    if at != directory.start:
        raise PackRefused("bytes-between", "there are bytes between the members and the directory")
    total = sum(each.size for each in members)
    bound = min(shape.MOST_BYTES, max(shape.FREE_BYTES, shape.MOST_RATIO * file.seek(0, 2)))
    if total > bound:
        raise PackRefused("bomb", f"it would unpack to {total} bytes, and {bound} are allowed")
    return members


def content_of(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """What a member holds, piece by piece; no more than it claims is ever unpacked.

    Raises:
        PackRefused: it is damaged, or not as long as it claims.
    """
    damaged = PackRefused("member-damaged", "a member cannot be unpacked", where=member.name)
    inflate = zlib.decompressobj(-15) if member.method == shape.DEFLATED else None
    crc, size, left = 0, 0, member.packed
    file.seek(member.start)
    while left:
        data = file.read(min(shape.CHUNK, left))
        if not data:
            raise damaged
        left -= len(data)
        while data:
            try:
                piece = data if inflate is None else inflate.decompress(data, shape.CHUNK)
            except zlib.error:
                raise damaged from None
            data = b"" if inflate is None else inflate.unconsumed_tail
            size += len(piece)
            if size > member.size or (inflate is not None and inflate.unused_data):
                raise damaged
            crc = zlib.crc32(piece, crc)
            if piece:
                yield piece
            elif data:
                raise damaged
    if inflate is not None and not inflate.eof:
        raise damaged
    if (size, crc) != (member.size, member.crc):
        raise damaged


def _directory(file: BinaryIO) -> _Directory:
    length = file.seek(0, 2)
    if length == 0:
        raise PackRefused("empty", "the file is empty")
    file.seek(0)
    begins = file.read(4)
    tail_at = max(0, length - shape.END.size - 0xFFFF - 20)
    file.seek(tail_at)
    tail = file.read()
    found = tail.rfind(shape.END_SIGN)
    if found < 0 or len(tail) - found < shape.END.size:
        if begins == shape.LOCAL_SIGN:
            raise PackRefused("truncated", "the zip has no end: it is cut off, or something was added to it")
        raise PackRefused("no-zip", "the file is no zip")
    _, disk, first_disk, here, count, size, start, comment = shape.END.unpack_from(tail, found)
    end_at = tail_at + found
    rest = len(tail) - found - shape.END.size
    if comment:
        raise PackRefused("comment", "the zip has a comment")
    if rest:
        raise PackRefused("appended", f"{rest} bytes stand after the end of the zip")
    if shape.ZIP64_SIGN in tail[max(0, found - 20) : found] or {here, count, size, start} & {*_ABSENT}:
        raise PackRefused("zip64", "the zip says that its real sizes stand elsewhere (zip64)")
    if (disk, first_disk) != (0, 0) or here != count:
        raise PackRefused("split", "the zip is a part of several")
    if begins != shape.LOCAL_SIGN or start + size < end_at:
        raise PackRefused("prepended", "something stands before the zip, or between directory and end")
    if start + size > end_at:
        raise PackRefused("truncated", "the zip is shorter than its directory says")
    if count > shape.MOST_MEMBERS or size > shape.MOST_DIRECTORY:
        raise PackRefused("bomb", f"it has {count} members, and {shape.MOST_MEMBERS} are allowed")
    file.seek(start)
    return _Directory(count, start, file.read(size))


def _entries(directory: _Directory) -> Iterator[tuple[str, tuple[int, ...]]]:
    at = 0
    for _ in range(directory.entries):
        if len(directory.data) - at < shape.ENTRY.size:
            raise PackRefused("directory", "the zip's directory is cut off")
        sign, *fields = shape.ENTRY.unpack_from(directory.data, at)
        at += shape.ENTRY.size
        name_length, extra, comment = fields[9:12]
        raw = directory.data[at : at + name_length]
        at += name_length + extra + comment
        if sign != shape.ENTRY_SIGN or at > len(directory.data):
            raise PackRefused("directory", "the zip's directory is damaged")
        yield _name(raw), tuple(fields)
    if at != len(directory.data):
        raise PackRefused("directory", "the zip's directory holds more than its entries")


def _name(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise PackRefused("name-odd", "a member's name is no UTF-8", where=ascii(raw)[2:-1]) from None


def _member(file: BinaryIO, name: str, fields: tuple[int, ...], at: int) -> Member:
    """An entry of the directory, where its header stands and says the same."""
    (made, needs, flags, method, time, date, crc, packed, size) = fields[:9]
    (_, extra, comment, disk, internal, external, offset) = fields[9:]
    shown = one_line(name)
    mode = external >> 16
    if flags & shape.ENCRYPTED:
        raise PackRefused("encrypted", "a member is encrypted", where=shown)
    if stat.S_ISLNK(mode):
        raise PackRefused("link", "a member is a symbolic link", where=shown)
    if stat.S_ISDIR(mode) or external & 0x10:
        raise PackRefused("folder", "a member is a folder and no file", where=shown)
    if method not in (shape.STORED, shape.DEFLATED):
        raise PackRefused("method", f"a member is packed by method {method}", where=shown)
    if {packed, size, offset} & {*_ABSENT} or size > shape.MOST_BYTES:
        raise PackRefused("zip64", "a member's real size stands elsewhere (zip64)", where=shown)
    if (
        (made, needs, time, date) != (shape.MADE_BY, shape.VERSION, shape.TIME_FIELD, shape.DATE_FIELD)
        or flags != (0 if name.isascii() else shape.UTF8)
        or (extra, comment, disk, internal, external) != (0, 0, 0, 0, shape.MODE << 16)
        or (method == shape.STORED and packed != size)
    ):
        raise PackRefused("header", "a member's entry has what no pack of ours has", where=shown)
    if offset != at:
        kind = "prepended" if at == 0 else "bytes-between"
        raise PackRefused(kind, "members do not follow one another without a gap", where=shown)
    raw = name.encode()
    expected = shape.LOCAL.pack(
        shape.LOCAL_SIGN, needs, flags, method, time, date, crc, packed, size, len(raw), 0
    )
    file.seek(at)
    if file.read(len(expected) + len(raw)) != expected + raw:
        raise PackRefused("header-mismatch", "a member's two headers say different things", where=shown)
    return Member(name, method, crc, packed, size, at + len(expected) + len(raw))
