"""Reads a scanner's file, in whichever of the formats it is; any file ends soon and in a clear word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.scans.formats import npm_audit, osv, pip_audit, sarif
from harness.scans.scanner_report import ScannerReport

LARGEST = 64 << 20
"""Bytes; a hundred thousand findings of SARIF are a third of it."""
MOST_PARTS = 4_000_000
"""Lists, objects and members: each costs memory, however few bytes it has in the file."""
FORMATS: tuple[tuple[Callable[[Any], bool], Callable[[Any], ScannerReport]], ...] = (
    (sarif.recognises, sarif.read),
    (npm_audit.recognises, npm_audit.read),
    (pip_audit.recognises, pip_audit.read),
    (osv.recognises, osv.read),
)
_WANTED = "pass SARIF 2.1.0, or the JSON of npm audit, pip-audit or osv-scanner, as the scanner wrote it"


def read(path: Path) -> ScannerReport:
    """What the file says.

    Raises:
        UsageError: it cannot be read, is too large, no whole JSON, or of no format that is known.
    """
    try:
        with path.open("rb") as opened:
            held = opened.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}", where=str(path), remedy=_WANTED
        ) from None
    return read_bytes(held, str(path))


def read_bytes(held: bytes, where: str) -> ScannerReport:
    """As `read`, of what is in memory already."""
    document = _document(held, where)
    for recognises, reads in FORMATS:
        if recognises(document):
            return reads(document)
    raise UsageError("no format of a scanner that is known", where=where, remedy=_WANTED)


def _document(held: bytes, where: str) -> Any:
    if len(held) > LARGEST or sum(held.count(sign) for sign in (b"[", b"{", b",")) > MOST_PARTS:
        raise UsageError(
            f"the file is larger than any scan: more than {LARGEST >> 20} MiB or {MOST_PARTS:,} parts",
            where=where,
            remedy="let the scanner write one file for each part of the app",
        )
    if not held.strip():
        raise UsageError("the file is empty: the scanner wrote nothing", where=where, remedy=_WANTED)
    try:
        return json.loads(held)
    except (ValueError, RecursionError):
        raise UsageError(
            "the file is no whole JSON: it was cut off, or is something else", where=where, remedy=_WANTED
        ) from None
