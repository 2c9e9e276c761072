"""The one shape of zip that a pack has, so that no two readers can see two things in it.

Members follow each other from the first byte on, then the directory, then its end, and nothing else: no
comment, extra field, data descriptor, zip64, encryption, folder or link; one date, one mode, two methods.
"""

from __future__ import annotations

import stat
import struct
import zipfile

LOCAL = struct.Struct("<4s5H3L2H")
ENTRY = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
LOCAL_SIGN, ENTRY_SIGN, END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
ZIP64_SIGN = b"PK\x06\x07"

VERSION = 20
"""Of the format, that a reader must know."""
MADE_BY = 3 << 8 | VERSION
"""Unix, so that the mode below is one."""
DATE, DATE_FIELD, TIME_FIELD = (1980, 1, 1, 0, 0, 0), 1 << 5 | 1, 0
"""No moment: the statement has them."""
MODE = stat.S_IFREG | 0o644
ENCRYPTED, UTF8 = 1, 0x800
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED

MOST_MEMBERS = 60_000
MOST_DIRECTORY = 16 << 20
"""Bytes of the directory."""
MOST_BYTES = 2 << 30
"""Of all members, unpacked; below it no size wants zip64."""
FREE_BYTES, MOST_RATIO = 64 << 20, 200
"""Above so many bytes they may be at most so many times what the file has."""
CHUNK = 1 << 20
"""Bytes that are held at once."""
