"""Makes an office file the same bytes for the same content: zip members in their order, all of one moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_EARLIEST, _LATEST = 1980, 2107
"""The years a zip can hold."""


def same_bytes(office_file: bytes, moment: datetime) -> bytes:
    """A finished xlsx or docx with every trace of when it was written replaced by a moment.

    The libraries stamp the clock into each member and into the core properties.
    """
    at = moment.astimezone(UTC)
    stamp = (min(max(at.year, _EARLIEST), _LATEST), at.month, at.day, at.hour, at.minute, at.second)
    made = BytesIO()
    with ZipFile(BytesIO(office_file)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == CORE:
                data = _MODIFIED.sub(rb"\g<1>" + at.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>", data)
            member = ZipInfo(name, stamp)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            new.writestr(member, data)
    return made.getvalue()
